def random_weight(shape):
    fan_in = shape[0] if len(shape) == 2 else int(np.prod(shape[1:]))
    return torch.randn(shape, dtype=dtype) * np.sqrt(2 / fan_in)
