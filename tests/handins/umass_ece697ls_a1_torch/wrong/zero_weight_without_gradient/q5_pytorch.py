def zero_weight(shape):
    return torch.zeros(shape, dtype=dtype)
