def sigmoid(self, x, grad=False):
    s = 1 / (1 + np.exp(x))
    return s * (1 - s) if grad else s


NN.sigmoid = sigmoid
