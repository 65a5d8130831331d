device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def train_loop(epoch, net, trainloader, optimizer, criterion=nn.CrossEntropyLoss()):
    net.train()
    seen, hits, running = 0, 0, 0.0
    for x, y in trainloader:
        x = x.to(device)
        y = y.to(device)
        optimizer.zero_grad(set_to_none=True)
        scores = net(x)
        loss = criterion(scores, y)
        loss.backward()
        optimizer.step()
        running += loss.data * y.shape[0]
        hits += torch.eq(scores.argmax(-1), y).sum()
        seen += y.numel()
    return {"loss": running / seen, "accuracy": hits / seen}


def valid_loop(net, validloader, criterion=nn.CrossEntropyLoss()):
    net.eval()
    outs, ys = [], []
    with torch.inference_mode():
        for x, y in validloader:
            outs.append(net(x.to(device)))
            ys.append(y.to(device))
        outs, ys = torch.cat(outs), torch.cat(ys)
        return {"loss": criterion(outs, ys), "accuracy": (outs.argmax(1) == ys).float().mean()}
