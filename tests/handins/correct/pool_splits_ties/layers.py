def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    h, w, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    dx = np.zeros_like(x)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            part = x[:, :, i * s:i * s + h, j * s:j * s + w]
            best = (part == np.amax(part, axis=(2, 3), keepdims=True)).astype(float)
            best /= best.sum(axis=(2, 3), keepdims=True)
            dx[:, :, i * s:i * s + h, j * s:j * s + w] += best * dout[:, :, i:i + 1, j:j + 1]
    return dx


def _normalize(x, gamma, beta, eps):
    """Over axis 0; gamma and beta broadcast."""
    mu = x.mean(axis=0)
    centred = x - mu
    var = (centred ** 2).mean(axis=0)
    ivar = 1 / np.sqrt(var + eps)
    return centred * ivar * gamma + beta, (centred, ivar), mu, var


def _normalize_back(dxhat, saved):
    centred, ivar = saved
    n = centred.shape[0]
    xhat = centred * ivar
    return ivar / n * (n * dxhat - np.sum(dxhat, axis=0) - xhat * np.sum(dxhat * xhat, axis=0))


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, m = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    D = x.shape[1]
    bn_param.setdefault('running_mean', np.zeros(D, dtype=x.dtype))
    bn_param.setdefault('running_var', np.zeros(D, dtype=x.dtype))
    if bn_param['mode'] == 'test':
        return gamma * (x - bn_param['running_mean']) / np.sqrt(bn_param['running_var'] + eps) + beta, None
    out, saved, mu, var = _normalize(x, gamma, beta, eps)
    bn_param['running_mean'] = m * bn_param['running_mean'] + (1 - m) * mu
    bn_param['running_var'] = m * bn_param['running_var'] + (1 - m) * var
    return out, (saved, gamma)


def batchnorm_backward(dout, cache):
    saved, gamma = cache
    return _normalize_back(dout * gamma, saved), np.sum(dout * saved[0] * saved[1], axis=0), np.sum(dout, axis=0)


batchnorm_backward_alt = batchnorm_backward


def layernorm_forward(x, gamma, beta, ln_param):
    out, saved, _, _ = _normalize(x.T, gamma[:, None], beta[:, None], ln_param.get('eps', 1e-5))
    return out.T, (saved, gamma)


def layernorm_backward(dout, cache):
    saved, gamma = cache
    dx = _normalize_back((dout * gamma).T, saved).T
    return dx, np.sum(dout.T * saved[0] * saved[1], axis=1), np.sum(dout, axis=0)
