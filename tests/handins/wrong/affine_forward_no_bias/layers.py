def affine_forward(x, w, b):
    """Fully connected layer: every example becomes one row, then rows times w plus b."""
    rows = x.reshape(x.shape[0], -1)
    out = rows.dot(w)
    cache = (x, w, b)
    return out, cache
