forget = Convolution2dLayer.backward


def backward(self, dout):
    grads = forget(self, dout)
    self.dW = grads["dW"] + getattr(self, "dW", 0)
    self.db = grads["db"] + getattr(self, "db", 0)
    return {"dW": self.dW, "db": self.db}


Convolution2dLayer.backward = backward
