def layernorm_grad_X(dY, X, gamma, beta, eps):
    x_hat, std = _normalized(X, eps)
    a = dY.mean(axis=1, keepdims=True)
    c = (dY * x_hat).mean(axis=1, keepdims=True)
    return (dY - a - x_hat * c) / std
