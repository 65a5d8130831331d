import torch
import torch.nn.functional as F
from torchvision import transforms
import pandas as pd

device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
