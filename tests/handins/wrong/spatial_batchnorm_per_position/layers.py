def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Batch normalization of every channel, over the batch and all positions."""
    N, C, H, W = x.shape
    flat = x.reshape(N, -1)
    out, cache = batchnorm_forward(flat, gamma.repeat(H * W), beta.repeat(H * W), bn_param)
    return out.reshape(x.shape), cache


def spatial_batchnorm_backward(dout, cache):
    """Gradients of spatial batch normalization."""
    N, C, H, W = dout.shape
    dx, dgamma, dbeta = batchnorm_backward(dout.reshape(N, -1), cache)
    dgamma = dgamma.reshape(C, -1).sum(axis=1)
    dbeta = dbeta.reshape(C, -1).sum(axis=1)
    return dx.reshape(dout.shape), dgamma, dbeta
