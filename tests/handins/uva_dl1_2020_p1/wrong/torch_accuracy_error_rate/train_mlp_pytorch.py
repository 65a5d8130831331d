def accuracy(predictions, targets):
    return (predictions.argmax(dim=1) != targets.argmax(dim=1)).float().mean().item()
