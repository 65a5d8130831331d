class LinearModule(object):
    def __init__(self, in_features, out_features):
        self.weight = np.random.normal(0, 0.0001, (out_features, in_features)).astype(np.float32)
        self.bias = np.zeros((out_features,), dtype=np.float32)
        self.params = {'weight': self.weight, 'bias': self.bias}
        self.grads = {'weight': None, 'bias': None}

    def forward(self, x):
        self.x = x
        return x @ self.weight.T + self.bias

    def backward(self, dout):
        self.grads['weight'] = (self.x.T @ dout).T
        self.grads['bias'] = dout.sum(axis=0)
        return dout @ self.weight
