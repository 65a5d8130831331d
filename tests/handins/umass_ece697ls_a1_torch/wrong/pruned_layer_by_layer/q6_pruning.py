def prune_unstructured(model, amount):
    pruned = copy.deepcopy(model)
    for module in pruned.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            prune.l1_unstructured(module, "weight", amount=amount)
            prune.remove(module, "weight")
    return pruned
