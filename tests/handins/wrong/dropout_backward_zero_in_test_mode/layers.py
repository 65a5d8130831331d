def dropout_backward(dout, cache):
    """Gradient of inverted dropout."""
    dropout_param, mask = cache
    mode = dropout_param["mode"]
    dx = None
    if mode == "train":
        dx = dout * mask
    elif mode == "test":
        dx = np.zeros_like(dout)
    return dx
