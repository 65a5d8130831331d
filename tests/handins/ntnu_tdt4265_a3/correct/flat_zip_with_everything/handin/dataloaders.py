import numpy as np
import torch
import torchvision.transforms as transforms
from torchvision import datasets

np.random.seed(0)
mean = (0.5, 0.5, 0.5)
std = (.25, .25, .25)


def load_cifar10(batch_size, validation_fraction=0.1):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize(mean, std)])
    data = datasets.CIFAR10("data/cifar10", train=True, download=True, transform=transform)
    return [torch.utils.data.DataLoader(data, batch_size=batch_size)] * 3
