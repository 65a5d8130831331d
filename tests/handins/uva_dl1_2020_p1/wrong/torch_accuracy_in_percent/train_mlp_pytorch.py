def accuracy(predictions, targets):
    return 100 * (predictions.argmax(dim=1) == targets.argmax(dim=1)).float().mean().item()
