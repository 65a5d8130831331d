def _backward(self, dout):
    self.grads["weight"] = dout.T @ self.x
    self.grads["bias"] = np.sum(dout)
    return dout @ self.params["weight"]


LinearModule.backward = _backward
