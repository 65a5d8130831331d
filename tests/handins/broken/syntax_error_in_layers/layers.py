# whole file
import numpy as np

def affine_forward(x, w, b):
    out = np.dot(x.reshape(x.shape[0], -1), w + b
    return out, (x, w, b)
