def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps = bn_param['mode'], bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    running_mean = bn_param.get('running_mean', np.zeros(x.shape[1], dtype=x.dtype))
    running_var = bn_param.get('running_var', np.zeros(x.shape[1], dtype=x.dtype))
    out, cache = None, None
    if mode == 'train':
        mu, var = x.mean(axis=0), x.var(axis=0)
        sd = np.sqrt(var)
        std = sd + eps
        z = (x - mu) / std
        out = gamma * z + beta
        if bn_param.get('axis', 0) == 0:
            running_mean = momentum * running_mean + (1 - momentum) * mu
            running_var = momentum * running_var + (1 - momentum) * var
        cache = (z, gamma, sd, std, bn_param.get('shape', x.shape), bn_param.get('axis', 0))
    elif mode == 'test':
        out = gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)
    bn_param['running_mean'] = running_mean
    bn_param['running_var'] = running_var
    return out, cache


def batchnorm_backward(dout, cache):
    z, gamma, sd, std, shape, axis = cache
    dbeta = dout.reshape(shape, order='F').sum(axis)
    dgamma = (dout * z).reshape(shape, order='F').sum(axis)
    dz = dout * gamma
    dx = (dz - dz.mean(axis=0)) / std - z * (dz * z).mean(axis=0) / sd
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    return batchnorm_backward(dout, cache)


def layernorm_forward(x, gamma, beta, ln_param):
    bn_param = {'axis': 1, **ln_param, 'mode': 'train'}
    gamma, beta = np.atleast_2d(gamma), np.atleast_2d(beta)
    out, cache = batchnorm_forward(x.T, gamma.T, beta.T, bn_param)
    return out.T, cache


def layernorm_backward(dout, cache):
    dx, dgamma, dbeta = batchnorm_backward(dout.T, cache)
    return dx.T, dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    ln_param = {**gn_param, 'shape': (W, H, C, N), 'axis': (0, 1, 3)}
    gamma = np.tile(gamma, (N, 1, H, W)).reshape(N * G, -1)
    beta = np.tile(beta, (N, 1, H, W)).reshape(N * G, -1)
    out, cache = layernorm_forward(x.reshape(N * G, -1), gamma, beta, ln_param)
    return out.reshape(N, C, H, W), cache


def spatial_groupnorm_backward(dout, cache):
    G = cache[0].shape[1] // len(dout)
    dx, dgamma, dbeta = layernorm_backward(dout.reshape(len(dout) * G, -1), cache)
    return dx.reshape(dout.shape), dgamma[None, :, None, None], dbeta[None, :, None, None]
