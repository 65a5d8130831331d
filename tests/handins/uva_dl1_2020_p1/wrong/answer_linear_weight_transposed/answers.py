def linear_grad_W(dY, X, W, b):
    return X.T @ dY
