def relu(self, x, grad=False):
    if grad:
        return (x > 0).astype(float)
    return np.clip(x, 0, 6)


NN.relu = relu
