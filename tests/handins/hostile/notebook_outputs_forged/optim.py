def sgd_momentum(w, dw, config=None):
    return w, config
