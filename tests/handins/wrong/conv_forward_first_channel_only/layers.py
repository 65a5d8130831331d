def conv_forward_naive(x, w, b, conv_param):
    """Convolution with loops over examples, filters and positions."""
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    H_out = 1 + (H + 2 * pad - HH) // stride
    W_out = 1 + (W + 2 * pad - WW) // stride
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="constant")
    out = np.zeros((N, F, H_out, W_out))
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    top, left = i * stride, j * stride
                    window = x_pad[n, 0, top : top + HH, left : left + WW]
                    out[n, f, i, j] = np.sum(window * w[f, 0]) + b[f]
    cache = (x, w, b, conv_param)
    return out, cache
