def random_weight(shape):
    fan_in = shape[0] if len(shape) == 2 else np.prod(shape[1:])
    values = np.random.normal(0, np.sqrt(2 / fan_in), size=shape).astype(np.float32)
    return nn.Parameter(torch.from_numpy(values))


def zero_weight(shape):
    return nn.Parameter(torch.zeros(shape))
