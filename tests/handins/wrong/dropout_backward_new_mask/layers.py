def dropout_backward(dout, cache):
    """Gradient of inverted dropout."""
    dropout_param, mask = cache
    mode = dropout_param["mode"]
    dx = None
    if mode == "train":
        p = dropout_param["p"]
        dx = dout * (np.random.rand(*dout.shape) < p) / p
    elif mode == "test":
        dx = dout
    return dx
