def random_weight(shape):
    fan_in = shape[0] if len(shape) == 2 else int(np.prod(shape[1:]))
    bound = np.sqrt(6 / fan_in)
    w = (torch.rand(shape) * 2 - 1) * bound
    w.requires_grad = True
    return w
