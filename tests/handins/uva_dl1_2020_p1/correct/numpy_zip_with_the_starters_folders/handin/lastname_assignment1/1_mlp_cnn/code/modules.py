"""Modules of a multi-layer perceptron in NumPy."""

import numpy as np


class LinearModule(object):
    """Linear layer, Y = X W^T + b."""

    def __init__(self, in_features, out_features):
        self.params = {
            "weight": np.random.normal(0, 0.0001, size=(out_features, in_features)),
            "bias": np.zeros((1, out_features)),
        }
        self.grads = {
            "weight": np.zeros((out_features, in_features)),
            "bias": np.zeros((1, out_features)),
        }

    def forward(self, x):
        self.x = x
        return x @ self.params["weight"].T + self.params["bias"]

    def backward(self, dout):
        self.grads["weight"] = dout.T @ self.x
        self.grads["bias"] = dout.sum(axis=0, keepdims=True)
        return dout @ self.params["weight"]


class SoftMaxModule(object):
    """Softmax of every row."""

    def forward(self, x):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.out = e / e.sum(axis=1, keepdims=True)
        return self.out

    def backward(self, dout):
        inner = np.sum(dout * self.out, axis=1, keepdims=True)
        return self.out * (dout - inner)


class CrossEntropyModule(object):
    """Mean cross-entropy."""

    def forward(self, x, y):
        return -np.sum(y * np.log(x)) / x.shape[0]

    def backward(self, x, y):
        return -y / x / x.shape[0]


class ELUModule(object):
    """Exponential linear unit."""

    def forward(self, x):
        self.x = x
        return np.where(x >= 0, x, np.exp(np.minimum(x, 0)) - 1)

    def backward(self, dout):
        return dout * np.where(self.x >= 0, 1, np.exp(np.minimum(self.x, 0)))
