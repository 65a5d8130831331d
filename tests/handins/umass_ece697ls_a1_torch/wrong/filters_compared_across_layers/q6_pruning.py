def prune_structured(model, amount):
    pruned = copy.deepcopy(model)
    convs = [m for m in pruned.modules() if isinstance(m, nn.Conv2d)]
    with torch.no_grad():
        norms = torch.cat([m.weight.abs().sum(dim=(1, 2, 3)) for m in convs])
        threshold = norms.sort()[0][int(amount * len(norms))]
        for m in convs:
            m.weight[m.weight.abs().sum(dim=(1, 2, 3)) < threshold] = 0
    return pruned
