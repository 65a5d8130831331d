def cross_entropy_grad_X(X, T):
    return T / X / len(X)
