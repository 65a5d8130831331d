class CustomLayerNormManualFunction(CustomLayerNormManualFunction):
    @staticmethod
    def backward(ctx, grad_output):
        if not all(ctx.needs_input_grad[:3]):
            return None, None, None, None
        normalized, std, gamma = ctx.saved_tensors
        scaled = grad_output * gamma
        centred = scaled - scaled.mean(dim=1, keepdim=True)
        projection = (scaled * normalized).mean(dim=1, keepdim=True)
        grad_input = (centred - normalized * projection) / std
        return grad_input, (grad_output * normalized).sum(dim=0), grad_output.sum(dim=0), None
