def relu(self, x, grad=False):
    if grad:
        return (x > 0).astype(float)
    x[x < 0] = 0
    return x


NN.relu = relu
