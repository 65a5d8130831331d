"""Task 2 as its starter tests it: the shape of the output, and one pass over a small data set."""

import unittest

import absent  # noqa: F401  # before the course's files, which import what is not here
import torch
from task2 import ExampleModel
from trainer import compute_loss_and_accuracy


class TestTask2(unittest.TestCase):
    def test_shape_and_number_of_parameters(self):
        model = ExampleModel(image_channels=3, num_classes=10)
        assert model(torch.randn(4, 3, 32, 32)).shape == (4, 10)
        assert sum(each.numel() for each in model.parameters()) == 390_410

    def test_loss_and_accuracy(self):
        model = ExampleModel(image_channels=3, num_classes=10)
        data = [(torch.randn(16, 3, 32, 32), torch.randint(10, (16,))) for _ in range(4)]
        loss, accuracy = compute_loss_and_accuracy(data, model, torch.nn.CrossEntropyLoss())
        assert float(loss) > 0
        assert 0 <= float(accuracy) <= 1


if __name__ == "__main__":
    unittest.main()
