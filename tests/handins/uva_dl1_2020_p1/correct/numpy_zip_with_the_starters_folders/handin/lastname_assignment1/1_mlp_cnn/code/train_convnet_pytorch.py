"""Training the ConvNet with PyTorch."""

import argparse
import os

import cifar10_utils
import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn
from convnet_pytorch import ConvNet

LEARNING_RATE_DEFAULT = 1e-4
MAX_STEPS_DEFAULT = 5000
BATCH_SIZE_DEFAULT = 32
EVAL_FREQ_DEFAULT = 500
DATA_DIR_DEFAULT = "./cifar10/cifar-10-batches-py"

FLAGS = None


def accuracy(predictions, targets):
    """Fraction of correct predictions; targets are one-hot."""
    return (predictions.argmax(dim=1) == targets.argmax(dim=1)).float().mean().item()


def train():
    np.random.seed(42)
    torch.manual_seed(42)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    data = cifar10_utils.get_cifar10(FLAGS.data_dir)
    test_x, test_y = torch.tensor(data["test"].images), torch.tensor(data["test"].labels)
    model = ConvNet(3, 10).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=FLAGS.learning_rate)
    loss_module = nn.CrossEntropyLoss()
    losses, accuracies = [], []
    for step in range(FLAGS.max_steps):
        model.train()
        x, y = data["train"].next_batch(FLAGS.batch_size)
        x = torch.tensor(x).to(device)
        y = torch.tensor(y).to(device)
        optimizer.zero_grad()
        loss = loss_module(model(x), y.argmax(dim=1))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if step % FLAGS.eval_freq == 0 or step == FLAGS.max_steps - 1:
            model.eval()
            with torch.no_grad():
                parts = [model(part.to(device)).cpu() for part in test_x.split(100)]
                accuracies.append(accuracy(torch.cat(parts), test_y))
            print(f"Step {step}: loss {losses[-1]:.3f}, test accuracy {accuracies[-1]:.3f}")
    plt.plot(losses)
    plt.savefig("convnet_loss.png")


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
    parser.add_argument("--learning_rate", type=float, default=LEARNING_RATE_DEFAULT)
    parser.add_argument("--max_steps", type=int, default=MAX_STEPS_DEFAULT)
    parser.add_argument("--batch_size", type=int, default=BATCH_SIZE_DEFAULT)
    parser.add_argument("--eval_freq", type=int, default=EVAL_FREQ_DEFAULT)
    parser.add_argument("--data_dir", type=str, default=DATA_DIR_DEFAULT)
    FLAGS, unparsed = parser.parse_known_args()
    main()
