def tanh(self, x, grad=False):
    if grad:
        return 1 - x ** 2
    return np.tanh(x)


NN.tanh = tanh
