def batchnorm_backward(dout, cache):
    """Gradients of batch normalization, one node of the graph after the other."""
    x_hat, centered, std, gamma = cache
    N = dout.shape[0]
    dgamma = np.sum(dout * x_hat, axis=0)
    dbeta = np.sum(dout, axis=0)

    dx_hat = dout * gamma
    dstd = np.sum(-dx_hat * centered / std**2, axis=0)
    dvar = dstd / (2 * std)
    dcentered = dx_hat / std
    dmean = -np.sum(dcentered, axis=0)
    dx = dcentered + dmean / N
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    """Layer normalization: batch normalization of the transposed input."""
    ones, zeros = np.ones(x.shape[0]), np.zeros(x.shape[0])
    param = {"mode": "train", "eps": ln_param.get("eps", 1e-5)}
    normalized, bn_cache = batchnorm_forward(x.T, ones, zeros, param)
    x_hat = normalized.T
    out = gamma * x_hat + beta
    cache = (x_hat, gamma, bn_cache)
    return out, cache


def layernorm_backward(dout, cache):
    """Gradients of layer normalization."""
    x_hat, gamma, bn_cache = cache
    dgamma = np.sum(dout * x_hat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dx_transposed, _, _ = batchnorm_backward((dout * gamma).T, bn_cache)
    return dx_transposed.T, dgamma, dbeta
