from collections import namedtuple

_Saved = namedtuple('_Saved', 'xhat gamma std')


class _Cache(object):
    __slots__ = ('x', 'w', 'b')

    def __init__(self, x, w, b):
        self.x, self.w, self.b = x, w, b


def affine_forward(x, w, b):
    return x.reshape(len(x), -1).dot(w) + b, _Cache(x, w, b)


def affine_backward(dout, cache):
    x = cache.x.reshape(cache.x.shape[0], -1)
    return dout.dot(cache.w.T).reshape(cache.x.shape), x.T.dot(dout), dout.sum(0)


def relu_forward(x):
    mask = x > 0
    return x * mask, lambda dout: dout * mask


def relu_backward(dout, cache):
    return cache(dout)


def layernorm_forward(x, gamma, beta, ln_param):
    mean = x.mean(1, keepdims=True)
    std = np.sqrt(x.var(1, keepdims=True) + ln_param.get('eps', 1e-5))
    xhat = (x - mean) / std
    return xhat * gamma + beta, _Saved(xhat=xhat, gamma=gamma, std=std)


def layernorm_backward(dout, cache):
    g = dout * cache.gamma
    dx = g - g.mean(1, keepdims=True) - cache.xhat * np.mean(g * cache.xhat, axis=1, keepdims=True)
    return dx / cache.std, np.sum(dout * cache.xhat, 0), np.sum(dout, 0)


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    g = x.reshape(N, G, C // G, H, W)
    mean = g.mean(axis=(2, 3, 4), keepdims=True)
    std = np.sqrt(g.var(axis=(2, 3, 4), keepdims=True) + gn_param.get('eps', 1e-5))
    xhat = (g - mean) / std

    def back(dout):
        d = (dout * gamma).reshape(N, G, C // G, H, W)
        dx = (d - d.mean(axis=(2, 3, 4), keepdims=True)
              - xhat * (d * xhat).mean(axis=(2, 3, 4), keepdims=True)) / std
        flat = xhat.reshape(N, C, H, W)
        yield dx.reshape(N, C, H, W)
        yield (dout * flat).sum(axis=(0, 2, 3)).reshape(1, C, 1, 1)
        yield dout.sum(axis=(0, 2, 3)).reshape(1, C, 1, 1)

    return xhat.reshape(N, C, H, W) * gamma + beta, back


def spatial_groupnorm_backward(dout, cache):
    return tuple(cache(dout))


def max_pool_forward_naive(x, pool_param):
    ph, pw, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    oh, ow = (x.shape[2] - ph) // s + 1, (x.shape[3] - pw) // s + 1
    out = np.zeros(x.shape[:2] + (oh, ow))
    for i in range(oh):
        for j in range(ow):
            out[:, :, i, j] = x[:, :, i * s:i * s + ph, j * s:j * s + pw].max((2, 3))
    windows = (((i, j), (slice(i * s, i * s + ph), slice(j * s, j * s + pw))) for i in range(oh) for j in range(ow))
    return out, ((x, out), [windows, {'s': s}])


def max_pool_backward_naive(dout, cache):
    (x, out), (windows, _) = cache
    dx = np.zeros(x.shape)
    for (i, j), (rows, cols) in windows:
        hit = x[:, :, rows, cols] == out[:, :, i:i + 1, j:j + 1]
        dx[:, :, rows, cols] += hit * dout[:, :, i:i + 1, j:j + 1]
    return dx
