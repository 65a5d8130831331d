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


def spatial_groupnorm_backward(dout, cache):
    """Gradients of group normalization."""
    x_hat, std, gamma, G = cache
    N, C, H, W = dout.shape
    dgamma = np.mean(dout * x_hat, axis=(0, 2, 3), keepdims=True)
    dbeta = np.mean(dout, axis=(0, 2, 3), keepdims=True)
    dgroups = (dout * gamma).reshape(N, G, C // G, H, W)
    hat = x_hat.reshape(N, G, C // G, H, W)
    along = dgroups.mean(axis=(2, 3, 4), keepdims=True)
    across = (dgroups * hat).mean(axis=(2, 3, 4), keepdims=True)
    dx = ((dgroups - along - hat * across) / std).reshape(N, C, H, W)
    return dx, dgamma, dbeta
