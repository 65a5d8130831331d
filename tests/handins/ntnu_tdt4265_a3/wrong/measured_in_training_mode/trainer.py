def compute_loss_and_accuracy(dataloader, model, loss_criterion):
    model.train()
    total_loss, correct, samples = 0.0, 0, 0
    with torch.no_grad():
        for X_batch, Y_batch in dataloader:
            logits = model(X_batch)
            total_loss += loss_criterion(logits, Y_batch).item() * len(Y_batch)
            correct += (logits.argmax(dim=1) == Y_batch).sum().item()
            samples += len(Y_batch)
    return total_loss / samples, correct / samples
