def spatial_batchnorm_backward(dout, cache):
    """Gradients of spatial batch normalization."""
    N, C, H, W = dout.shape
    dpixels = dout.reshape(-1, C)
    dx, dgamma, dbeta = batchnorm_backward(dpixels, cache)
    dx = dx.reshape(N, C, H, W)
    return dx, dgamma, dbeta
