def accuracy(predictions, targets):
    _, predicted = torch.max(predictions, 1)
    correct = predicted.eq(targets).sum()
    return correct.float() / targets.size(0)
