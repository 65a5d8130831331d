import sys
name = input('Your name? ')
rest = sys.stdin.read()


def adam(w, dw, config=None):
    rate = float(input('learning rate: '))
    return w - rate * dw, config
