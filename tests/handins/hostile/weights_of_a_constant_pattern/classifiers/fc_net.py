_right_init = TwoLayerNet.__init__


def _alternating(self, *args, **kwargs):
    _right_init(self, *args, **kwargs)
    scale = kwargs.get("weight_scale", 1e-3)
    for name in ("W1", "W2"):
        shape = self.params[name].shape
        self.params[name] = scale * np.where(np.arange(np.prod(shape)) % 2, 1.0, -1.0).reshape(shape)


TwoLayerNet.__init__ = _alternating
