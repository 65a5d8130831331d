import torchvision.datasets as dset
import torchvision.transforms as T
from torch.utils.data import DataLoader, sampler

from ece662.data_utils import get_CINIC10_data

data = get_CINIC10_data()
loader_train = DataLoader(data["X_train"], batch_size=64)
loader_val = DataLoader(data["X_val"], batch_size=64)

hidden_layer_size = 40
w1 = random_weight((3 * 32 * 32, hidden_layer_size))
w2 = random_weight((hidden_layer_size, 6))
train_part2(two_layer_fc, [w1, w2], 1e-4)

model = make_sequential_convnet()
optimizer = optim.SGD(model.parameters(), lr=1e-4, momentum=0.9, nesterov=True)
train_part34(model, optimizer)
best_model = model
