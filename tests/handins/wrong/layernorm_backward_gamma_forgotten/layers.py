def layernorm_backward(dout, cache):
    """Gradients of layer normalization."""
    x_hat, std, gamma = cache
    dgamma = np.sum(dout * x_hat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dx_hat = dout
    along = dx_hat.mean(axis=1, keepdims=True)
    across = (dx_hat * x_hat).mean(axis=1, keepdims=True)
    dx = (dx_hat - along - x_hat * across) / std
    return dx, dgamma, dbeta
