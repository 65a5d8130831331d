def zero_weight(shape):
    return torch.ones(shape, dtype=dtype, requires_grad=True)
