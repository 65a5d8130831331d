def accuracy(predictions, targets):
    return np.mean(np.argmax(predictions, axis=0) == np.argmax(targets, axis=0))
