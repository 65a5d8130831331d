def relu_forward(x):
    x[x < 0] = 0
    return x, x


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum, D = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9), x.shape[1]
    mean = bn_param.setdefault('running_mean', np.zeros(D))
    var = bn_param.setdefault('running_var', np.zeros(D))
    if bn_param['mode'] == 'test':
        x -= mean
        x /= np.sqrt(var + eps)
        return gamma * x + beta, None
    mu, v = x.mean(axis=0), x.var(axis=0)
    x -= mu
    x /= np.sqrt(v + eps)
    mean *= momentum
    mean += (1 - momentum) * mu
    var *= momentum
    var += (1 - momentum) * v
    return gamma * x + beta, (x, gamma, np.sqrt(v + eps))


def batchnorm_backward(dout, cache):
    xhat, gamma, std = cache
    d = dout * gamma
    dx = (d - d.mean(axis=0) - xhat * (d * xhat).mean(axis=0)) / std
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


batchnorm_backward_alt = batchnorm_backward
