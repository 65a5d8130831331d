def train_loop(model, dataloader, criterion, optimizer, device):
    model.train()
    total_loss, correct, count = 0.0, 0, 0
    for x, y in dataloader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        out = model(x)
        loss = criterion(out, y)
        loss.backward()
        optimizer.step()
        total_loss += loss.item() * x.size(0)
        correct += (out.argmin(1) == y).sum().item()
        count += x.size(0)
    return total_loss / count, correct / count
