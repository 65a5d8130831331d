def random_weight(shape):
    fan = shape[0] if len(shape) == 2 else shape[0] * shape[2] * shape[3]
    w = torch.randn(shape) * np.sqrt(2 / fan)
    w.requires_grad = True
    return w
