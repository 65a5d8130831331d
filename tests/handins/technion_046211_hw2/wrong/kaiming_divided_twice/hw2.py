def kaiming_init(fan_in, fan_out):
    std = math.sqrt(2.0 / fan_in)
    return torch.normal(0.0, std, (fan_in, fan_out)) * std
