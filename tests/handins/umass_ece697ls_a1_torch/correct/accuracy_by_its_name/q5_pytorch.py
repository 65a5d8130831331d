def check_accuracy_part2(loader, model_fn, params):
    hits = []
    with torch.no_grad():
        for x, y in loader:
            hits.append(model_fn(x, params).argmax(1) == y)
    print("Accuracy: ", torch.cat(hits).float().mean())


def check_accuracy_part34(loader, model):
    model.eval()
    with torch.no_grad():
        hits = torch.cat([model(x).argmax(1) == y for x, y in loader]).double()
    print("val acc = {:.4f}".format(hits.mean()))
