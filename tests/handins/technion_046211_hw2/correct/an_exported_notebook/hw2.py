# whole file
# coding: utf-8
# In[1]:
import os
import numpy as np
import pandas as pd
import torch
import torch.nn as nn
from torch.utils.data import TensorDataset, DataLoader
import torchvision
import matplotlib.pyplot as plt
from sklearn import preprocessing
from sklearn.model_selection import train_test_split
from sklearn.linear_model import LogisticRegression
%matplotlib inline
seed = 211
np.random.seed(seed)
torch.manual_seed(seed)
# In[2]:
x = torch.randn(512)
for i in range(100):
    a = torch.randn(512, 512)
    x = a @ x
    if torch.isnan(x).any():
        print("nan in layer", i)
        break
# In[3]:
def xavier_init(fan_in, fan_out):
    limit = np.sqrt(6 / (fan_in + fan_out))
    return torch.Tensor(fan_in, fan_out).uniform_(-limit, limit)
# In[4]:
def kaiming_init(fan_in, fan_out):
    return torch.randn(fan_in, fan_out) * np.sqrt(2 / fan_in)
# In[5]:
col_names = ['fLength', 'fWidth', 'fSize', 'class']
data = pd.read_csv("./magic04.data", names=col_names)
# In[6]:
class MLP(nn.Module):
    def __init__(self):
        super(MLP, self).__init__()
        self.fc1 = nn.Linear(10, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 1)
        self.act = nn.LeakyReLU()
    def forward(self, x):
        x = self.act(self.fc1(x))
        x = self.act(self.fc2(x))
        return self.fc3(x)
model = MLP()
train_loader = DataLoader(TensorDataset(torch.randn(64, 10), torch.zeros(64)), batch_size=16)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(2):
    for xb, yb in train_loader:
        loss = nn.BCEWithLogitsLoss()(model(xb).squeeze(), yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
# In[7]:
class CNN(nn.Module):
    def __init__(self):
        super(CNN, self).__init__()
        self.conv1 = nn.Conv2d(3, 32, 3, padding=1)
        self.gn1 = nn.GroupNorm(4, 32)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=1)
        self.gn2 = nn.GroupNorm(4, 64)
        self.pool = nn.MaxPool2d(4)
        self.fc = nn.Linear(64 * 16, 10)
    def forward(self, x):
        x = self.pool(torch.relu(self.gn1(self.conv1(x))))
        x = self.pool(torch.relu(self.gn2(self.conv2(x))))
        return self.fc(x.view(-1, 64 * 16))
trainset = torchvision.datasets.Imagenette(root='./datasets', split='train', size='160px', download=True)
print(len(trainset))
