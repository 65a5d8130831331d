# whole file
import argparse

import cifar10_utils
import numpy as np
from mlp_numpy import MLP
from modules import CrossEntropyModule


def accuracy(predictions, targets):
    return (predictions.argmax(axis=1) == targets.argmax(axis=1)).mean()


def train(settings):
    np.random.seed(42)
    sets = cifar10_utils.get_cifar10(settings.data_dir, one_hot=True, validation_size=200)
    hidden = list(map(int, settings.dnn_hidden_units.split(",")))
    net, loss = MLP(3072, hidden, 10), CrossEntropyModule()
    for _ in range(settings.max_steps):
        x, y = sets["train"].next_batch(settings.batch_size)
        probabilities = net.forward(x.reshape(settings.batch_size, -1))
        net.backward(loss.backward(probabilities, y))
        for layer in net.layers:
            for key, value in getattr(layer, "params", {}).items():
                value -= settings.learning_rate * layer.grads[key]


if __name__ == "__main__":
    flags = argparse.ArgumentParser()
    flags.add_argument("--dnn_hidden_units", default="100")
    flags.add_argument("--learning_rate", type=float, default=1e-3)
    flags.add_argument("--max_steps", type=int, default=1400)
    flags.add_argument("--batch_size", type=int, default=200)
    flags.add_argument("--eval_freq", type=int, default=100)
    flags.add_argument("--data_dir", default="cifar10")
    train(flags.parse_args())
