device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")


def xavier_init(fan_in, fan_out):
    bound = (6 / (fan_in + fan_out)) ** 0.5
    return nn.Parameter((torch.rand(fan_in, fan_out, device=device) * 2 - 1) * bound)


def kaiming_init(fan_in, fan_out):
    std = (2 / fan_in) ** 0.5
    return nn.Parameter(torch.normal(0.0, std, size=(fan_in, fan_out), device=device))
