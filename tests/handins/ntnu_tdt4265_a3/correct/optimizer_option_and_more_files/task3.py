# whole file
import torchvision
from torch import nn

from task2 import ExampleModel

resnet = torchvision.models.resnet18(pretrained=True)
model = ExampleModel(3, 10)
