"""Trains the assignment's perceptron on CIFAR-10 by the command line's settings."""

import argparse
import sys
from pathlib import Path

import cifar10_utils  # type: ignore[import-not-found]  # lies beside
import numpy as np
import torch
from mlp_pytorch import MLP  # type: ignore[import-not-found]  # lies beside

from reference.models.classifier_training import accuracy, train_classifier

DNN_HIDDEN_UNITS_DEFAULT = "512,256"
LEARNING_RATE_DEFAULT = 1e-3
MAX_STEPS_DEFAULT = 2000
BATCH_SIZE_DEFAULT = 200
EVAL_FREQ_DEFAULT = 100
DATA_DIR_DEFAULT = "./cifar10/cifar-10-batches-py"

FLAGS: argparse.Namespace

__all__ = ["accuracy", "main", "print_flags", "train"]


def train() -> None:
    """Train and say how it goes."""
    np.random.seed(42)
    torch.manual_seed(42)
    hidden = [int(units) for units in FLAGS.dnn_hidden_units.split(",") if units.strip()]
    data = cifar10_utils.get_cifar10(FLAGS.data_dir)
    n_classes = data["train"].labels.shape[1]
    model = MLP(int(np.prod(data["train"].images.shape[1:])), hidden, n_classes)
    model.to("cuda" if torch.cuda.is_available() else "cpu")
    for measured in train_classifier(
        model,
        torch.optim.Adam(model.parameters(), lr=FLAGS.learning_rate),
        (data["train"], data["test"]),
        FLAGS.batch_size,
        (FLAGS.max_steps, FLAGS.eval_freq),
        lambda images: images.flatten(start_dim=1),
    ):
        sys.stdout.write(
            f"step {measured.step}: loss {measured.train_loss:.4f}, test loss "
            f"{measured.test_loss:.4f}, test accuracy {measured.test_accuracy:.4f}\n"
        )


def print_flags() -> None:
    """Print every setting."""
    for key, value in vars(FLAGS).items():
        sys.stdout.write(f"{key} : {value}\n")


def main() -> None:
    """Print the settings, make the data's folder, and train."""
    print_flags()
    Path(FLAGS.data_dir).mkdir(parents=True, exist_ok=True)
    train()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--dnn_hidden_units", type=str, default=DNN_HIDDEN_UNITS_DEFAULT)
    parser.add_argument("--learning_rate", type=float, default=LEARNING_RATE_DEFAULT)
    parser.add_argument("--max_steps", type=int, default=MAX_STEPS_DEFAULT)
    parser.add_argument("--batch_size", type=int, default=BATCH_SIZE_DEFAULT)
    parser.add_argument("--eval_freq", type=int, default=EVAL_FREQ_DEFAULT)
    parser.add_argument("--data_dir", type=str, default=DATA_DIR_DEFAULT)
    FLAGS, _ = parser.parse_known_args()
    main()
