def valid_loop(model, dataloader, criterion, device):
    model.eval()
    total_loss, correct, count = 0.0, 0, 0
    with torch.enable_grad():
        for x, y in dataloader:
            x, y = x.to(device), y.to(device)
            out = model(x)
            loss = criterion(out, y)
            loss.backward()
            total_loss += loss.item() * x.size(0)
            correct += (out.argmax(1) == y).sum().item()
            count += x.size(0)
    return total_loss / count, correct / count
