def conv_grad_K11(dY, X):
    return dY[0, 0] * X[0, 0]
