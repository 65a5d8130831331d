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
