class ELUModule(object):
    def forward(self, x):
        x = x.astype(np.float32)
        self.slope = np.where(x > 0, 1, np.exp(np.minimum(x, 0)))
        return np.where(x > 0, x, self.slope - 1)

    def backward(self, dout):
        return dout * self.slope


class LinearModule(object):
    def __init__(self, in_features, out_features):
        weight = np.random.normal(0, 0.0001, (out_features, in_features))
        self.params = {"weight": weight, "bias": np.zeros(out_features)}
        self.grads = {"weight": np.zeros_like(weight), "bias": np.zeros(out_features)}

    def forward(self, x):
        self.x = x.astype(np.float32)
        return self.x @ self.params["weight"].T + self.params["bias"]

    def backward(self, dout):
        self.grads["weight"] = dout.T @ self.x
        self.grads["bias"] = dout.sum(axis=0)
        return dout @ self.params["weight"]


class SoftMaxModule(object):
    def forward(self, x):
        x = x.astype(np.float32)
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.y = e / e.sum(axis=1, keepdims=True)
        return self.y

    def backward(self, dout):
        return self.y * (dout - (dout * self.y).sum(axis=1, keepdims=True))
