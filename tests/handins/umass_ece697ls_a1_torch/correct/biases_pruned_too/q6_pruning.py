import numpy as np


def prune_unstructured(model, amount):
    model = copy.deepcopy(model)
    parameters = list(model.parameters())
    flat = torch.cat([p.detach().abs().reshape(-1) for p in parameters])
    cut = torch.quantile(flat, amount)
    with torch.no_grad():
        for p in parameters:
            p[p.abs() < cut] = 0.0
    return model


def prune_structured(model, amount):
    model = copy.deepcopy(model)
    for m in model.modules():
        if not isinstance(m, nn.Conv2d):
            continue
        importance = np.abs(m.weight.detach().numpy()).mean(axis=(1, 2, 3))
        count = int(round(amount * importance.shape[0]))
        for f in np.argsort(importance)[:count]:
            m.weight.data[f] = 0
            if m.bias is not None:
                m.bias.data[f] = 0
    return model
