def conv_forward_naive(x, w, b, conv_param):
    pad, stride = conv_param['pad'], conv_param['stride']
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.lib.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode='constant')
    H_out = 1 + (H + 2 * pad - HH) // stride
    W_out = 1 + (W + 2 * pad - WW) // stride
    out = np.zeros((N, F, H_out, W_out))
    w_row = w.reshape(F, 1, -1)
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    h0, w0 = i * stride, j * stride
                    col = x_pad[n, :, h0:h0 + HH, w0:w0 + WW].reshape(-1, 1)
                    out[n, f, i, j] = w_row[f].dot(col) + b[f]
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    pad, stride = conv_param['pad'], conv_param['stride']
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode='constant')
    dx_pad, dw, db = np.zeros_like(x_pad), np.zeros_like(w), np.zeros_like(b)
    for n in range(N):
        for f in range(F):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    h0, w0 = i * stride, j * stride
                    d = dout[n, f, i:i + 1, j]
                    db[f] += d
                    dw[f] += x_pad[n, :, h0:h0 + HH, w0:w0 + WW] * d
                    dx_pad[n, :, h0:h0 + HH, w0:w0 + WW] += w[f] * d
    return dx_pad[:, :, pad:pad + H, pad:pad + W], dw, db
