_Odd = type("\x1b[32m\u202eevil", (), {})


def sgd_momentum(w, dw, config=None):
    return _Odd(), {"\x1b[2Jvelocity": _Odd(), "\r": 1}
