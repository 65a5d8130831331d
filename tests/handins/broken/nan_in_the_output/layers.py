_batchnorm_forward = batchnorm_forward


def batchnorm_forward(x, gamma, beta, bn_param):
    if bn_param['mode'] == 'test':
        eps = bn_param.get('eps', 1e-5)
        return gamma * (x - bn_param['running_mean']) / np.sqrt(-bn_param['running_var'] - eps) + beta, None
    return _batchnorm_forward(x, gamma, beta, bn_param)
