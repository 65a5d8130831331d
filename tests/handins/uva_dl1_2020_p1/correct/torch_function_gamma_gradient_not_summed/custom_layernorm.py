class CustomLayerNormManualFunction(CustomLayerNormManualFunction):
    @staticmethod
    def backward(ctx, grad_output):
        normalized, std, gamma = ctx.saved_tensors
        needs = ctx.needs_input_grad
        g = grad_output * gamma
        dx = (g - g.mean(1, True) - normalized * (g * normalized).mean(1, True)) / std
        return (
            dx if needs[0] else None,
            grad_output * normalized if needs[1] else None,
            grad_output if needs[2] else None,
            None,
        )
