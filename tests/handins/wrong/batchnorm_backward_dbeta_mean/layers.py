def batchnorm_backward(dout, cache):
    """Gradients of batch normalization, one node of the graph after the other."""
    x_hat, centered, std, gamma = cache
    N = dout.shape[0]
    dgamma = np.sum(dout * x_hat, axis=0)
    dbeta = np.mean(dout, axis=0)

    dx_hat = dout * gamma
    dstd = np.sum(-dx_hat * centered / std**2, axis=0)
    dvar = dstd / (2 * std)
    dcentered = dx_hat / std + dvar * 2 * centered / N
    dmean = -np.sum(dcentered, axis=0)
    dx = dcentered + dmean / N
    return dx, dgamma, dbeta
