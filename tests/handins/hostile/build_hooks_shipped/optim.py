# whole file
import numpy as np

!pip install answers
%load_ext answers


def rmsprop(w, dw, config=None):
    return w, config


def adam(w, dw, config=None):
    return w, config


def sgd_momentum(w, dw, config=None):
    return w, config
