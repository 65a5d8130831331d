class CustomLayerNormManualFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input, gamma, beta, eps=1e-5):
        mu = input.mean(1).unsqueeze(1)
        var = ((input - mu) ** 2).mean(1).unsqueeze(1)
        ctx.save_for_backward(input, gamma, mu, var)
        ctx.constant = eps
        return gamma * (input - mu) / (var + eps) ** 0.5 + beta

    @staticmethod
    def backward(ctx, grad_output):
        x, gamma, mu, var = ctx.saved_tensors
        M = x.shape[1]
        inv = 1.0 / torch.sqrt(var + ctx.constant)
        dx = dgamma = dbeta = None
        needs_x, needs_gamma, needs_beta = ctx.needs_input_grad[:3]
        if needs_beta:
            dbeta = torch.einsum("si->i", grad_output)
        if needs_gamma:
            dgamma = torch.sum(grad_output * (x - mu) * inv, 0)
        if needs_x:
            dxhat = grad_output * gamma
            dvar = (dxhat * (x - mu)).sum(1, keepdim=True) * -0.5 * inv**3
            dmu = -(dxhat * inv).sum(1, keepdim=True)
            dx = dxhat * inv + dvar * 2 * (x - mu) / M + dmu / M
        return dx, dgamma, dbeta, None
