def linear_grad_X(dY, X, W, b):
    return (dY + b) @ W.T
