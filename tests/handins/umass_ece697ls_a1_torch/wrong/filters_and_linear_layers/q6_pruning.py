def prune_structured(model, amount):
    pruned = copy.deepcopy(model)
    for m in pruned.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            prune.ln_structured(m, name="weight", amount=amount, n=1, dim=0)
    return pruned
