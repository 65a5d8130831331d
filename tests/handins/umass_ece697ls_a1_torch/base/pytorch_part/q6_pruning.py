import copy

import torch
import torch.nn as nn
import torch.nn.utils.prune as prune


def prune_unstructured(model, amount):
    pruned_model = copy.deepcopy(model)
    parameters_to_prune = []
    for module in pruned_model.modules():
        if isinstance(module, (nn.Linear, nn.Conv2d)):
            parameters_to_prune.append((module, "weight"))
    prune.global_unstructured(
        parameters_to_prune, pruning_method=prune.L1Unstructured, amount=amount
    )
    for module, name in parameters_to_prune:
        prune.remove(module, name)
    return pruned_model


def prune_structured(model, amount):
    pruned_model = copy.deepcopy(model)
    for module in pruned_model.modules():
        if isinstance(module, nn.Conv2d):
            prune.ln_structured(module, name="weight", amount=amount, n=1, dim=0)
            prune.remove(module, "weight")
    return pruned_model
