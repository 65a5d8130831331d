def accuracy(predictions, targets):
    right = 0
    for prediction, target in zip(predictions, targets):
        right += int(target[prediction.argmax()] == 1)
    return right / len(targets)
