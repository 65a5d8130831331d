def max_pool_forward_naive(x, pool_param):
    """Max pooling; keeps the place of every maximum for the backward pass."""
    PH, PW = pool_param["pool_height"], pool_param["pool_width"]
    stride = pool_param["stride"]
    N, C, H, W = x.shape
    H_out = 1 + (H - PH) // stride
    W_out = 1 + (W - PW) // stride
    out = np.zeros((N, C, H_out, W_out))
    places = {}
    for n in range(N):
        for c in range(C):
            for i in range(H_out):
                for j in range(W_out):
                    top, left = i * stride, j * stride
                    window = x[n, c, top : top + PH, left : left + PW]
                    column, row = np.unravel_index(window.argmax(), window.shape)
                    place = n, c, top + row % PH, left + column % PW
                    places[n, c, i, j] = place
                    out[n, c, i, j] = x[place]
    return out, (x.shape, places)


def max_pool_backward_naive(dout, cache):
    """The gradient goes where forward found the maximum."""
    shape, places = cache
    dx = np.zeros(shape)
    for position, place in places.items():
        dx[place] += dout[position]
    return dx
