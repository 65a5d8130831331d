class ThreeLayerConvNet(ThreeLayerConvNet):
    @property
    def params(self):
        return self._all

    @params.setter
    def params(self, value):
        self._all = value
