def affine_backward(dout, cache):
    """Gradients of the fully connected layer."""
    x, w, b = cache
    rows = x.reshape(x.shape[0], -1)
    dx = dout.dot(w.T).reshape(x.shape)
    dw = rows.T.dot(dout)
    db = dout
    return dx, dw, db
