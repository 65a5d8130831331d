def affine_forward(x, w, b):
    """Fully connected layer: every example becomes one row, then rows times w plus b."""
    out = x.dot(w) + b
    cache = (x, w, b)
    return out, cache
