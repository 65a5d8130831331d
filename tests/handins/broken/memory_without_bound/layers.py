def conv_forward_naive(x, w, b, conv_param):
    windows = np.zeros((50000, 50000))
    return windows[:x.shape[0]], (x, w, b, conv_param)
