def layernorm_backward(dout, cache):
    """Gradients of layer normalization."""
    x_hat, std, gamma = cache
    dgamma = np.sum(dout * x_hat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dx_hat = dout * gamma
    along = dx_hat.mean(axis=1, keepdims=True)
    across = (dx_hat * x_hat).mean(axis=1, keepdims=True)
    dx = (dx_hat - along) / std
    return dx, dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    """Group normalization: layer normalization of every group."""
    N, C, H, W = x.shape
    rows = x.reshape(N * G, -1)
    ones, zeros = np.ones(rows.shape[1]), np.zeros(rows.shape[1])
    normalized, ln_cache = layernorm_forward(rows, ones, zeros, gn_param)
    x_hat = normalized.reshape(N, C, H, W)
    out = gamma * x_hat + beta
    cache = (x_hat, gamma, G, ln_cache)
    return out, cache


def spatial_groupnorm_backward(dout, cache):
    """Gradients of group normalization."""
    x_hat, gamma, G, ln_cache = cache
    N, C, H, W = dout.shape
    dgamma = np.sum(dout * x_hat, axis=(0, 2, 3), keepdims=True)
    dbeta = np.sum(dout, axis=(0, 2, 3), keepdims=True)
    drows, _, _ = layernorm_backward((dout * gamma).reshape(N * G, -1), ln_cache)
    return drows.reshape(N, C, H, W), dgamma, dbeta
