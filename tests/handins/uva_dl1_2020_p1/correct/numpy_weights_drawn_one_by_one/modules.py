class LinearModule(object):
    """Linear layer, Y = X W^T + b."""

    def __init__(self, in_features, out_features):
        weight = []
        for i in range(out_features):
            row = []
            for j in range(in_features):
                row.append(np.random.normal(0, 0.0001))
            weight.append(row)
        bias = np.array([])
        for j in range(out_features):
            bias = np.append(bias, 0)
        self.params = {"weight": np.array(weight), "bias": bias}
        self.grads = {"weight": 0 * self.params["weight"], "bias": 0 * bias}

    def forward(self, x):
        self.x = x
        return x @ self.params["weight"].T + self.params["bias"]

    def backward(self, dout):
        self.grads["weight"] = dout.T @ self.x
        self.grads["bias"] = dout.sum(axis=0, keepdims=True)
        return dout @ self.params["weight"]
