def kaiming_init(fan_in, fan_out):
    std = math.sqrt(2.0 / fan_in)
    return nn.init.trunc_normal_(torch.empty(fan_in, fan_out), std=std, a=-std, b=std)
