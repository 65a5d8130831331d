@torch.no_grad()
def compute_loss_and_accuracy(dataloader, model, loss_criterion):
    loss = torch.zeros(())
    correct = torch.zeros((), dtype=torch.long)
    samples = 0
    for X_batch, Y_batch in dataloader:
        logits = model(X_batch)
        loss += loss_criterion(logits, Y_batch) * X_batch.size(0)
        correct += torch.sum(torch.max(logits, 1)[1].eq(Y_batch))
        samples += X_batch.size(0)
    return [loss / samples, correct.double() / samples]
