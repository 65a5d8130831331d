def _backward(self, dout):
    self.grads["weight"] = self.x.T @ dout
    self.grads["bias"] = dout.sum(axis=0, keepdims=True)
    return dout @ self.params["weight"]


LinearModule.backward = _backward
