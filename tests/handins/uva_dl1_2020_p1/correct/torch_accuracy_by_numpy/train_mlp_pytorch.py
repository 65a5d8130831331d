def accuracy(predictions, targets):
    predictions = predictions.detach().cpu().numpy()
    targets = targets.detach().cpu().numpy()
    return np.mean(np.argmax(predictions, axis=1) == np.argmax(targets, axis=1))
