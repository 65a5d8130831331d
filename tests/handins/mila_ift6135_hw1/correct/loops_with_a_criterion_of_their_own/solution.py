criterion = nn.CrossEntropyLoss()


def train_loop(model, train_loader, optimizer, device):
    model.train()
    losses, right, count = 0.0, 0, 0
    for images, labels in train_loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        scores = model(images)
        loss = criterion(scores, labels)
        loss.backward()
        optimizer.step()
        losses += loss.item() * len(labels)
        right += (scores.argmax(1) == labels).sum().item()
        count += len(labels)
    return losses / count, right / count


def valid_loop(model, valid_loader, device):
    model.eval()
    losses, right, count = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in valid_loader:
            images, labels = images.to(device), labels.to(device)
            scores = model(images)
            losses += F.cross_entropy(scores, labels, reduction="sum").item()
            right += (scores.argmax(1) == labels).sum().item()
            count += len(labels)
    return losses / count, right / count
