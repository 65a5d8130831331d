_groupnorm_backward, _layernorm_backward = spatial_groupnorm_backward, layernorm_backward
_conv_backward = conv_backward_naive


def spatial_groupnorm_backward(dout, cache):
    dx, dgamma, dbeta = _groupnorm_backward(dout, cache)
    return dx, np.squeeze(dgamma), dbeta.ravel()


def layernorm_backward(dout, cache):
    dx, dgamma, dbeta = _layernorm_backward(dout, cache)
    return dx, dgamma[None, :], dbeta.reshape(1, -1)


def conv_backward_naive(dout, cache):
    dx, dw, db = _conv_backward(dout, cache)
    return dx, dw, db.reshape(-1, 1)
