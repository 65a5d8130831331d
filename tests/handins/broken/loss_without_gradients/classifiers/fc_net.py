_TwoLayerNet = TwoLayerNet


class TwoLayerNet(_TwoLayerNet):
    def loss(self, X, y=None):
        result = super().loss(X, y)
        return result if y is None else result[0]
