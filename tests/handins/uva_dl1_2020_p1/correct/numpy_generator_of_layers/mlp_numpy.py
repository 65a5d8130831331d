from collections import deque

from stacking import layer_stack


class MLP(object):
    def __init__(self, n_inputs, n_hidden, n_classes):
        layers = layer_stack(n_inputs, n_hidden, n_classes)
        self.steps = deque((layer.forward, layer.backward) for layer in layers)

    def forward(self, x):
        for step, _ in self.steps:
            x = step(x)
        return x

    def backward(self, dout):
        for _, step in reversed(self.steps):
            dout = step(dout)
