import matplotlib.pyplot as plt
from torch import nn

import utils
from dataloaders import load_cifar10
from trainer import Trainer, compute_loss_and_accuracy


class ExampleModel(nn.Module):
    """The CNN of Table 2."""

    def __init__(self, image_channels, num_classes):
        super().__init__()
        self.num_classes = num_classes
        self.feature_extractor = nn.Sequential(
            nn.Conv2d(image_channels, 32, kernel_size=5, stride=1, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=2, stride=2),
            nn.Conv2d(32, 64, kernel_size=5, stride=1, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=2, stride=2),
            nn.Conv2d(64, 128, kernel_size=5, stride=1, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=2, stride=2),
        )
        self.num_output_features = 128 * 4 * 4
        self.classifier = nn.Sequential(
            nn.Linear(self.num_output_features, 64),
            nn.ReLU(),
            nn.Linear(64, num_classes),
        )

    def forward(self, x):
        batch_size = x.shape[0]
        features = self.feature_extractor(x)
        features = features.view(batch_size, self.num_output_features)
        out = self.classifier(features)
        assert out.shape == (batch_size, self.num_classes)
        return out


def create_plots(trainer, name):
    plt.figure(figsize=(20, 8))
    plt.subplot(1, 2, 1)
    utils.plot_loss(trainer.train_history["loss"], label="Training loss", npoints_to_average=10)
    utils.plot_loss(trainer.validation_history["loss"], label="Validation loss")
    plt.legend()
    plt.subplot(1, 2, 2)
    utils.plot_loss(trainer.validation_history["accuracy"], label="Validation accuracy")
    plt.legend()
    plt.savefig(f"plots/{name}_plot.png")
    plt.show()


def main():
    utils.set_seed(0)
    dataloaders = load_cifar10(64)
    model = ExampleModel(image_channels=3, num_classes=10)
    trainer = Trainer(64, 5e-2, 4, 10, model, dataloaders)
    trainer.train()
    create_plots(trainer, "task2")
    for loader in dataloaders:
        print(compute_loss_and_accuracy(loader, model, trainer.loss_criterion))


if __name__ == "__main__":
    main()
