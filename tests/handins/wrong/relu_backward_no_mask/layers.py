def relu_backward(dout, cache):
    """Gradient of the rectified linear units."""
    x = cache
    dx = dout
    return dx
