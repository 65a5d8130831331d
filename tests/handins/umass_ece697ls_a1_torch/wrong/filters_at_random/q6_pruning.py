def prune_structured(model, amount):
    pruned = copy.deepcopy(model)
    for m in pruned.modules():
        if isinstance(m, nn.Conv2d):
            prune.random_structured(m, name="weight", amount=amount, dim=0)
    return pruned
