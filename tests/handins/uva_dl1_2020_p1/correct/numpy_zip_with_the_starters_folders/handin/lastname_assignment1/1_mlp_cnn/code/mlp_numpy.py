"""Multi-layer perceptron in NumPy."""

from modules import *


class MLP(object):
    """Linear and ELU for each hidden layer, then linear and softmax."""

    def __init__(self, n_inputs, n_hidden, n_classes):
        self.layers = []
        sizes = [n_inputs] + list(n_hidden)
        for size_in, size_out in zip(sizes[:-1], sizes[1:]):
            self.layers.append(LinearModule(size_in, size_out))
            self.layers.append(ELUModule())
        self.layers.append(LinearModule(sizes[-1], n_classes))
        self.layers.append(SoftMaxModule())

    def forward(self, x):
        out = x
        for layer in self.layers:
            out = layer.forward(out)
        return out

    def backward(self, dout):
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
