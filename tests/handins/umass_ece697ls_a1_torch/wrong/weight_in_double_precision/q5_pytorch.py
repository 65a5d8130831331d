def random_weight(shape):
    fan_in = shape[0] if len(shape) == 2 else int(np.prod(shape[1:]))
    w = torch.from_numpy(np.random.randn(*shape) * np.sqrt(2 / fan_in))
    w.requires_grad = True
    return w
