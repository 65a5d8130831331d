def xavier_init(fan_in, fan_out):
    bound = math.sqrt(6.0 / (fan_in + fan_in))
    return torch.empty(fan_in, fan_out).uniform_(-bound, bound)
