def accuracy(predictions, targets):
    return np.mean(np.argmax(predictions, axis=1)[:, None] == targets)
