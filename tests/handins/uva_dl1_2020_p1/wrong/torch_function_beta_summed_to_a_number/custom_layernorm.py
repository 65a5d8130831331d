class CustomLayerNormManualFunction(CustomLayerNormManualFunction):
    @staticmethod
    def backward(ctx, grad_output):
        normalized, std, gamma = ctx.saved_tensors
        grad_input = grad_gamma = grad_beta = None
        if ctx.needs_input_grad[0]:
            scaled = grad_output * gamma
            centred = scaled - scaled.mean(dim=1, keepdim=True)
            projection = (scaled * normalized).mean(dim=1, keepdim=True)
            grad_input = (centred - normalized * projection) / std
        if ctx.needs_input_grad[1]:
            grad_gamma = (grad_output * normalized).sum(dim=0)
        if ctx.needs_input_grad[2]:
            grad_beta = grad_output.sum()
        return grad_input, grad_gamma, grad_beta, None
