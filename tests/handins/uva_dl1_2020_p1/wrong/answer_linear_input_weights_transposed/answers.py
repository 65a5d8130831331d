def linear_grad_X(dY, X, W, b):
    return dY @ W.T
