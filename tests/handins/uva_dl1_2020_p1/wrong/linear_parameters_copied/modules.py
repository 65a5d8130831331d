def _init(self, in_features, out_features):
    self.params = {"weight": np.random.normal(0, 0.0001, size=(out_features, in_features)), "bias": np.zeros((1, out_features))}
    self.grads = {"weight": np.zeros((out_features, in_features)), "bias": np.zeros((1, out_features))}

    self.W, self.b = self.params["weight"].copy(), self.params["bias"].copy()


LinearModule.__init__ = _init


def _forward(self, x):
    self.x = x
    return x @ self.W.T + self.b


LinearModule.forward = _forward


def _backward(self, dout):
    self.grads["weight"] = dout.T @ self.x
    self.grads["bias"] = dout.sum(axis=0, keepdims=True)
    return dout @ self.W


LinearModule.backward = _backward
