_affine_forward = affine_forward


def affine_forward(x, w, b):
    out, cache = _affine_forward(x, w, b)
    return out.astype(object), cache
