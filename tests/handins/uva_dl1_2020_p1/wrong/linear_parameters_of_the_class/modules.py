class LinearModule(object):
    """Linear layer, Y = X W^T + b."""

    params = {"weight": None, "bias": None}
    grads = {"weight": None, "bias": None}

    def __init__(self, in_features, out_features):
        self.params["weight"] = np.random.normal(0, 0.0001, size=(out_features, in_features))
        self.params["bias"] = np.zeros((1, out_features))
        self.grads["weight"] = np.zeros((out_features, in_features))
        self.grads["bias"] = np.zeros((1, out_features))

    def forward(self, x):
        self.x = x
        return x @ self.params["weight"].T + self.params["bias"]

    def backward(self, dout):
        self.grads["weight"] = dout.T @ self.x
        self.grads["bias"] = dout.sum(axis=0, keepdims=True)
        return dout @ self.params["weight"]
