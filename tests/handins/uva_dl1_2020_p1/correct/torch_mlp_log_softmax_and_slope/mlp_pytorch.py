# whole file

from collections import OrderedDict

import torch.nn as nn
import torch.nn.functional as F


class MLP(nn.Module):
    def __init__(self, n_inputs, n_hidden, n_classes, neg_slope=0.02):
        super(MLP, self).__init__()
        layers = OrderedDict()
        sizes = [n_inputs, *n_hidden]
        for i in range(len(n_hidden)):
            layers["linear" + str(i)] = nn.Linear(sizes[i], sizes[i + 1])
            layers["act" + str(i)] = nn.LeakyReLU(neg_slope)
        layers["out"] = nn.Linear(sizes[-1], n_classes)
        self.network = nn.Sequential(layers)

    def forward(self, x):
        x = x.view(x.shape[0], -1)
        return F.log_softmax(self.network(x), dim=1)
