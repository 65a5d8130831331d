del svm_loss


def softmax_loss(x, y):
    loss, dx = 0.0, np.zeros_like(x)
    for i in range(x.shape[0]):
        f = x[i] - np.max(x[i])
        total = np.sum(np.exp(f))
        loss += -f[y[i]] + np.log(total)
        for j in range(x.shape[1]):
            dx[i, j] = (np.exp(f[j]) / total - (j == y[i])) / x.shape[0]
    return loss / x.shape[0], dx
