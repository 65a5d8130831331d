import torch
import torch.nn.functional as F


class ExampleModel(nn.Module):
    def __init__(self, image_channels, num_classes, num_filters=32):
        super(ExampleModel, self).__init__()
        self.fc2 = nn.Linear(64, num_classes)
        self.fc1 = nn.Linear(4 * 4 * num_filters * 4, 64)
        self.c3 = nn.Conv2d(num_filters * 2, num_filters * 4, (5, 5), padding="same")
        self.c2 = nn.Conv2d(num_filters, num_filters * 2, (5, 5), padding="same")
        self.c1 = nn.Conv2d(image_channels, num_filters, (5, 5), padding="same")

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.c1(x)), 2)
        x = F.max_pool2d(F.relu(self.c2(x)), 2)
        x = F.max_pool2d(F.relu(self.c3(x)), 2)
        x = x.reshape(len(x), -1)
        return self.fc2(torch.relu(self.fc1(x)))
