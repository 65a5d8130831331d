def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param['mode']
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    N, C, H, W = x.shape
    running_mean = bn_param.get('running_mean', np.zeros((1, C, 1, 1), dtype=x.dtype)).reshape(1, C, 1, 1)
    running_var = bn_param.get('running_var', np.zeros((1, C, 1, 1), dtype=x.dtype)).reshape(1, C, 1, 1)
    cache = None
    if mode == 'train':
        mean = x.mean(axis=(0, 2, 3), keepdims=True)
        var = x.var(axis=(0, 2, 3), keepdims=True)
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var
        xhat = (x - mean) / np.sqrt(var + eps)
        cache = {'xhat': xhat, 'gamma': gamma, 'std': np.sqrt(var + eps)}
    else:
        xhat = (x - running_mean) / np.sqrt(running_var + eps)
    bn_param['running_mean'] = running_mean
    bn_param['running_var'] = running_var
    return gamma.reshape(1, C, 1, 1) * xhat + beta.reshape(1, C, 1, 1), cache


def spatial_batchnorm_backward(dout, cache):
    axes = (0, 2, 3)
    xhat, std = cache['xhat'], cache['std']
    dxhat = dout * cache['gamma'][None, :, None, None]
    dx = (dxhat - dxhat.mean(axes, keepdims=True) - xhat * (dxhat * xhat).mean(axes, keepdims=True)) / std
    return dx, (dout * xhat).sum(axes, keepdims=True), dout.sum(axes, keepdims=True)


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get('eps', 1e-5)
    ones, zeros = np.ones(x.shape[0]), np.zeros(x.shape[0])
    norm, cache = batchnorm_forward(x.T, ones, zeros, {'mode': 'train', 'eps': eps})
    return norm.T * gamma + beta, (cache, norm.T, gamma)


def layernorm_backward(dout, cache):
    inner, norm, gamma = cache
    dx, _, _ = batchnorm_backward((dout * gamma).T, inner)
    return dx.T, (dout * norm).sum(axis=0), dout.sum(axis=0)


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    eps = gn_param.get('eps', 1e-5)
    xg = x.reshape(N, G, C // G, H, W)
    mean = np.mean(xg, axis=(2, 3, 4), keepdims=True)
    var = np.var(xg, axis=(2, 3, 4), keepdims=True)
    xn = (xg - mean) / np.sqrt(var + eps)
    return xn.reshape(N, C, H, W) * gamma + beta, (G, xg, mean, var, eps, gamma, xn)


def spatial_groupnorm_backward(dout, cache):
    G, xg, mean, var, eps, gamma, xn = cache
    N, C, H, W = dout.shape
    dbeta = dout.sum(axis=(0, 2, 3), keepdims=True)
    dgamma = (dout * xn.reshape(N, C, H, W)).sum(axis=(0, 2, 3), keepdims=True)
    dxn = (dout * gamma).reshape(xg.shape)
    m = C // G * H * W
    ax = (2, 3, 4)
    dvar = np.sum(dxn * (xg - mean) * -0.5 * (var + eps) ** -1.5, axis=ax, keepdims=True)
    dmean = np.sum(-dxn / np.sqrt(var + eps), axis=ax, keepdims=True) + dvar * np.mean(-2 * (xg - mean), axis=ax, keepdims=True)
    dx = dxn / np.sqrt(var + eps) + dvar * 2 * (xg - mean) / m + dmean / m
    return dx.reshape(N, C, H, W), dgamma, dbeta
