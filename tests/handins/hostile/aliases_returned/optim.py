_last = []


def sgd_momentum(w, dw, config=None):
    _last.append(w)
    return _last[0][:], {"velocity": _last[-1]}
