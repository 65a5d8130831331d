def compute_loss_and_accuracy(dataloader, model, loss_criterion):
    average_loss, correct, samples = 0.0, 0, 0
    with torch.no_grad():
        for X_batch, Y_batch in dataloader:
            logits = model(X_batch)
            average_loss = (average_loss + loss_criterion(logits, Y_batch).item()) / 2
            correct += (logits.argmax(dim=1) == Y_batch).sum().item()
            samples += len(Y_batch)
    return average_loss, correct / samples
