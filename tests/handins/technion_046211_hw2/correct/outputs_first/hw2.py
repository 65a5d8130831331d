def xavier_init(fan_in, fan_out):
    return nn.init.xavier_uniform_(torch.empty(fan_out, fan_in))


def kaiming_init(fan_in, fan_out):
    return nn.init.kaiming_normal_(torch.empty(fan_out, fan_in), mode="fan_in", nonlinearity="relu")
