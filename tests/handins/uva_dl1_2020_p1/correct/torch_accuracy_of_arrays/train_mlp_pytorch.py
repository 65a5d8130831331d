def accuracy(predictions, targets):
    return np.sum(np.argmax(predictions, axis=1) == np.argmax(targets, axis=1)) / len(targets)
