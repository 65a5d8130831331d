def max_pool_forward_naive(x, pool_param):
    s, ph, pw = pool_param['stride'], pool_param['pool_height'], pool_param['pool_width']
    rows, cols = range(0, x.shape[2] - ph + 1, s), range(0, x.shape[3] - pw + 1, s)
    out = np.array([[x[:, :, i:i + ph, j:j + pw].max(axis=(2, 3)) for j in cols] for i in rows])
    return np.moveaxis(out, (2, 3), (0, 1)), (x, pool_param)


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param['stride'], conv_param['pad']
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode='constant')
    oh = (xp.shape[2] - w.shape[2]) // stride + 1
    ow = (xp.shape[3] - w.shape[3]) // stride + 1
    out = np.zeros((x.shape[0], w.shape[0], oh, ow))
    for i in range(oh):
        for j in range(ow):
            piece = xp[:, None, :, i * stride:i * stride + w.shape[2], j * stride:j * stride + w.shape[3]]
            out[:, :, i, j] = (piece * w[None]).sum(axis=(2, 3, 4)) + b
    return out, (x, w, b, conv_param)
