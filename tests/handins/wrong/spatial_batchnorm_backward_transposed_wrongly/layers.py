def spatial_batchnorm_backward(dout, cache):
    """Gradients of spatial batch normalization."""
    N, C, H, W = dout.shape
    dpixels = dout.transpose(0, 2, 3, 1).reshape(-1, C)
    dx, dgamma, dbeta = batchnorm_backward(dpixels, cache)
    dx = dx.reshape(N, H, W, C).transpose(0, 3, 2, 1)
    return dx, dgamma, dbeta
