"""Training and testing of the NumPy multi-layer perceptron on CIFAR-10."""

import argparse
import os

import cifar10_utils  # noqa: F401 - for the code that you will write
import numpy as np
from mlp_numpy import MLP  # noqa: F401 - for the code that you will write
from modules import CrossEntropyModule  # noqa: F401 - for the code that you will write

DNN_HIDDEN_UNITS_DEFAULT = "100"
LEARNING_RATE_DEFAULT = 1e-3
MAX_STEPS_DEFAULT = 1400
BATCH_SIZE_DEFAULT = 200
EVAL_FREQ_DEFAULT = 100
DATA_DIR_DEFAULT = "./cifar10/cifar-10-batches-py"

FLAGS = None


def accuracy(predictions, targets):
    """Compute the share of samples whose largest prediction is that of the right class.

    Args:
        predictions: Predicted probabilities, shape (N, C).
        targets: One-hot targets, shape (N, C).

    Returns:
        accuracy: A number from 0 to 1.
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
    """Train the network by mini-batch stochastic gradient descent, and test it.

    The settings are in FLAGS. Every FLAGS.eval_freq steps the network is evaluated on the whole
    test set. With the defaults the accuracy there ends at about 0.48.
    """
    # The same for everybody; do not change it.
    np.random.seed(42)

    # The sizes of the hidden layers; none at all when the flag is empty.
    dnn_hidden_units = [int(units) for units in FLAGS.dnn_hidden_units.split(",") if units]  # noqa: F841 - for the code that you will write
    # --------------------------------------------------------------------------
    # TODO: Read the data from FLAGS.data_dir, make the network and the loss, and train for
    # FLAGS.max_steps steps with batches of FLAGS.batch_size and the rate FLAGS.learning_rate.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


def print_flags():
    """Print all settings."""
    for name, value in vars(FLAGS).items():
        print(f"{name} : {value}")


def main():
    """Print the settings, make the data's folder, and train."""
    print_flags()
    os.makedirs(FLAGS.data_dir, exist_ok=True)
    train()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--dnn_hidden_units",
        type=str,
        default=DNN_HIDDEN_UNITS_DEFAULT,
        help="units of the hidden layers, separated by commas",
    )
    parser.add_argument(
        "--learning_rate", type=float, default=LEARNING_RATE_DEFAULT, help="learning rate"
    )
    parser.add_argument(
        "--max_steps", type=int, default=MAX_STEPS_DEFAULT, help="number of training steps"
    )
    parser.add_argument(
        "--batch_size", type=int, default=BATCH_SIZE_DEFAULT, help="samples in a batch"
    )
    parser.add_argument(
        "--eval_freq", type=int, default=EVAL_FREQ_DEFAULT, help="steps between evaluations"
    )
    parser.add_argument("--data_dir", type=str, default=DATA_DIR_DEFAULT, help="folder of the data")
    FLAGS, unparsed = parser.parse_known_args()
    main()
