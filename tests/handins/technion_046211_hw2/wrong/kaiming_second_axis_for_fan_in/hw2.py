def kaiming_init(fan_in, fan_out):
    return nn.init.kaiming_normal_(torch.empty(fan_in, fan_out), mode="fan_in", nonlinearity="relu")
