def _forward(self, x):
    self.x = x
    return x @ self.params["weight"].T


LinearModule.forward = _forward
