def kaiming_init(fan_in, fan_out, gain):
    return torch.randn(fan_in, fan_out) * math.sqrt(gain / fan_in)
