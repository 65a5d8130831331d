_max_pool_forward = max_pool_forward_naive


def max_pool_forward_naive(x, pool_param):
    out, cache = _max_pool_forward(x, pool_param)
    return out.reshape((-1,) + out.shape[2:]), cache
