def layernorm_grad_beta(dY, X, gamma, beta, eps):
    return dY.mean(axis=0)
