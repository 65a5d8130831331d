from ece662 import layers, optim
from .classifiers.fc_net import *
from ece662.classifiers.cnn import ThreeLayerConvNet

__all__ = ["layers", "optim"]
