def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    """Group normalization: G groups of neighbouring channels in every image."""
    eps = gn_param.get("eps", 1e-5)
    mean = x.mean(axis=(1, 2, 3), keepdims=True)
    var = x.var(axis=(1, 2, 3), keepdims=True)
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    out = gamma * x_hat + beta
    cache = (x_hat, std, gamma)
    return out, cache


def spatial_groupnorm_backward(dout, cache):
    """Gradients of group normalization."""
    x_hat, std, gamma = cache
    dgamma = np.sum(dout * x_hat, axis=(0, 2, 3), keepdims=True)
    dbeta = np.sum(dout, axis=(0, 2, 3), keepdims=True)
    dx_hat = dout * gamma
    along = dx_hat.mean(axis=(1, 2, 3), keepdims=True)
    across = (dx_hat * x_hat).mean(axis=(1, 2, 3), keepdims=True)
    dx = (dx_hat - along - x_hat * across) / std
    return dx, dgamma, dbeta
