def compute_loss_and_accuracy(dataloader, model, loss_criterion):
    loss, correct, total = 0, 0, 0
    for images, labels in dataloader:
        out = model(images)
        loss += loss_criterion(out, labels).item() * labels.size(0)
        correct += (out.argmax(1) == labels).sum().item()
        total += labels.size(0)
    return loss / total, correct / total
