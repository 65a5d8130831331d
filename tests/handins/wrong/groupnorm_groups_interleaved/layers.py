def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    """Group normalization: G groups of neighbouring channels in every image."""
    eps = gn_param.get("eps", 1e-5)
    N, C, H, W = x.shape
    groups = x.reshape(N, C // G, G, H, W)
    mean = groups.mean(axis=(1, 3, 4), keepdims=True)
    var = groups.var(axis=(1, 3, 4), keepdims=True)
    std = np.sqrt(var + eps)
    x_hat = ((groups - mean) / std).reshape(N, C, H, W)
    out = gamma * x_hat + beta
    cache = (x_hat, std, gamma, G)
    return out, cache


def spatial_groupnorm_backward(dout, cache):
    """Gradients of group normalization."""
    x_hat, std, gamma, G = cache
    N, C, H, W = dout.shape
    dgamma = np.sum(dout * x_hat, axis=(0, 2, 3), keepdims=True)
    dbeta = np.sum(dout, axis=(0, 2, 3), keepdims=True)
    dgroups = (dout * gamma).reshape(N, C // G, G, H, W)
    hat = x_hat.reshape(N, C // G, G, H, W)
    along = dgroups.mean(axis=(1, 3, 4), keepdims=True)
    across = (dgroups * hat).mean(axis=(1, 3, 4), keepdims=True)
    dx = ((dgroups - along - hat * across) / std).reshape(N, C, H, W)
    return dx, dgamma, dbeta
