"""Task 2: a convolutional network, and its training."""

import dataloaders
import trainer
import utils
from torch import nn


class ExampleModel(nn.Module):
    """The network of Table 2, for images of 32 by 32 pixels.

    | layer | type            | filters or units | activation |
    |-------|-----------------|------------------|------------|
    | 1     | Conv2D          | 32               | ReLU       |
    | 1     | MaxPool2D       |                  |            |
    | 2     | Conv2D          | 64               | ReLU       |
    | 2     | MaxPool2D       |                  |            |
    | 3     | Conv2D          | 128              | ReLU       |
    | 3     | MaxPool2D       |                  |            |
    |       | Flatten         |                  |            |
    | 4     | Fully-Connected | 64               | ReLU       |
    | 5     | Fully-Connected | num_classes      | Softmax    |

    Every convolution has filters of 5 by 5, a padding of 2, a stride of 1, and a bias. Every
    pooling has a window of 2 by 2 and a stride of 2. The softmax of the last line is part of the
    loss `nn.CrossEntropyLoss`, so the network itself returns logits.

    Names of attributes are yours to choose. For 3 channels and 10 classes the network has as many
    parameters as you computed in task 1.
    """

    def __init__(self, image_channels, num_classes):
        """Make the layers. Leave their initial values as PyTorch sets them.

        Args:
            image_channels: Number of channels of the images, 3 for CIFAR-10.
            num_classes: Number of classes, 10 for CIFAR-10.
        """
        super().__init__()
        # --------------------------------------------------------------------------
        # TODO: Make the layers of Table 2.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------

    def forward(self, x):
        """Compute the logits.

        Args:
            x: Images, shape (N, image_channels, 32, 32).

        Returns:
            Logits, shape (N, num_classes), without a softmax.
        """
        # --------------------------------------------------------------------------
        # TODO: Run x through all layers, and return the logits.
        # Your code starts here.
        # --------------------------------------------------------------------------
        raise NotImplementedError("ExampleModel.forward is not written yet")
        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------


def main():
    """Train the network and report what it has learned."""
    utils.set_seed(0)
    loaders = dataloaders.load_cifar10(batch_size=64)
    model = ExampleModel(image_channels=3, num_classes=10)
    session = trainer.Trainer(
        batch_size=64,
        learning_rate=5e-2,
        early_stop_count=4,
        epochs=10,
        model=model,
        dataloaders=loaders,
    )
    session.train()
    for name, loader in zip(("train", "validation", "test"), loaders, strict=True):
        loss, accuracy = trainer.compute_loss_and_accuracy(
            loader, session.model, session.loss_criterion
        )
        print(f"{name}: loss {float(loss):.4f}, accuracy {float(accuracy):.4f}")


if __name__ == "__main__":
    main()
