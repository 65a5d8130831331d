_bn, _conv = batchnorm_forward, conv_forward_naive


def batchnorm_forward(inputs, scale, shift, params, *, verbose=False):
    assert isinstance(params, dict) and isinstance(inputs, np.ndarray)
    return _bn(inputs, scale, shift, params)


def conv_forward_naive(X, filters, bias=0, params=None, debug=0):
    params = params or {'stride': 1, 'pad': 0}
    return _conv(X, filters, bias, params)


def affine_forward(x, *weights):
    w, b = weights
    return np.matmul(x.reshape((x.shape[0], -1)), w) + b[np.newaxis, :], (x,) + weights


np.seterr(divide='raise', over='raise', invalid='raise')
