def relu_backward(dout, cache):
    dx = dout * (cache > 0)
    return dx,
