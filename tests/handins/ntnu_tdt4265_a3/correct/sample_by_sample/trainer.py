def compute_loss_and_accuracy(dataloader, model, loss_criterion):
    total_loss, right, n = 0.0, 0, 0
    with torch.inference_mode():
        for X_batch, Y_batch in dataloader:
            for x, y in zip(X_batch, Y_batch):
                scores = model(x[None])
                total_loss += float(loss_criterion(scores, y[None]))
                right += int(scores[0].argmax() == y)
                n += 1
    return total_loss / n, right / n
