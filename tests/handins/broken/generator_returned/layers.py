def relu_backward(dout, cache):
    yield dout * (cache > 0)
