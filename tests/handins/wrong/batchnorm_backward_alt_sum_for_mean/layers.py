def batchnorm_backward_alt(dout, cache):
    """Gradients of batch normalization, by the formula that is left on paper."""
    x_hat, centered, std, gamma = cache
    dgamma = np.sum(dout * x_hat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dx = gamma / std * (dout - dout.mean(axis=0) - x_hat * (dout * x_hat).sum(axis=0))
    return dx, dgamma, dbeta
