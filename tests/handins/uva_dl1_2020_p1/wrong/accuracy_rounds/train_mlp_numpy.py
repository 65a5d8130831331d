def accuracy(predictions, targets):
    return np.mean(np.round(predictions) == targets)
