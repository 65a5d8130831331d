class Hidden(Exception):
    def __str__(self):
        raise RuntimeError('no text')

    __repr__ = __str__


def rmsprop(w, dw, config=None):
    raise Hidden()
