def dropout_forward(x, dropout_param):
    """Inverted dropout; p is the probability of keeping a neuron."""
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])

    mask = None
    out = None
    if mode == "train":
        mask = (np.random.rand(*x.shape) < p) / p
        out = x * mask
    elif mode == "test":
        pass

    cache = (dropout_param, mask)
    out = out if out is None else out.astype(x.dtype, copy=False)
    return out, cache


