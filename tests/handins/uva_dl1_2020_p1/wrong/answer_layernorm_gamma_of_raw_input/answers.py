def layernorm_grad_gamma(dY, X, gamma, beta, eps):
    return np.sum(dY * X, axis=0)
