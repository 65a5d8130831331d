from scipy.signal import convolve2d, correlate2d
from scipy.special import logsumexp, softmax


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param['mode']
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    N, D = x.shape
    running_mean = bn_param.get('running_mean', np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get('running_var', np.zeros(D, dtype=x.dtype))
    if mode == 'train':
        mu = np.sum(x, axis=0) / N
        sq = np.sum(x ** 2, axis=0) / N
        var = sq - mu ** 2
        running_mean *= momentum
        running_mean += (1 - momentum) * mu
        running_var *= momentum
        running_var += (1 - momentum) * var
        out = gamma * (x - mu) / (var + eps) ** .5 + beta
    elif mode == 'test':
        mu, var = running_mean, running_var
        out = (x - mu) * (gamma / np.sqrt(var + eps)) + beta
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)
    cache = (x, mu, var, gamma, beta, eps, out)
    bn_param['running_mean'] = running_mean
    bn_param['running_var'] = running_var
    return out, cache


def batchnorm_backward(dout, cache):
    x, mu, var, gamma, beta, eps, out = cache
    N, D = x.shape
    jac_mean = np.eye(N) - 1.0 / N
    s = np.sqrt(var + eps)
    hat = (x - mu) / s
    dx = np.zeros((N, D))
    for d in range(D):
        J = (jac_mean - np.outer(hat[:, d], hat[:, d]) / N) / s[d]
        dx[:, d] = J.T @ (dout[:, d] * gamma[d])
    return [dx, (dout * hat).sum(0), dout.sum(0)]


def batchnorm_backward_alt(dout, cache):
    x, mu, var, gamma, beta, eps, out = cache
    s = np.sqrt(var + eps)
    hat = (x - mu) / s
    g = dout * gamma
    return (g - g.mean(0) - hat * (g * hat).mean(0)) / s, (dout * hat).sum(0), dout.sum(0)


def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param['stride'], conv_param['pad']
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    out = np.array([[sum(correlate2d(xp[n, c], w[f, c], 'valid') for c in range(x.shape[1])) + b[f]
                     for f in range(w.shape[0])] for n in range(x.shape[0])])
    return out[:, :, ::s, ::s], (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    s, p = conv_param['stride'], conv_param['pad']
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    full = np.zeros((N, F, H + 2 * p - HH + 1, W + 2 * p - WW + 1))
    full[:, :, ::s, ::s] = dout
    dw = np.zeros_like(w)
    dxp = np.zeros_like(xp)
    for n in range(N):
        for f in range(F):
            for c in range(C):
                dw[f, c] += correlate2d(xp[n, c], full[n, f], 'valid')
                dxp[n, c] += convolve2d(full[n, f], w[f, c], 'full')
    return dxp[:, :, p:H + p, p:W + p], dw, dout.sum((0, 2, 3))


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    out, cache = batchnorm_forward(x.transpose(1, 0, 2, 3).reshape(C, -1).T, gamma, beta, bn_param)
    return out.T.reshape(C, N, H, W).transpose(1, 0, 2, 3), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    dx, dgamma, dbeta = batchnorm_backward_alt(dout.transpose(1, 0, 2, 3).reshape(C, -1).T, cache)
    return dx.T.reshape(C, N, H, W).transpose(1, 0, 2, 3), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    D = C // G * H * W
    hat, cache = layernorm_forward(x.reshape(N * G, D), np.ones(D), np.zeros(D), gn_param)
    hat = hat.reshape(N, C, H, W)
    return gamma * hat + beta, (hat, gamma, G, cache)


def spatial_groupnorm_backward(dout, cache):
    hat, gamma, G, ln = cache
    N, C, H, W = dout.shape
    dx, _, _ = layernorm_backward((dout * gamma).reshape(N * G, -1), ln)
    axes = (0, 2, 3)
    return dx.reshape(N, C, H, W), (dout * hat).sum(axes).reshape(1, C, 1, 1), dout.sum(axes).reshape(1, C, 1, 1)


def softmax_loss(x, y):
    N = len(x)
    p = softmax(x, axis=1)
    loss = np.mean(logsumexp(x, axis=1) - x[np.arange(N), y])
    onehot = np.eye(x.shape[1])[y]
    return loss, (p - onehot) / N
