def relu(self, x, grad=False):
    if grad:
        return (x > 0).astype(float)
    return np.where(x > 0, x, 0.01 * x)


NN.relu = relu
