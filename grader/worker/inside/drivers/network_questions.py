"""Puts one question to a network of the style of `NN`; see `cache_networks`.

Answers are dictionaries of arrays by the course's names. Where a batch may be averaged or summed,
the same batch handed over twice shows which, and the answer is given as an average.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from . import binding, cache_entries, network_weights, plain_activations
from .cache_networks import Lacking, Named, Network
from .network_gradients import gradients, own_loss, weights_of
from .right_caches import pairs, pre_letter

__all__ = ["ask"]


def withhold(judged: str) -> None:
    """Forgets our own answer to what is judged, see `plain_activations.withhold`.

    The course's own code keeps it: its worker serves all criteria, and has nobody to fear.
    """
    if sys.modules[__package__].handin_runs:
        plain_activations.withhold(judged)


def ask(owner: type, question: str, settings: Named, inputs: Named) -> Named:
    """Asks one question of a new network.

    Args:
        owner: class of the network.
        question: see the functions below.
        settings: of the network, and of the question.
        inputs: arrays by the course's names.

    Returns:
        Arrays by name; `{"lacks": name}` where the class has no such method.
    """
    module = sys.modules.get(getattr(owner, "__module__", ""))
    try:
        with plain_activations.loans_returned(owner, module):
            return _QUESTIONS[question](owner, settings, inputs)
    except Lacking as error:
        return {"lacks": str(error)}


def _initial(owner: type, settings: Named, inputs: Named) -> Named:
    """Gives the weights after `initialize_weights`."""
    network = Network(owner, settings)
    network.initialize()
    dims = network.dims
    shapes: Named = {}
    for layer in range(1, len(dims)):
        shapes[f"W{layer}"] = (dims[layer - 1], dims[layer])
        shapes[f"b{layer}"] = (dims[layer],)
    return network.read_weights(shapes)


def _activation(owner: type, settings: Named, inputs: Named) -> Named:
    """Calls an activation, or the selector."""
    network = Network(owner, settings)
    if settings["function"] == "activation":
        if binding.takes(network.method("activation"), "activation"):
            # What is handed over decides, so the network's own is to be another one.
            other = "sigmoid" if network.name == "tanh" else "tanh"
            network = Network(owner, {**settings, "activation": other})
        plain_activations.lend(owner, network.module, network.net, network.name, selected=False)
    function = network.method(settings["function"])
    x = inputs["x"]
    chosen = str(settings.get("activation", settings["function"]))
    handed = x.copy()
    out = plain_activations.ask(function, handed, chosen, bool(settings.get("derivative")))
    changed = not np.array_equal(handed, x)
    if settings["function"] == "softmax" and _in_columns(network) and x.ndim == 2:
        out = plain_activations.ask(function, x.T.copy(), chosen, grad=False).T
    return {"out": out, "changed": changed}


def _in_columns(network: Network) -> bool:
    """Tells whether this network's weights are (out, in), and it refuses examples in rows."""
    try:
        network.initialize()
        first = network.places()["W1"].read()
        if first.shape != (network.dims[1], network.dims[0]):
            return False
        form, _ = network.forward(np.ones((3, network.dims[0])))
    except Exception:
        return False
    return form == "columns"


def _forward(owner: type, settings: Named, inputs: Named) -> Named:
    """Gives the pre-activations Z and the activations A of every layer, (N, width)."""
    network = Network(owner, settings, weights_of(inputs))
    x = inputs["x"]
    _, result = network.forward(x)
    arrays = list(cache_entries.flatten(result))
    letter = pre_letter(arrays, len(x), network.dims, network.name)
    answer: Named = {}
    for layer, width in enumerate(network.dims[1:], start=1):
        entries = cache_entries.of_width(arrays, len(x), width)
        pre, post = cache_entries.split(entries, letter, pairs(network.name, width, network.dims))
        for name, entry in (("Z", pre), ("A", post)):
            odd = cache_entries.called(arrays, f"{name}{layer}")
            if entry is not None:
                answer[f"{name}{layer}"] = entry.value
            elif odd is not None and all(odd is not each.raw for each in entries):
                answer[f"{name}{layer}"] = odd  # of a wrong shape, which is said then
    return answer


def _loss(owner: type, settings: Named, inputs: Named) -> Named:
    """Gives the loss of predicted probabilities, as an average over the examples."""
    network = Network(owner, settings)
    function = network.method("loss")
    prediction, labels = inputs["prediction"], inputs["labels"]

    def run(rows: Any, y: Any) -> Any:
        return network.with_labels(
            lambda form: binding.call(function, {"prediction": rows, "labels": form}), y
        )

    handed = prediction.copy()
    try:
        twice = run(np.concatenate([prediction] * 2), np.concatenate([labels] * 2))
    except Exception:  # made for one example
        twice = None
    once = run(handed, labels)
    if np.size(once) == 1 and np.size(twice) == 1 and twice is not None:
        if np.isclose(float(np.ravel(twice)[0]), 2 * float(np.ravel(once)[0]), rtol=1e-6, atol=0):
            once = once / len(labels)
    return {"loss": once, "changed": not np.array_equal(handed, prediction)}


def _objective(owner: type, settings: Named, inputs: Named) -> Named:
    network = Network(owner, settings, weights_of(inputs))
    return {"loss": own_loss(network, inputs["x"], inputs["labels"])}


def _update(owner: type, settings: Named, inputs: Named) -> Named:
    """Gives the weights after one update by given gradients."""
    weights = weights_of(inputs)
    own, paths = _own_gradients(owner, settings, weights)
    network = Network(owner, settings, weights)
    places = network.places()
    # All that backward returns, as update may be troubled by what it does not expect.
    grads = own if len(paths) == len(weights) else {}
    for name in weights:
        like = places[name].read() if name in places else None
        step = network_weights.fitted(inputs["d" + name], like)
        if grads is own:
            grads = own = cache_entries.replaced(own, paths[name], step)
        else:
            key = "d" + (places[name].key if name in places else name)
            grads[paths[name][0] if len(paths.get(name, ())) == 1 else key] = step
    function = network.method("update")
    stored = getattr(network.net, "weights", None)
    values = {"grads": grads, "lr": settings["lr"], "weights": stored}
    result = binding.call(function, values)
    shapes = {name: value.shape for name, value in weights.items()}
    answer = network.read_weights(shapes)
    untouched = all(
        name in answer and np.array_equal(answer[name], weights[name]) for name in weights
    )
    if isinstance(result, dict) and untouched:
        given = network_weights.in_table(result, result)
        answer = {
            name: network_weights.unfitted(given[name].read(), shape)
            for name, shape in shapes.items()
            if name in given
        }
    if not network.has_rate and not binding.takes(function, "lr"):
        return _at_rate(answer, weights, inputs, settings["lr"])
    return answer


def _at_rate(answer: Named, weights: Named, inputs: Named, rate: float) -> Named:
    """Brings a step of a length that the hand-in has chosen itself to the length that is asked."""
    moved = {name: answer[name] - weights[name] for name in answer if name in weights}
    step = inputs["dW1"]
    own = -float(np.sum(moved.get("W1", 0 * step) * step)) / float(np.sum(step * step))
    if not own > 0:
        return answer
    return {name: weights[name] + value * (rate / own) for name, value in moved.items()}


def _own_gradients(owner: type, settings: Named, weights: Named) -> tuple[Any, dict[str, Any]]:
    """Asks the hand-in's own backward for gradients; says where in these those of weights are."""
    try:
        network = Network(owner, settings, weights)
        x, labels = np.ones((2, network.dims[0])), np.array([0, 1])
        grads = network.backward(x, labels)
    except Exception:  # charged where gradients are judged
        return {}, {}
    if isinstance(grads, (tuple, list)):
        grads = next((each for each in grads if isinstance(each, dict)), grads)
    paths = {}
    for path, value in cache_entries.flatten(grads):
        letter = cache_entries.letter_of(path)
        for name, weight in weights.items():
            if letter == name[0].lower() and value.size == weight.size:
                paths[name] = path
    return grads, paths


_QUESTIONS = {
    "weights": _initial,
    "activation": _activation,
    "forward": _forward,
    "loss": _loss,
    "objective": _objective,
    "gradients": gradients,
    "update": _update,
}
