"""Reads the gradients that a network of the style of `NN` returns, whatever it calls them.

Gradients of weights and biases are told by their names and sizes, those of pre-activations and
activations by their values: the one is the other times the slope of the activation. Whether a
hand-in averages or sums shows when the same batch is handed over twice.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np

from . import cache_entries, network_weights, plain_activations
from .cache_networks import Named, Network
from .right_caches import pairs, pre_letter


def weights_of(inputs: Named) -> Named:
    """Keeps the weights and biases among the inputs of a question."""
    return {name: value for name, value in inputs.items() if name[0] in "Wb"}


def own_loss(network: Network, x: Any, labels: Any) -> float | None:
    """Takes the cross-entropy of what the network's own forward predicts."""
    _, result = network.forward(x)
    entries = cache_entries.of_width(list(cache_entries.flatten(result)), len(x), network.dims[-1])
    last = pairs(network.name, network.dims[-1], network.dims)
    _, post = cache_entries.split(entries, "z", last)
    if post is None:
        return None
    return float(-np.mean(np.log(post.value[np.arange(len(x)), labels])))


def gradients(owner: type, settings: Named, inputs: Named) -> Named:
    """Gives the averaged gradients of the weights, and those of Z and A for each example."""
    weights, x, labels = weights_of(inputs), inputs["x"], inputs["labels"]
    network = Network(owner, settings, weights)
    answer: Named = {"loss": None}
    with suppress(Exception):  # charged where the forward pass is judged
        answer["loss"] = own_loss(network, x, labels)
    x2, labels2 = np.concatenate([x, x]), np.concatenate([labels, labels])
    try:
        twice = _read(network, network.backward(x2, labels2), x2)
    except Exception:  # made for one example
        twice = {}
    once = _read(network, network.backward(x, labels), x)
    summed = next((_grows(once, twice, name, 2.0) for name in weights if name in once), False)
    shared = next((_grows(once, twice, name, 0.5) for name in once if name[0] in "AZ"), False)
    for name, value in once.items():
        if name in weights:
            answer[name] = value / len(x) if summed else value
        else:
            answer["d" + name] = value * len(x) if shared else value
    return answer


def _grows(once: Named, twice: Named, name: str, factor: float) -> bool:
    if name not in twice:
        return False
    first, second = once[name], twice[name]
    second = second[: len(first)] if name[0] in "AZ" else second
    return bool(
        first.shape == second.shape
        and np.any(first)
        and np.allclose(second, factor * first, rtol=1e-6, atol=1e-12)
    )


def _read(network: Network, grads: Any, x: Any) -> Named:
    """Finds out what the gradients are by; names them W1, b1, Z1, A1 and so on."""
    arrays = list(cache_entries.flatten(grads))
    dims, answer = network.dims, {}
    for layer in range(1, len(dims)):
        for path, value in arrays:
            letter, shape = cache_entries.letter_of(path), (dims[layer - 1], dims[layer])
            if value.shape in (shape, shape[::-1]) and letter in ("w", ""):
                answer[f"W{layer}"] = network_weights.unfitted(value, shape).astype(float)
            elif letter == "b" and value.size == dims[layer]:
                answer[f"b{layer}"] = value.reshape(-1).astype(float)
        for name in (f"W{layer}", f"b{layer}"):
            odd = cache_entries.called(arrays, name)
            if name not in answer and odd is not None:
                answer[name] = odd  # of a wrong shape, which is said then
    pre, _ = plain_activations.forward(network.weights, x, network.name)
    letter = "z"
    with suppress(Exception):  # as above
        _, result = network.forward(x)
        letter = pre_letter(list(cache_entries.flatten(result)), len(x), dims, network.name)
    for layer in range(len(dims) - 1, 0, -1):
        slope = plain_activations.derivative(network.name, pre[layer - 1])
        last = layer == len(dims) - 1
        entries = cache_entries.of_width(arrays, len(x), dims[layer])
        if last and len(entries) == 1:
            answer[f"Z{layer}"] = entries[0].value
            continue
        dz, da = cache_entries.split(entries, letter, _slopes(slope, last))
        if not last:
            by_next = answer.get(f"Z{layer + 1}")
            if da is not None:
                answer[f"A{layer}"] = da.value
            elif by_next is not None and dz is not None:
                # Either of the two is what the text asks for; the other one follows from it.
                answer[f"A{layer}"] = by_next @ network.weights[f"W{layer + 1}"].T
        if dz is not None:
            answer[f"Z{layer}"] = dz.value
        elif da is not None and not last:
            answer[f"Z{layer}"] = da.value * slope
    return answer


def _slopes(slope: Any, last: bool) -> Any:
    return lambda dz, da: not last and cache_entries.close(da * slope, dz)
