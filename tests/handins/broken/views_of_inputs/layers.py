def dropout_backward(dout, cache):
    dropout_param, mask = cache
    return dout[:] if mask is None else np.multiply(dout, mask, out=dout)


_dropout_forward = dropout_forward


def dropout_forward(x, dropout_param):
    if dropout_param['mode'] == 'test':
        return x[...], (dropout_param, None)
    return _dropout_forward(x, dropout_param)
