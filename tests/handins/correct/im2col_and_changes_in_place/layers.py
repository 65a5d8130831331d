def _window_indices(shape, HH, WW, pad, stride):
    N, C, H, W = shape
    out_h, out_w = (H + 2 * pad - HH) // stride + 1, (W + 2 * pad - WW) // stride + 1
    rows = np.repeat(np.arange(HH), WW)[:, None] + stride * np.repeat(np.arange(out_h), out_w)[None, :]
    cols = np.tile(np.arange(WW), HH)[:, None] + stride * np.tile(np.arange(out_w), out_h)[None, :]
    return rows, cols, out_h, out_w


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    F, C, HH, WW = w.shape
    rows, cols, out_h, out_w = _window_indices(x.shape, HH, WW, pad, stride)
    x_pad = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)], mode="constant")
    columns = x_pad[:, :, rows, cols].reshape(x.shape[0], C * HH * WW, -1)
    out = np.matmul(w.reshape(F, -1), columns) + b[:, np.newaxis]
    cache = {"columns": columns, "x_shape": x.shape, "w": w, "padded": x_pad.shape,
             "rows": rows, "cols": cols, "pad": pad}
    return out.reshape(x.shape[0], F, out_h, out_w), cache


def conv_backward_naive(dout, cache):
    N, F = dout.shape[:2]
    w = cache["w"]
    flat = dout.reshape(N, F, -1)
    db = flat.sum(axis=(0, 2))
    dw = np.sum(np.matmul(flat, cache["columns"].transpose(0, 2, 1)), axis=0).reshape(w.shape)
    dcolumns = np.matmul(w.reshape(F, -1).T, flat)
    dpadded = np.zeros(cache["padded"])
    C, HH, WW = w.shape[1:]
    np.add.at(dpadded, (slice(None), slice(None), cache["rows"], cache["cols"]),
              dcolumns.reshape(N, C, HH * WW, -1))
    pad, (H, W) = cache["pad"], cache["x_shape"][2:]
    return dpadded[:, :, pad:H + pad, pad:W + pad], dw, db


def relu_forward(x):
    out = x * (x > 0)
    return out, out


def relu_backward(dout, cache):
    dx = dout.copy()
    dx[cache <= 0] = 0
    return dx


def dropout_forward(x, dropout_param):
    keep, mode = dropout_param['p'], dropout_param['mode']
    if dropout_param.get('seed') is not None:
        np.random.seed(dropout_param['seed'])
    drop = None
    out = np.array(x)
    if mode == 'train':
        drop = np.random.random_sample(x.shape) >= keep
        out[drop] = 0
        out /= keep
    return out, {'param': dropout_param, 'drop': drop}


def dropout_backward(dout, cache):
    dx = np.array(dout)
    if cache['param']['mode'] == 'train':
        dx[cache['drop']] = 0
        dx /= cache['param']['p']
    return dx
