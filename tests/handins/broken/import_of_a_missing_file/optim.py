from .helpers import clipped

_sgd_momentum = sgd_momentum


def sgd_momentum(w, dw, config=None):
    return _sgd_momentum(w, clipped(dw), config)
