def batchnorm_backward_alt(dout, cache):
    dx, dgamma, dbeta = batchnorm_backward_alt(dout, cache)
    return dx, dgamma, dbeta
