def compute_loss_and_accuracy(dataloader, model, loss_criterion):
    device = next(model.parameters()).device
    total_loss, total_right, count = 0.0, 0.0, 0
    with torch.no_grad():
        for X_batch, Y_batch in dataloader:
            X_batch, Y_batch = X_batch.to(device), Y_batch.to(device)
            logits = model(X_batch)
            total_loss += len(X_batch) * loss_criterion(logits, Y_batch).cpu().item()
            wanted = torch.nn.functional.one_hot(Y_batch, logits.shape[1])
            got = torch.nn.functional.one_hot(logits.argmax(1), logits.shape[1])
            total_right += (wanted * got).sum().item()
            count += len(X_batch)
    average_loss, accuracy = total_loss / count, total_right / count
    print(f"loss {average_loss:.3f}, accuracy {accuracy:.3f}")
    return (average_loss, accuracy)
