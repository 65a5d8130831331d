def max_pool_forward_naive(x, pool_param):
    """Max pooling with loops over positions."""
    PH, PW = pool_param["pool_height"], pool_param["pool_width"]
    stride = pool_param["stride"]
    N, C, H, W = x.shape
    H_out = 1 + (H - PH) // stride
    W_out = 1 + (W - PW) // stride
    out = np.zeros((N, C, H_out, W_out))
    for i in range(H_out):
        for j in range(W_out):
            top, left = i * stride, j * stride
            window = x[:, :, top : top + PH, left : left + PW]
            flat = window.reshape(N, C, -1)
            place = np.abs(flat).argmax(axis=2)[:, :, None]
            out[:, :, i, j] = np.take_along_axis(flat, place, axis=2)[:, :, 0]
    cache = (x, pool_param)
    return out, cache


def max_pool_backward_naive(dout, cache):
    """Gradient of max pooling: it goes to the largest element of each window."""
    x, pool_param = cache
    PH, PW = pool_param["pool_height"], pool_param["pool_width"]
    stride = pool_param["stride"]
    N, C, H_out, W_out = dout.shape
    dx = np.zeros_like(x)
    for n in range(N):
        for c in range(C):
            for i in range(H_out):
                for j in range(W_out):
                    top, left = i * stride, j * stride
                    window = x[n, c, top : top + PH, left : left + PW]
                    row, column = np.unravel_index(np.argmax(np.abs(window)), window.shape)
                    dx[n, c, top + row, left + column] += dout[n, c, i, j]
    return dx
