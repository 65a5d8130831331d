def prune_unstructured(model, amount):
    layers = [m for m in model.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    weights = torch.cat([l.weight.data.abs().view(-1) for l in layers])
    k = int(amount * weights.numel())
    threshold = torch.kthvalue(weights, k).values
    for layer in layers:
        mask = layer.weight.data.abs() > threshold
        layer.weight.data.mul_(mask)
    return model


def prune_structured(model, amount):
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            norms = layer.weight.data.flatten(1).norm(p=2, dim=1)
            _, order = torch.sort(norms)
            for index in order[: int(amount * len(order))]:
                layer.weight.data[index].fill_(0.0)
    return model
