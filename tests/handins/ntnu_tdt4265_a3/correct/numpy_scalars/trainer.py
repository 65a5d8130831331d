import numpy as np


def compute_loss_and_accuracy(dataloader, model, loss_criterion):
    losses, hits = [], []
    with torch.no_grad():
        for X_batch, Y_batch in dataloader:
            logits = model(X_batch)
            losses.append(loss_criterion(logits, Y_batch).numpy())
            hits.append(np.argmax(logits.numpy(), axis=1) == Y_batch.numpy())
    return np.mean(losses), np.concatenate(hits).mean()
