def zero_weight(shape):
    w = torch.randn(shape, dtype=dtype) * 1e-3
    w.requires_grad = True
    return w
