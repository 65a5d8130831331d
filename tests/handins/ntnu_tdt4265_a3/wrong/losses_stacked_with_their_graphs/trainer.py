def compute_loss_and_accuracy(dataloader, model, loss_criterion):
    losses, correct, samples = [], 0, 0
    for X_batch, Y_batch in dataloader:
        logits = model(X_batch)
        losses.append(loss_criterion(logits, Y_batch))
        with torch.no_grad():
            correct += (logits.argmax(dim=1) == Y_batch).sum().item()
            samples += len(Y_batch)
    return torch.stack(losses).mean(), correct / samples
