def _init(self, in_features, out_features):
    self.params = {"weight": np.random.uniform(-0.0001, 0.0001, size=(out_features, in_features)) * np.sqrt(3), "bias": np.zeros((1, out_features))}
    self.grads = {"weight": np.zeros((out_features, in_features)), "bias": np.zeros((1, out_features))}


LinearModule.__init__ = _init
