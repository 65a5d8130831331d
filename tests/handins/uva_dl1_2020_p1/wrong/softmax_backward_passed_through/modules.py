def _backward(self, dout):
    return dout


SoftMaxModule.backward = _backward
