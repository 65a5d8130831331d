_conv_in_double = conv_forward_naive


def conv_forward_naive(x, w, b, conv_param):
    out, cache = _conv_in_double(x, w, b, conv_param)
    result = np.zeros(out.shape, dtype=np.float32)
    result[...] = out
    return result, cache
