def _backward(self, dout):
    return dout * (self.x > 0)


ELUModule.backward = _backward
