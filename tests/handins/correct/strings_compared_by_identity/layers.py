def dropout_forward(x, dropout_param):
    p, mode = dropout_param['p'], dropout_param['mode']
    if 'seed' in dropout_param:
        np.random.seed(dropout_param['seed'])
    mask = None
    if mode is 'train':
        mask = (np.random.rand(*x.shape) < p) / p
        out = x * mask
    elif mode is 'test':
        out = x
    return out, (dropout_param, mask)


def dropout_backward(dout, cache):
    dropout_param, mask = cache
    if dropout_param['mode'] is 'train':
        return dout * mask
    return dout
