def _strided(x, HH, WW, stride):
    N, C, H, W = x.shape
    sn, sc, sh, sw = x.strides
    shape = (N, C, (H - HH) // stride + 1, (W - WW) // stride + 1, HH, WW)
    return np.lib.stride_tricks.as_strided(x, shape, (sn, sc, sh * stride, sw * stride, sh, sw))


def conv_forward_naive(x, w, b, conv_param):
    pad, stride = conv_param['pad'], conv_param['stride']
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode='constant')
    view = _strided(xp, w.shape[2], w.shape[3], stride)
    out = np.tensordot(view, w, axes=((1, 4, 5), (1, 2, 3)))
    out += b
    return out.transpose(0, 3, 1, 2), (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    pad, stride = conv_param['pad'], conv_param['stride']
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode='constant')
    dw = np.tensordot(dout, _strided(xp, w.shape[2], w.shape[3], stride), axes=((0, 2, 3), (0, 2, 3)))
    dxp = np.zeros_like(xp)
    # a writable strided view; windows overlap, so one offset at a time
    dview = _strided(dxp, w.shape[2], w.shape[3], stride)
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            dview[..., i, j] += np.tensordot(dout, w[:, :, i, j], axes=(1, 0)).transpose(0, 3, 1, 2)
    end_h, end_w = xp.shape[2] - pad, xp.shape[3] - pad
    return dxp[:, :, pad:end_h, pad:end_w], dw, np.sum(np.sum(np.sum(dout, axis=3), axis=2), axis=0)


def max_pool_forward_naive(x, pool_param):
    view = _strided(x, pool_param['pool_height'], pool_param['pool_width'], pool_param['stride'])
    flat = view.reshape(view.shape[:4] + (-1,))
    winner = np.argmax(flat, axis=-1)
    out = np.take_along_axis(flat, winner[..., np.newaxis], axis=-1)[..., 0]
    return out, (x.shape, winner, pool_param)


def max_pool_backward_naive(dout, cache):
    shape, winner, pool_param = cache
    n, c, i, j = np.indices(dout.shape)
    rows = i * pool_param['stride'] + winner // pool_param['pool_width']
    cols = j * pool_param['stride'] + winner % pool_param['pool_width']
    dx = np.zeros(shape)
    np.add.at(dx, (n, c, rows, cols), dout)
    return dx


def batchnorm_backward_alt(dout, cache):
    xhat, gamma, std = cache[0], cache[1], cache[2]
    N, D = dout.shape
    dx = np.empty((N, D))
    for d in range(D):
        J = np.eye(N) - 1.0 / N - np.outer(xhat[:, d], xhat[:, d]) / N
        dx[:, d] = J.dot(dout[:, d] * gamma[d]) / std[d]
    return dx, np.diag(dout.T @ xhat), dout.T @ np.ones(N)


def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps, momentum = bn_param['mode'], bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    running_mean = bn_param.get('running_mean', np.zeros(x.shape[1], dtype=x.dtype))
    running_var = bn_param.get('running_var', np.zeros(x.shape[1], dtype=x.dtype))
    if mode == 'train':
        mean, var = np.average(x, axis=0), np.square(np.std(x, axis=0))
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var
    else:
        mean, var = running_mean, running_var
    std = np.sqrt(var + eps)
    xhat = (x - mean) / std
    bn_param.update(running_mean=running_mean, running_var=running_var)
    return gamma * xhat + beta, (xhat, gamma, std)


def batchnorm_backward(dout, cache):
    return batchnorm_backward_alt(dout, cache)
