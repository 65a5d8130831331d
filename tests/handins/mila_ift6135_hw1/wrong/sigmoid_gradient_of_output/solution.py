def sigmoid(self, x, grad=False):
    if grad:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))


NN.sigmoid = sigmoid
