def prune_unstructured(model, amount):
    pruned = copy.deepcopy(model)
    weights = [m.weight for m in pruned.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    with torch.no_grad():
        values = torch.cat([w.abs().flatten() for w in weights])
        threshold = values.sort()[0][int((1 - amount) * values.numel())]
        for w in weights:
            w[w.abs() > threshold] = 0
    return pruned
