_sgd_momentum = sgd_momentum


def sgd_momentum(w, dw, config, momentum):
    return _sgd_momentum(w, dw, config)
