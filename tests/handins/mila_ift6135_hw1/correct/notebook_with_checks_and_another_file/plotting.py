import matplotlib.pyplot as plt
import numpy as np


def show_filters(weights):
    plt.imshow(weights[0])
    plt.show()


def tiles(x):
    return np.stack([x[:, :, i::2, j::2] for i in (0, 1) for j in (0, 1)])
