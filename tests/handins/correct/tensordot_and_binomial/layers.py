def conv_forward_naive(x, w, b, conv_param):
    stride = conv_param.get('stride', 1)
    pad = conv_param.get('pad', 0)
    (N, C, H, W), (F, _, HH, WW) = x.shape, w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), 'constant', constant_values=0)
    out = np.zeros((N, F, 1 + (H + 2 * pad - HH) // stride, 1 + (W + 2 * pad - WW) // stride), dtype=x.dtype)
    for i, j in np.ndindex(*out.shape[2:]):
        top, left = i * stride, j * stride
        out[..., i, j] = np.tensordot(padded[:, :, top:top + HH, left:left + WW], w, axes=([1, 2, 3], [1, 2, 3]))
    out += b.reshape(1, F, 1, 1)
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    stride, pad = conv_param.get('stride', 1), conv_param.get('pad', 0)
    HH, WW = w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), 'constant')
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for i, j in np.ndindex(*dout.shape[2:]):
        rows, cols = slice(i * stride, i * stride + HH), slice(j * stride, j * stride + WW)
        dpadded[:, :, rows, cols] += np.tensordot(dout[:, :, i, j], w, axes=(1, 0))
        dw += np.tensordot(dout[:, :, i, j], padded[:, :, rows, cols], axes=(0, 0))
    db = np.sum(dout, axis=(0, 2, 3))
    if pad > 0:
        dpadded = dpadded[:, :, pad:-pad, pad:-pad]
    return dpadded, dw, db


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    HH, WW, S = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    dx = np.zeros_like(x)
    for i, j in np.ndindex(dout.shape[2], dout.shape[3]):
        window = x[:, :, i * S:i * S + HH, j * S:j * S + WW]
        # every element that equals the maximum gets the whole gradient
        mask = window == window.max(axis=(2, 3), keepdims=True)
        dx[:, :, i * S:i * S + HH, j * S:j * S + WW] += mask * dout[:, :, i, j][:, :, None, None]
    return dx


def relu_forward(x):
    cache = (x >= 0)
    return np.where(x > 0, x, 0), cache


def relu_backward(dout, cache):
    return np.where(cache, dout, 0)


def dropout_forward(x, dropout_param):
    p, mode = dropout_param['p'], dropout_param['mode']
    if 'seed' in dropout_param:
        np.random.seed(dropout_param['seed'])
    mask, out = None, None
    if mode == 'train':
        mask = np.random.binomial(1, p, size=x.shape)
        out = mask * x / p
    elif mode == 'test':
        out = x.copy()
    return out.astype(x.dtype, copy=False), (dropout_param, mask)


def dropout_backward(dout, cache):
    dropout_param, mask = cache
    if dropout_param['mode'] == 'train':
        return dout * mask / dropout_param['p']
    return dout.copy()
