def compute_loss_and_accuracy(dataloader, model, loss_criterion, verbose=False):
    with torch.no_grad():
        pairs = [(model(x), y) for x, y in dataloader]
    logits, labels = torch.cat([p[0] for p in pairs]), torch.cat([p[1] for p in pairs])
    if verbose:
        print(logits.shape)
    return loss_criterion(logits, labels), torch.mean((logits.argmax(-1) == labels).type(torch.float))
