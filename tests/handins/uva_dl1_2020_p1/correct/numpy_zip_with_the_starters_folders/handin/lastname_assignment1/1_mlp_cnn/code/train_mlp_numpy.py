"""Trains the NumPy perceptron on CIFAR-10."""

import argparse
import os

import cifar10_utils
import matplotlib.pyplot as plt
import numpy as np
from mlp_numpy import MLP
from modules import CrossEntropyModule

DNN_HIDDEN_UNITS_DEFAULT = '100'
LEARNING_RATE_DEFAULT = 1e-3
MAX_STEPS_DEFAULT = 1400
BATCH_SIZE_DEFAULT = 200
EVAL_FREQ_DEFAULT = 100
DATA_DIR_DEFAULT = './cifar10/cifar-10-batches-py'

FLAGS = None


def accuracy(predictions, targets):
    return np.mean(np.argmax(predictions, axis=1) == np.argmax(targets, axis=1))


def train():
    np.random.seed(42)
    if FLAGS.dnn_hidden_units:
        dnn_hidden_units = [int(units) for units in FLAGS.dnn_hidden_units.split(",")]
    else:
        dnn_hidden_units = []

    data = cifar10_utils.get_cifar10(FLAGS.data_dir)
    x_test = data['test'].images.reshape(data['test'].num_examples, -1)
    y_test = data['test'].labels
    net = MLP(x_test.shape[1], dnn_hidden_units, y_test.shape[1])
    criterion = CrossEntropyModule()

    losses, accuracies = [], []
    for step in range(FLAGS.max_steps):
        x, y = data['train'].next_batch(FLAGS.batch_size)
        out = net.forward(x.reshape(x.shape[0], -1))
        losses.append(criterion.forward(out, y))
        net.backward(criterion.backward(out, y))
        for layer in net.layers:
            if hasattr(layer, 'params'):
                for name in layer.params:
                    layer.params[name] -= FLAGS.learning_rate * layer.grads[name]
        if step % FLAGS.eval_freq == 0 or step == FLAGS.max_steps - 1:
            accuracies.append(accuracy(net.forward(x_test), y_test))
            print(step, losses[-1], accuracies[-1])

    plt.plot(losses)
    plt.savefig('loss_numpy.png')


def print_flags():
    for key, value in vars(FLAGS).items():
        print(key + ' : ' + str(value))


def main():
    print_flags()
    if not os.path.exists(FLAGS.data_dir):
        os.makedirs(FLAGS.data_dir)
    train()


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--dnn_hidden_units', type=str, default=DNN_HIDDEN_UNITS_DEFAULT)
    parser.add_argument('--learning_rate', type=float, default=LEARNING_RATE_DEFAULT)
    parser.add_argument('--max_steps', type=int, default=MAX_STEPS_DEFAULT)
    parser.add_argument('--batch_size', type=int, default=BATCH_SIZE_DEFAULT)
    parser.add_argument('--eval_freq', type=int, default=EVAL_FREQ_DEFAULT)
    parser.add_argument('--data_dir', type=str, default=DATA_DIR_DEFAULT)
    FLAGS, unparsed = parser.parse_known_args()
    main()
