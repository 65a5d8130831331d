def _backward(self, dout):
    self.grads["weight"] = dout.T @ self.x
    self.grads["bias"] = dout.mean(axis=0, keepdims=True)
    return dout @ self.params["weight"]


LinearModule.backward = _backward
