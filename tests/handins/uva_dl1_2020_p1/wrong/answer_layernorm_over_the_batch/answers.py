def _normalized(X, eps):
    mean = X.mean(axis=0, keepdims=True)
    std = np.sqrt(X.var(axis=0, keepdims=True) + eps)
    return (X - mean) / std, std
