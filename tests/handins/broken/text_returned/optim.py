_adam = adam


def adam(w, dw, config=None):
    next_w, config = _adam(w, dw, config)
    return str(next_w), config
