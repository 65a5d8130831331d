def linear_grad_b(dY, X, W, b):
    return np.mean(dY, axis=0, keepdims=True)
