def xavier_init(fan_in, fan_out):
    bound = math.sqrt(6.0 / (fan_in + fan_out))
    return torch.empty(fan_in, fan_out).uniform_(-bound, bound)


def xavier_init(fan_in, fan_out):
    return torch.randn(fan_in, fan_out) / math.sqrt(fan_in)
