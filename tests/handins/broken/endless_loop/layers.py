def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    dx, i = np.zeros(x.shape), 0
    while i < dout.shape[2]:
        dx[0, 0, i, 0] += dout[0, 0, i, 0]
    return dx
