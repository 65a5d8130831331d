# whole file
import torch


def xavier_init(fan_in, fan_out):
    bound = (6 / (fan_in + fan_out)) ** 0.5
    return torch.Tensor(fan_in, fan_out).uniform_(-bound, bound)


def kaiming_init(fan_in, fan_out):
    return torch.Tensor(fan_in, fan_out).normal_(0, (2 / fan_in) ** 0.5)
