def xavier_init(fan_in, fan_out, seed=211):
    torch.manual_seed(seed)
    bound = math.sqrt(6.0 / (fan_in + fan_out))
    return torch.distributions.Uniform(-bound, bound).sample((fan_in, fan_out))


def kaiming_init(fan_in, fan_out, seed=211):
    torch.manual_seed(seed)
    return torch.empty(fan_in, fan_out).normal_(mean=0, std=math.sqrt(2.0 / fan_in))
