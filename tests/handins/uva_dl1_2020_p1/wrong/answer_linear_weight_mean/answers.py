def linear_grad_W(dY, X, W, b):
    return dY.T @ X / X.shape[0]
