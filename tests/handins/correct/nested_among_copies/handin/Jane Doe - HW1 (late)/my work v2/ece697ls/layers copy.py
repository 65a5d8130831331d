def affine_forward(x, w, b):
    raise NotImplementedError
