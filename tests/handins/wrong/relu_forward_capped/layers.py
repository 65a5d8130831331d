def relu_forward(x):
    """Rectified linear units."""
    out = np.clip(x, 0, 6)
    cache = x
    return out, cache
