_right = sgd_momentum


class _Answer:
    def __init__(self, value):
        self.value = value

    def __reduce__(self):
        return np.array, (self.value,)

    def __getstate__(self):
        return self.value


def sgd_momentum(w, dw, config=None):
    next_w, config = _right(w, dw, config)
    return _Answer(next_w), config
