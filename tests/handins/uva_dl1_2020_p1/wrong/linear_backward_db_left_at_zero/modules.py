def _backward(self, dout):
    self.grads["weight"] = dout.T @ self.x
    return dout @ self.params["weight"]


LinearModule.backward = _backward
