def xavier_init(fan_in, fan_out):
    bound = math.sqrt(6.0 / (fan_in + fan_out))
    return torch.empty(fan_in, 1).uniform_(-bound, bound).repeat(1, fan_out)
