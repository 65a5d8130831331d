def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Batch normalization of every channel, over the batch and all positions."""
    N, C, H, W = x.shape
    pixels = x.transpose(0, 2, 3, 1).reshape(-1, C)
    out, cache = batchnorm_forward(pixels, gamma, beta, dict(bn_param))
    out = out.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return out, cache
