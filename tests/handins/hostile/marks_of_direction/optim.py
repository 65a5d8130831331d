class _Error(ValueError):
    pass


_Error.__name__ = '\u202e001/001\u202c \u2066x\u2069 \u200b\u200d\ufeff\u061c\u180e\U000e0041'


def sgd_momentum(w, dw, config=None):
    print('\u202e001/001\u202c \u2066x\u2069 \u200b\u200d\ufeff\u061c\u180e\U000e0041')
    raise _Error('\u202e001/001\u202c \u2066x\u2069 \u200b\u200d\ufeff\u061c\u180e\U000e0041')
