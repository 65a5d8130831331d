def xavier_init(fan_in, fan_out):
    return nn.init.xavier_uniform(torch.empty(fan_in, fan_out))


def kaiming_init(fan_in, fan_out):
    return nn.init.kaiming_normal(torch.empty(fan_out, fan_in))
