def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Batch normalization of every channel, over the batch and all positions."""
    N, C, H, W = x.shape
    pixels = x.reshape(-1, C)
    out, cache = batchnorm_forward(pixels, gamma, beta, bn_param)
    out = out.reshape(N, C, H, W)
    return out, cache


def spatial_batchnorm_backward(dout, cache):
    """Gradients of spatial batch normalization."""
    N, C, H, W = dout.shape
    dpixels = dout.reshape(-1, C)
    dx, dgamma, dbeta = batchnorm_backward(dpixels, cache)
    dx = dx.reshape(N, C, H, W)
    return dx, dgamma, dbeta
