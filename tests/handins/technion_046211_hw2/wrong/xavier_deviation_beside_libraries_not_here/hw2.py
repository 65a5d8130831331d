import pandas as pd
import torchvision

data = pd.read_csv("./magic04.data")
n_features = len(data.columns)
trainset = torchvision.datasets.Imagenette("./datasets", split="train")
num_classes = len(trainset.classes)
print(n_features + num_classes)


def xavier_init(fan_in, fan_out):
    std = math.sqrt(6.0 / (fan_in + fan_out))
    return torch.randn(fan_in, fan_out) * std
