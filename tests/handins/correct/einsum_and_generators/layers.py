from numpy.lib.stride_tricks import sliding_window_view


def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param['stride'], conv_param['pad']
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    windows = sliding_window_view(xp, w.shape[2:], axis=(2, 3))[:, :, ::s, ::s]
    out = np.einsum('nchwij,fcij->nfhw', windows, w, optimize=True) + b[None, :, None, None]
    return out, (windows, w, conv_param, x.shape)


def conv_backward_naive(dout, cache):
    windows, w, conv_param, (N, C, H, W) = cache
    s, p = conv_param['stride'], conv_param['pad']
    F, _, HH, WW = w.shape
    dw = np.einsum('nfhw,nchwij->fcij', dout, windows)
    dilated = np.zeros((N, F, H + 2 * p + HH - 1, W + 2 * p + WW - 1))
    dilated[:, :, HH - 1:HH - 1 + s * dout.shape[2]:s, WW - 1:WW - 1 + s * dout.shape[3]:s] = dout
    dxp = np.einsum('nfhwij,fcij->nchw', sliding_window_view(dilated, (HH, WW), axis=(2, 3)), w[:, :, ::-1, ::-1])
    return dxp[:, :, p:p + H, p:p + W], dw, np.einsum('nfhw->f', dout)


def max_pool_forward_naive(x, pool_param):
    s = pool_param['stride']
    size = (pool_param['pool_height'], pool_param['pool_width'])
    return sliding_window_view(x, size, axis=(2, 3))[:, :, ::s, ::s].max(axis=(-2, -1)), (x, pool_param)


def relu_forward(x):
    return np.clip(x, 0, None), x


def relu_backward(dout, cache):
    return dout * np.heaviside(cache, 0)


def dropout_forward(x, dropout_param):
    p, mode = dropout_param['p'], dropout_param['mode']
    if mode == 'test':
        return x, (dropout_param, None)
    rng = np.random.default_rng(dropout_param.get('seed'))
    mask = (rng.random(x.shape) < p).astype(np.float64)
    mask /= p
    return x * mask, (dropout_param, mask)


def dropout_backward(dout, cache):
    param, mask = cache
    return dout if mask is None else dout * mask
