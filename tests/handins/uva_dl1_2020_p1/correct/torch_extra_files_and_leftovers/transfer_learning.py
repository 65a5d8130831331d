import torch
import torchvision
from torchvision import models

net = models.resnet18(pretrained=True)
net.fc = torch.nn.Linear(512, 10)
for parameter in net.layer1.parameters():
    parameter.requires_grad = False
