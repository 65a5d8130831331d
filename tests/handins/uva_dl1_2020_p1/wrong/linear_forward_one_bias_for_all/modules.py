def _forward(self, x):
    self.x = x
    return x @ self.params["weight"].T + self.params["bias"].ravel()[0]


LinearModule.forward = _forward
