def prune_structured(model, amount):
    pruned = copy.deepcopy(model)
    with torch.no_grad():
        for m in pruned.modules():
            if isinstance(m, nn.Conv2d):
                norms = m.weight.abs().sum(dim=(1, 2, 3))
                least = norms.argsort()[: round(amount * len(norms))]
                m.weight[least] = 0
                m.bias[least] = 0
    return pruned
