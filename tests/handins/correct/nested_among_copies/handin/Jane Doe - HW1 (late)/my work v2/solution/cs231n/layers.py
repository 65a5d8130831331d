import numpy as np


def affine_forward(x, w, b):
    pass
