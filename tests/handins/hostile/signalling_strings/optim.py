_right = sgd_momentum



def sgd_momentum(w, dw, config=None):
    right, config = _right(w, dw, config)
    return right.astype('U32'), config
