def kaiming_init(fan_in, fan_out):
    return torch.randn(fan_in, fan_out) * 2 / math.sqrt(fan_in)
