# whole file
from abc import ABC, abstractmethod

import numpy as np

from ..layers import softmax_loss


class Net(ABC):
    """What all networks have in common."""

    def __init__(self, reg, dtype):
        self.params, self.reg, self.dtype = {}, reg, dtype
        self.loss_history, self.verbose = [], False

    def add(self, index, shape, scale):
        self.params[f'W{index}'] = scale * np.random.standard_normal(shape)
        self.params[f'b{index}'] = np.zeros(shape[-1] if len(shape) == 2 else shape[0])

    @abstractmethod
    def forward(self, X, mode): ...

    @abstractmethod
    def backward(self, dscores): ...

    def loss(self, X, y=None):
        X = X.astype(self.dtype)
        scores = self.forward(X, 'test' if y is None else 'train')
        if y is None:
            return scores
        loss, dscores = softmax_loss(scores, y)
        grads = self.backward(dscores)
        for key in [k for k in self.params if k.startswith('W')]:
            loss += 0.5 * self.reg * np.sum(self.params[key] ** 2)
            grads[key] += self.reg * self.params[key]
        self.loss_history.append(loss)
        return loss, grads
