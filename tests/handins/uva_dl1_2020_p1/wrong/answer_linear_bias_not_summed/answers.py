def linear_grad_b(dY, X, W, b):
    return dY
