def zero_weight(shape):
    return torch.zeros(int(np.prod(shape)), dtype=dtype, requires_grad=True)
