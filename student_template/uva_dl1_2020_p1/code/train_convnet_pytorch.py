"""Trains and tests the convolutional network of convnet_pytorch.py on CIFAR-10."""

# ruff: noqa: F401 - what is imported here is for the code that you will write

import argparse
import os

import cifar10_utils
import numpy as np
import torch
from convnet_pytorch import ConvNet
from torch import nn

# Defaults of the command line; leave them as they are.
LEARNING_RATE_DEFAULT = 1e-4
MAX_STEPS_DEFAULT = 5000
BATCH_SIZE_DEFAULT = 32
EVAL_FREQ_DEFAULT = 500
DATA_DIR_DEFAULT = "./cifar10/cifar-10-batches-py"

FLAGS = None


def accuracy(predictions, targets):
    """Compute the fraction of right predictions.

    Args:
        predictions: Outputs of the network, shape (N, n_classes).
        targets: The true classes as one-hot rows, shape (N, n_classes), or as integers, shape
            (N,); take the form that your training loop has.

    Returns:
        accuracy: A number between 0 and 1: the share of rows in which the largest prediction is
            at the true class.
    """
    accuracy = None
    # --------------------------------------------------------------------------
    # TODO: Compute the accuracy.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return accuracy


def train():
    """Train the network, and test it on the whole test set every `FLAGS.eval_freq` steps."""
    # The same numbers in every run; leave the seeds as they are.
    np.random.seed(42)
    torch.manual_seed(42)

    # --------------------------------------------------------------------------
    # TODO: Read the data with cifar10_utils.get_cifar10(FLAGS.data_dir), make a ConvNet,
    # and train it with Adam and FLAGS.learning_rate for FLAGS.max_steps batches of
    # FLAGS.batch_size images. Test it in evaluation mode and in several batches. Print losses and
    # accuracies, and keep them for your curves.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


def print_flags():
    """Print all settings."""
    for key, value in vars(FLAGS).items():
        print(f"{key} : {value}")


def main():
    """Print the settings, make the data's folder if there is none, and train."""
    print_flags()
    os.makedirs(FLAGS.data_dir, exist_ok=True)
    train()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--learning_rate", type=float, default=LEARNING_RATE_DEFAULT, help="Learning rate"
    )
    parser.add_argument(
        "--max_steps", type=int, default=MAX_STEPS_DEFAULT, help="Number of training steps"
    )
    parser.add_argument(
        "--batch_size", type=int, default=BATCH_SIZE_DEFAULT, help="Number of images in a batch"
    )
    parser.add_argument(
        "--eval_freq", type=int, default=EVAL_FREQ_DEFAULT, help="Steps between two evaluations"
    )
    parser.add_argument(
        "--data_dir", type=str, default=DATA_DIR_DEFAULT, help="Folder with the data"
    )
    FLAGS, unparsed = parser.parse_known_args()
    main()
