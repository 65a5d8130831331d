"""Training the MLP with PyTorch."""

import argparse
import os

import cifar10_utils
import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn
from mlp_pytorch import MLP

DNN_HIDDEN_UNITS_DEFAULT = "100"
LEARNING_RATE_DEFAULT = 1e-3
MAX_STEPS_DEFAULT = 1400
BATCH_SIZE_DEFAULT = 200
EVAL_FREQ_DEFAULT = 100
DATA_DIR_DEFAULT = "./cifar10/cifar-10-batches-py"

FLAGS = None


def accuracy(predictions, targets):
    """Fraction of correct predictions; targets are one-hot."""
    return (predictions.argmax(dim=1) == targets.argmax(dim=1)).float().mean().item()


def train():
    np.random.seed(42)
    torch.manual_seed(42)
    if FLAGS.dnn_hidden_units:
        hidden = [int(n) for n in FLAGS.dnn_hidden_units.split(",")]
    else:
        hidden = []
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    data = cifar10_utils.get_cifar10(FLAGS.data_dir)
    test_x = torch.tensor(data["test"].images.reshape(len(data["test"].images), -1)).to(device)
    test_y = torch.tensor(data["test"].labels).to(device)
    model = MLP(test_x.shape[1], hidden, test_y.shape[1]).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=FLAGS.learning_rate)
    loss_module = nn.CrossEntropyLoss()
    losses, accuracies = [], []
    for step in range(FLAGS.max_steps):
        model.train()
        x, y = data["train"].next_batch(FLAGS.batch_size)
        x = torch.tensor(x.reshape(x.shape[0], -1)).to(device)
        y = torch.tensor(y).to(device)
        optimizer.zero_grad()
        loss = loss_module(model(x), y.argmax(dim=1))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if step % FLAGS.eval_freq == 0 or step == FLAGS.max_steps - 1:
            model.eval()
            with torch.no_grad():
                accuracies.append(accuracy(model(test_x), test_y))
            print(f"Step {step}: loss {losses[-1]:.3f}, test accuracy {accuracies[-1]:.3f}")
    plt.plot(losses)
    plt.savefig("mlp_pytorch_loss.png")


def print_flags():
    for key, value in vars(FLAGS).items():
        print(key + " : " + str(value))


def main():
    print_flags()
    if not os.path.exists(FLAGS.data_dir):
        os.makedirs(FLAGS.data_dir)
    train()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--dnn_hidden_units", type=str, default=DNN_HIDDEN_UNITS_DEFAULT)
    parser.add_argument("--learning_rate", type=float, default=LEARNING_RATE_DEFAULT)
    parser.add_argument("--max_steps", type=int, default=MAX_STEPS_DEFAULT)
    parser.add_argument("--batch_size", type=int, default=BATCH_SIZE_DEFAULT)
    parser.add_argument("--eval_freq", type=int, default=EVAL_FREQ_DEFAULT)
    parser.add_argument("--data_dir", type=str, default=DATA_DIR_DEFAULT)
    FLAGS, unparsed = parser.parse_known_args()
    main()
