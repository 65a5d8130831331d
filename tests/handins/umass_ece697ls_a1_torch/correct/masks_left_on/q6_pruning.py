def prune_unstructured(model, amount):
    net = copy.deepcopy(model)
    targets = tuple((m, "weight") for m in net.modules() if hasattr(m, "weight") and m.weight is not None)
    prune.global_unstructured(targets, pruning_method=prune.L1Unstructured, amount=amount)
    total = sum(m.weight.nelement() for m, _ in targets)
    zeros = sum(int((m.weight == 0).sum()) for m, _ in targets)
    print(f"global sparsity {100 * zeros / total:.1f} %")
    return net


def prune_structured(model, amount):
    net = copy.deepcopy(model)
    for name, module in net.named_modules():
        if isinstance(module, torch.nn.Conv2d):
            prune.ln_structured(module, "weight", amount, n=2, dim=0)
    return net
