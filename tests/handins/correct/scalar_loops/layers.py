def affine_forward(x, w, b):
    N, M = x.shape[0], w.shape[1]
    rows = [list(sample.flatten()) for sample in x]
    out = [[sum(r * w[k][m] for k, r in enumerate(row)) + b[m] for m in range(M)] for row in rows]
    return np.array(out), (x, w, b)


relu_forward = lambda x: (np.vectorize(lambda v: v if v > 0 else 0.0)(x), x)


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param['stride'], conv_param['pad']
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    oh, ow = (H + 2 * pad - HH) // stride + 1, (W + 2 * pad - WW) // stride + 1
    out = np.zeros((N, F, oh, ow))
    for n in range(N):
        for f in range(F):
            for i in range(oh):
                for j in range(ow):
                    total = b[f]
                    for c in range(C):
                        for r in range(HH):
                            for s in range(WW):
                                row, col = i * stride + r - pad, j * stride + s - pad
                                if 0 <= row < H and 0 <= col < W:
                                    total += x[n, c, row, col] * w[f, c, r, s]
                    out[n, f, i, j] = total
    return out, (x, w, b, conv_param)
