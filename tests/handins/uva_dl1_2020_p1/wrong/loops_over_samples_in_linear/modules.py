def _forward(self, x):
    self.x = x
    out = np.zeros((x.shape[0], self.params["weight"].shape[0]))
    for i in range(x.shape[0]):
        out[i] = self.params["weight"] @ x[i] + self.params["bias"][0]
    return out


LinearModule.forward = _forward
