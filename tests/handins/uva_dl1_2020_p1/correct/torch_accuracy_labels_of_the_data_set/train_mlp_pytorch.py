def accuracy(predictions, targets):
    predicted = predictions.detach().cpu().numpy().argmax(axis=1)
    return np.mean(predicted == targets.argmax(axis=1))
