from .extras import l2

_TwoLayerNet = TwoLayerNet


class TwoLayerNet(_TwoLayerNet):
    def loss(self, X, y=None):
        result = super().loss(X, y)
        if y is None:
            return result
        return result[0] + l2(list(self.params.values()), self.reg), result[1]
