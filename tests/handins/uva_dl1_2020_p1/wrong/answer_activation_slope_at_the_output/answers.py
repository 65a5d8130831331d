def activation_grad_X(dY, X, h, dh):
    return dY * dh(h(X))
