def affine_forward(x, w, b):
    D = np.product(x.shape[1:])
    flat = np.reshape(x, newshape=(x.shape[0], np.int(D)))
    return flat.dot(w) + b, (x, w, b)


def relu_backward(dout, cache):
    mask = np.array(cache > 0, dtype=np.bool)
    return dout * mask.astype(np.float)


def max_pool_forward_naive(x, pool_param):
    N, C, H, W = x.shape
    h, w, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    H_out = np.int(1 + (H - h) / s)
    W_out = np.int(1 + (W - w) / s)
    out = np.zeros([N, C, H_out, W_out], dtype=np.float_)
    for i in range(H_out):
        for j in range(W_out):
            out[:, :, i, j] = np.amax(np.amax(x[:, :, i * s:i * s + h, j * s:j * s + w], axis=-1), axis=-1)
    return out, (x, pool_param)
