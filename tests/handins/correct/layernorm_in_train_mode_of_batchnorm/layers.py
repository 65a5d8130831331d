def batchnorm_forward(x, gamma, beta, bn_param):
    """Normalizes columns; `axis` says over which one backward sums for gamma and beta."""
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    average = bn_param.get("running_mean", np.zeros(x.shape[1], dtype=x.dtype))
    spread = bn_param.get("running_var", np.zeros(x.shape[1], dtype=x.dtype))
    if bn_param["mode"] == "test":
        return gamma * (x - average) / np.sqrt(spread + eps) + beta, None
    mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - mean) / std
    axis = bn_param.get("axis", 0)
    if axis == 0:
        bn_param["running_mean"] = momentum * average + (1 - momentum) * mean
        bn_param["running_var"] = momentum * spread + (1 - momentum) * x.var(axis=0)
    return gamma * x_hat + beta, (x_hat, std, gamma, axis)


def batchnorm_backward(dout, cache):
    x_hat, std, gamma, axis = cache
    g = dout * gamma
    dx = (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0)) / std
    return dx, (dout * x_hat).sum(axis=axis), dout.sum(axis=axis)


def batchnorm_backward_alt(dout, cache):
    return batchnorm_backward(dout, cache)


def layernorm_forward(x, gamma, beta, ln_param):
    """Batch normalization of the transpose, which always trains unless it is told otherwise."""
    gamma, beta = np.atleast_2d(gamma, beta)
    out, cache = batchnorm_forward(x.T, gamma.T, beta.T, {"mode": "train", "axis": 1, **ln_param})
    return out.T, cache


def layernorm_backward(dout, cache):
    dx, dgamma, dbeta = batchnorm_backward(dout.T, cache)
    return dx.T, dgamma, dbeta
