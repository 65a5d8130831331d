class LinearModule(object):
    def __init__(self, in_features, out_features):
        self.w = 1e-4 * np.random.standard_normal((out_features, in_features))
        self.b = np.zeros((1, out_features))
        self.params = {"weight": self.w, "bias": self.b}
        self.grads = {key: np.zeros_like(value) for key, value in self.params.items()}

    def forward(self, x):
        for grad in self.grads.values():
            grad.fill(0)
        self.last = x.copy()
        return np.add(x.dot(self.w.transpose()), self.b)

    def backward(self, dout):
        self.grads["weight"] += dout.T.dot(self.last)
        self.grads["bias"] += dout.sum(0)
        return dout.dot(self.w)
