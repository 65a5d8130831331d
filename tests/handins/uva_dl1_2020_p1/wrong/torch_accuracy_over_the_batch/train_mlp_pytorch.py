def accuracy(predictions, targets):
    return (predictions.argmax(dim=0) == targets.argmax(dim=0)).float().mean().item()
