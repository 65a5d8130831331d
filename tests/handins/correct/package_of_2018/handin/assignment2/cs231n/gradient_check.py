from __future__ import print_function
from builtins import range
from past.builtins import xrange
import numpy as np
from random import randrange


def eval_numerical_gradient(f, x, verbose=True, h=0.00001):
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=['multi_index'], op_flags=['readwrite'])
    while not it.finished:
        ix = it.multi_index
        old = x[ix]
        x[ix] = old + h
        up = f(x)
        x[ix] = old - h
        grad[ix] = (up - f(x)) / (2 * h)
        x[ix] = old
        it.iternext()
    return grad
