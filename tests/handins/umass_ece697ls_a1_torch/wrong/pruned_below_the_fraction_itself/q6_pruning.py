def prune_unstructured(model, amount):
    pruned = copy.deepcopy(model)
    with torch.no_grad():
        for module in pruned.modules():
            if isinstance(module, (nn.Conv2d, nn.Linear)):
                module.weight[module.weight.abs() <= amount] = 0
    return pruned
