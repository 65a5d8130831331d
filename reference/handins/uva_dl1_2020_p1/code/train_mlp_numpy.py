"""Trains the assignment's NumPy perceptron on CIFAR-10 by the command line's settings."""

import argparse
import sys
from pathlib import Path

import cifar10_utils  # type: ignore[import-not-found]  # lies beside
import numpy as np
from mlp_numpy import MLP  # type: ignore[import-not-found]  # lies beside
from modules import CrossEntropyModule  # type: ignore[import-not-found]  # lies beside

from reference.arrays import Array
from reference.models.dict_modules import descend

DNN_HIDDEN_UNITS_DEFAULT = "100"
LEARNING_RATE_DEFAULT = 1e-3
MAX_STEPS_DEFAULT = 1400
BATCH_SIZE_DEFAULT = 200
EVAL_FREQ_DEFAULT = 100
DATA_DIR_DEFAULT = "./cifar10/cifar-10-batches-py"

FLAGS: argparse.Namespace


def accuracy(predictions: Array, targets: Array) -> float:
    """Return the share of rows whose largest prediction is at the target's class.

    Args:
        predictions: (N, C).
        targets: (N, C) one-hot.
    """
    return float((predictions.argmax(axis=1) == targets.argmax(axis=1)).mean())


def train() -> None:
    """Train by mini-batch gradient descent and say how it goes."""
    np.random.seed(42)
    hidden = [int(units) for units in FLAGS.dnn_hidden_units.split(",") if units.strip()]
    data = cifar10_utils.get_cifar10(FLAGS.data_dir)
    n_inputs = int(np.prod(data["train"].images.shape[1:]))
    model, loss = MLP(n_inputs, hidden, data["train"].labels.shape[1]), CrossEntropyModule()
    test = data["test"].images.reshape(-1, n_inputs)
    for step in range(FLAGS.max_steps):
        x, y = data["train"].next_batch(FLAGS.batch_size)
        predicted = model.forward(x.reshape(-1, n_inputs))
        model.backward(loss.backward(predicted, y))
        descend(model, FLAGS.learning_rate)
        if (step + 1) % FLAGS.eval_freq == 0 or step + 1 == FLAGS.max_steps:
            reached = accuracy(model.forward(test), data["test"].labels)
            sys.stdout.write(
                f"step {step + 1}: training loss {loss.forward(predicted, y):.4f}, "
                f"test accuracy {reached:.4f}\n"
            )


def print_flags() -> None:
    """Say what the settings are."""
    for name, value in vars(FLAGS).items():
        sys.stdout.write(f"{name} : {value}\n")


def main() -> None:
    """Run what the command line asks for."""
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
