def train_loop(model, train_dataloader, device, optimizer, criterion):
    model = model.to(device)
    model.train()
    losses, scores = [], []
    for i, batch in enumerate(train_dataloader):
        inputs, targets = batch[0].to(device), batch[1].to(device)
        out = model(inputs)
        loss = criterion(out, targets)
        model.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach().cpu().item())
        scores.append((out.max(1).indices == targets).double().mean().item())
    print("train", np.mean(losses))
    return scores, losses


@torch.no_grad()
def valid_loop(model, valid_dataloader, device, criterion):
    was = model.training
    model.eval()
    loss, right, n = torch.tensor(0.0), torch.tensor(0.0), len(valid_dataloader.dataset)
    for inputs, targets in valid_dataloader:
        out = model(inputs.to(device))
        loss = loss + criterion(out, targets.to(device)) / len(valid_dataloader)
        right = right + (torch.max(F.softmax(out, dim=1), 1)[1] == targets.to(device)).sum()
    model.train(was)
    return 100 * right / n, loss
