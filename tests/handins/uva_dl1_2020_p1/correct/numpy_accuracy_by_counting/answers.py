def linear_grad_W(dY, X, W, b):
    dW = np.zeros_like(W)
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            dW[i, j] = np.sum(dY[:, i] * X[:, j])
    return dW


def linear_grad_b(dY, X, W, b):
    ones = np.ones(len(dY))
    return ones.T @ dY


def linear_grad_X(dY, X, W, b):
    return np.einsum("sn,nm->sm", dY, W)


def activation_grad_X(dY, X, h, dh):
    return np.multiply(dh(X), dY)


def softmax_grad_X(dY, Y):
    return np.stack([(np.diag(y) - np.outer(y, y)) @ dy for dy, y in zip(dY, Y)])


def cross_entropy_grad_X(X, T):
    S, _ = X.shape
    return -1 / S * np.divide(T, X)


def conv_forward_Y21(X, K):
    return float(sum(X[1 + i, j] * K[i, j] for i in range(2) for j in range(2)))


def conv_grad_K11(dY, X):
    return np.array([[np.sum(dY * X[:2, :2])]])


def conv_grad_X12(dY, K):
    return np.dot(dY[0], K[0][::-1])


def layernorm_grad_X(dY, X, gamma, beta, eps):
    S, M = X.shape
    dX = np.empty((S, M))
    for s in range(S):
        centred = X[s] - X[s].mean()
        rstd = (np.mean(centred**2) + eps) ** -0.5
        jacobian = np.eye(M) - 1 / M - np.outer(centred, centred) * rstd**2 / M
        dX[s] = rstd * jacobian @ (gamma * dY[s])
    return dX
