_TwoLayerNet = TwoLayerNet


class TwoLayerNet(_TwoLayerNet):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ('b1', 'b2'):
            self.params[name] = np.zeros((1, self.params[name].size))
