def accuracy(predictions, targets):
    return (predictions.round() == targets).float().mean().item()
