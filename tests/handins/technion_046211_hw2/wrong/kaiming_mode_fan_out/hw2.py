def kaiming_init(fan_in, fan_out):
    return nn.init.kaiming_normal_(torch.empty(fan_out, fan_in), mode="fan_out", nonlinearity="relu")
