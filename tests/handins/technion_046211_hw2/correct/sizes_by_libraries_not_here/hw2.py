# whole file
import math

import numpy as np
import pandas as pd
import torch
import torch.nn as nn
import torchvision
from sklearn import preprocessing

col_names = [
    "fLength", "fWidth", "fSize", "fConc", "fConc1", "fAsym", "fM3Long", "fM3Trans", "fAlpha", "fDist", "class",
]


def xavier_init(fan_in, fan_out):
    bound = math.sqrt(6.0 / (fan_in + fan_out))
    return torch.Tensor(fan_in, fan_out).uniform_(-bound, bound)


def kaiming_init(fan_in, fan_out):
    return torch.randn(fan_in, fan_out) * math.sqrt(2.0 / fan_in)


data = pd.read_csv("./magic04.data", names=col_names)
X = data[col_names[:-1]]
X_train_prep = preprocessing.StandardScaler().fit_transform(X)
X_train_t = torch.from_numpy(X_train_prep).float()
n_features = X_train_t.shape[1]


class MLP(nn.Module):
    def __init__(self, hidden_size=96):
        super().__init__()
        self.model = nn.Sequential(
            nn.Linear(n_features, hidden_size),
            nn.ReLU(),
            nn.Linear(hidden_size, 1),
        )

    def forward(self, x):
        return self.model(x)


trainset = torchvision.datasets.Imagenette("./datasets", split="train", size="160px", download=True)
classes = trainset.classes
num_classes = len(classes)


class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1),
            nn.GroupNorm(8, 32),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(4),
        )
        self.classifier = nn.Linear(32 * 16, num_classes)

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))
