def compute_loss_and_accuracy(dataloader, model, loss_criterion):
    total_loss, correct, samples = 0.0, 0, 0
    for X_batch, Y_batch in dataloader:
        logits = model(X_batch)
        loss = loss_criterion(logits, Y_batch)
        loss.backward()
        total_loss += loss.item() * len(Y_batch)
        correct += (logits.argmax(dim=1) == Y_batch).sum().item()
        samples += len(Y_batch)
    return total_loss / samples, correct / samples
