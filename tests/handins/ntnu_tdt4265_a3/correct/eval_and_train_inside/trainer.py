def compute_loss_and_accuracy(dataloader, model, loss_criterion):
    model.eval()
    loss, correct, total = 0, 0, 0
    with torch.no_grad():
        for data in dataloader:
            images, labels = data
            out = model(images)
            loss += loss_criterion(out, labels).item() * labels.size(0)
            _, predicted = torch.max(out.data, 1)
            total += labels.size(0)
            correct += (predicted == labels).sum().item()
    model.train()
    return loss / total, correct / total
