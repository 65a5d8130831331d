def affine_backward(dout, cache):
    """Gradients of the fully connected layer."""
    x, w, b = cache
    dx, dw, db = None, None, None
    return dx, dw, db
