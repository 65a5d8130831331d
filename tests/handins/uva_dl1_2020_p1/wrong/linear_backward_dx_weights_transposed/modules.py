def _backward(self, dout):
    self.grads["weight"] = dout.T @ self.x
    self.grads["bias"] = dout.sum(axis=0, keepdims=True)
    return dout @ self.params["weight"].T


LinearModule.backward = _backward
