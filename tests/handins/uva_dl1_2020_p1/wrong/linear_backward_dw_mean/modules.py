def _backward(self, dout):
    self.grads["weight"] = dout.T @ self.x / len(dout)
    self.grads["bias"] = dout.sum(axis=0, keepdims=True)
    return dout @ self.params["weight"]


LinearModule.backward = _backward
