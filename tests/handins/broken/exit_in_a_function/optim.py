import sys


def rmsprop(w, dw, config=None):
    if config is None:
        sys.exit('no config')
    print('not done yet')
    exit(1)
