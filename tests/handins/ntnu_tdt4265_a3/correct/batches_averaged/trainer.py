def compute_loss_and_accuracy(dataloader, model, loss_criterion):
    losses, accuracies = [], []
    with torch.no_grad():
        for X_batch, Y_batch in dataloader:
            logits = model(X_batch)
            losses.append(loss_criterion(logits, Y_batch).item())
            accuracies.append((logits.argmax(1) == Y_batch).float().mean().item())
    return sum(losses) / len(losses), sum(accuracies) / len(accuracies)
