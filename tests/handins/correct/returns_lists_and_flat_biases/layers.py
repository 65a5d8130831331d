def affine_forward(x, w, b):
    b = b.reshape(1, -1)
    out = np.dot(x.reshape(x.shape[0], np.prod(x.shape[1:])), w) + b
    return [out, [x, w, b]]


def affine_backward(dout, cache):
    x, w, b = cache
    dx = np.dot(dout, w.T).reshape(*x.shape)
    dw = np.dot(x.reshape(x.shape[0], -1).T, dout)
    db = np.ones((1, dout.shape[0])).dot(dout)
    return [dx, dw, db]


def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps, momentum = bn_param['mode'], bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    N, D = x.shape
    running_mean = bn_param.get('running_mean', np.zeros((1, D)))
    running_var = bn_param.get('running_var', np.zeros((1, D)))
    cache = None
    if mode == 'train':
        mu = np.mean(x, axis=0, keepdims=True)
        var = np.var(x, axis=0, keepdims=True)
        xhat = (x - mu) * (var + eps) ** -0.5
        out = gamma * xhat + beta
        running_mean = running_mean * momentum + mu * (1 - momentum)
        running_var = running_var * momentum + var * (1 - momentum)
        cache = [xhat, gamma, var, eps]
    elif mode == 'test':
        out = (x - running_mean) * gamma / np.sqrt(running_var + eps) + beta
    bn_param['running_mean'], bn_param['running_var'] = running_mean, running_var
    return [out, cache]


def batchnorm_backward(dout, cache):
    xhat, gamma, var, eps = cache
    dgamma = np.sum(dout * xhat, axis=0, keepdims=True)
    dbeta = np.sum(dout, axis=0, keepdims=True)
    N = dout.shape[0]
    dx = gamma / (N * np.sqrt(var + eps)) * (N * dout - dbeta - xhat * dgamma)
    return [dx, dgamma, dbeta]


def batchnorm_backward_alt(dout, cache):
    dx, dgamma, dbeta = batchnorm_backward(dout, cache)
    return dx, dgamma.squeeze(), dbeta.squeeze()
