import numpy as np


def prune_unstructured(model, amount):
    state = {k: v.clone() for k, v in model.state_dict().items()}
    names = [k for k in state if k.endswith("weight")]
    everything = np.concatenate([state[k].abs().numpy().ravel() for k in names])
    threshold = np.percentile(everything, 100 * amount)
    for k in names:
        state[k] = torch.where(state[k].abs() < threshold, torch.zeros_like(state[k]), state[k])
    pruned = copy.deepcopy(model)
    pruned.load_state_dict(state)
    return pruned


def prune_structured(model, amount):
    pruned = copy.deepcopy(model)
    with torch.no_grad():
        for name, w in pruned.named_parameters():
            if w.dim() == 4:
                norms = torch.linalg.vector_norm(w, ord=1, dim=(1, 2, 3))
                smallest = norms.topk(round(amount * w.shape[0]), largest=False).indices
                mask = torch.ones(w.shape[0])
                mask[smallest] = 0
                w *= mask[:, None, None, None]
    return pruned
