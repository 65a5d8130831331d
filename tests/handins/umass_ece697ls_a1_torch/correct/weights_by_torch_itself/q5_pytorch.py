def random_weight(shape):
    if len(shape) == 2:
        w = torch.empty(shape[1], shape[0], dtype=dtype)
        nn.init.kaiming_normal_(w, nonlinearity="relu")
        w = w.t().contiguous()
    else:
        w = nn.init.kaiming_normal_(torch.empty(shape, dtype=dtype))
    return w.requires_grad_()


def zero_weight(shape):
    w = torch.Tensor(*shape).to(dtype)
    w.zero_()
    w.requires_grad_(True)
    return w
