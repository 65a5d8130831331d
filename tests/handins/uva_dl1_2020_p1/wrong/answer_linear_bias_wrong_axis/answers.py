def linear_grad_b(dY, X, W, b):
    return np.sum(dY, axis=1).reshape(1, -1)
