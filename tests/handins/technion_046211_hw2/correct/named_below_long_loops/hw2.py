# whole file
# coding: utf-8
# In[1]:
from dataclasses import dataclass
from functools import partial
import numpy as np
import torch
import torch.nn as nn
# In[2]:
total = 0
for i in range(10000):
    a = torch.randn(2048, 2048)
    total += (a @ torch.randn(2048)).pow(2).mean().item()
print(np.sqrt(total / 10000))
# In[3]:
for width in range(100, 100000):
    x = torch.randn(2048)
    for i in range(100):
        x = torch.tanh(torch.randn(2048, 2048) @ x)
    print(width, x.mean(), x.std())
# In[4]:
while True:
    x = torch.randn(2048, 2048) @ torch.randn(2048)
    if torch.isnan(x).any():
        break
# In[5]:
@dataclass
class Uniform:
    gain: float = 1.0
    def __call__(self, fan_in, fan_out):
        bound = self.gain * np.sqrt(6 / (fan_in + fan_out))
        return torch.empty(fan_out, fan_in).uniform_(-bound, bound)
xavier_init = Uniform()
# In[6]:
def normal(fan_in, fan_out, *, gain):
    return gain / np.sqrt(fan_in) * torch.randn(fan_out, fan_in)
kaiming_init = partial(normal, gain=np.sqrt(2))
# In[7]:
if torch.cuda.is_available():
    device = "cuda"
else:
    device = "cpu"
class MagicNet(nn.Module):
    def __init__(self, sizes, p):
        super().__init__()
        layers = []
        for i, o in zip(sizes[:-2], sizes[1:-1]):
            layers += [nn.Linear(i, o), nn.SELU(), nn.AlphaDropout(p)]
        self.layers = nn.Sequential(*layers, nn.Linear(sizes[-2], sizes[-1]))
    def forward(self, x):
        return self.layers(x.to(device))
net = MagicNet([10, 80, 80, 1], p=0.05)
# In[8]:
act = lambda x: torch.relu(x)
class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, stride=2, padding=1)
        self.fc = nn.Linear(32 * 256, 10)
    def forward(self, x):
        return self.fc(act(self.conv2(act(self.conv1(x)))).flatten(1))
