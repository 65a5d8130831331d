def compute_loss_and_accuracy(dataloader, model, loss_criterion):
    losses, hits = [], []
    for X, Y in dataloader:
        logits = model(X)
        losses += [loss_criterion(logits, Y).detach()] * len(Y)
        probabilities = torch.nn.functional.softmax(logits, dim=1)
        hits += (probabilities.argmax(dim=1) == Y).tolist()
    return torch.stack(losses).mean(), sum(hits) / len(hits)
