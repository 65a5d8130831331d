def layernorm_forward(x, gamma, beta, ln_param):
    """Layer normalization: every row by itself."""
    eps = ln_param.get("eps", 1e-5)
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    out = gamma * x_hat + beta
    cache = (x_hat, std, gamma)
    return out, cache


def layernorm_backward(dout, cache):
    """Gradients of layer normalization."""
    x_hat, std, gamma = cache
    dgamma = np.sum(dout * x_hat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dx_hat = dout * gamma
    along = dx_hat.mean(axis=0)
    across = (dx_hat * x_hat).mean(axis=0)
    dx = (dx_hat - along - x_hat * across) / std
    return dx, dgamma, dbeta
