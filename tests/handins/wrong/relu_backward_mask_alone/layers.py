def relu_backward(dout, cache):
    """Gradient of the rectified linear units."""
    x = cache
    dx = (x > 0).astype(float)
    return dx
