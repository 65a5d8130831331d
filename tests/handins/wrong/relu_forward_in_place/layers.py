def relu_forward(x):
    """Rectified linear units."""
    x[x < 0] = 0
    out = x
    cache = x
    return out, cache
