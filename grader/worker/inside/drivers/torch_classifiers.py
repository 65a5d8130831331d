"""Has a hand-in's functions measure and train small classifiers of ours, on loaders of ours.

The functions may read the global variables that a notebook has: loaders, element type, device. They
are set in the module where the function was defined.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from typing import Any, Final

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from .torch_tensors import precision, tensor

PRINTED_AT_MOST: Final = 4000  # characters that are handed on
_CRITERIA: Final[dict[str, Callable[[], Any]]] = {
    "cross_entropy": nn.CrossEntropyLoss,
    "multi_margin": nn.MultiMarginLoss,
}
_FILLED_IN: Final = {  # where a hand-in lacks them
    "USE_GPU": False,
    "dtype": torch.float32,
    "device": torch.device("cpu"),
}


def scores(x: Any, params: Any) -> Any:
    """Computes the scores tanh(x W1 + b1) W2 ... (N, C), which no network of the assignment does.

    Args:
        x: (N, ...).
        params: matrices, each with a bias after it or without one.
    """
    out = x.flatten(1)
    for number, each in enumerate(params):
        if each.ndim == 1:
            out = out + each
        else:
            out = (torch.tanh(out) if number else out) @ each
    return out


def network(params: list[Any], normalized: bool) -> Any:
    """Makes ReLU(x W1) W2 as a module; with batch normalization, its two modes differ."""
    w1, w2 = params
    (inputs, hidden), classes = w1.shape, w2.shape[1]
    layers: list[Any] = [nn.Flatten(), nn.Linear(inputs, hidden, bias=False)]
    layers += [nn.BatchNorm1d(hidden)] * normalized
    layers += [nn.ReLU(), nn.Linear(hidden, classes, bias=False)]
    with torch.no_grad():
        layers[1].weight.copy_(w1.T)
        layers[-1].weight.copy_(w2.T)
    return nn.Sequential(*layers)


class Samples(TensorDataset):
    """Samples and classes.

    Attributes:
        train: what torchvision's data sets say of themselves; the notebook's origin asks for it.
    """

    train = True


def loader(x: Any, y: Any, batch_size: int) -> Any:
    """Makes a loader that keeps the order; its last batch may be short."""
    return DataLoader(Samples(tensor(x), tensor(y)), batch_size=batch_size)


def measure(
    function: Any, data: dict[str, Any], arguments: list[str], how: dict[str, Any]
) -> dict[str, Any]:
    """Calls a function that measures a classifier.

    Args:
        function: the hand-in's.
        data: inputs `x` (N, ...), classes `y` (N,), weights `w1` and `w2`.
        arguments: what the function takes, in order: `loader`, `model`, `criterion`, `model_fn`,
            `params`.
        how: `batch_size`, `criterion`, `normalized` and `mode`.

    Returns:
        `returned`; `printed`; `tracked`, whether something that was returned holds a graph;
        `graphs`, whether scores were computed with one; `training`, whether some were computed by
        the module in training mode; `backward`, whether a parameter has a gradient; `parameters`
        as they are afterwards.
    """
    params = list(_params(data).values())
    model = network(params, bool(how.get("normalized"))).train(how.get("mode") != "eval")
    graphs: list[bool] = []
    modes: list[bool] = []
    model.register_forward_hook(lambda _module, _inputs, out: graphs.append(out.requires_grad))
    model.register_forward_hook(lambda module, _inputs, _out: modes.append(module.training))

    def model_fn(x: Any, params: Any) -> Any:
        out = scores(x, params)
        graphs.append(out.requires_grad)
        return out

    given = {
        "loader": loader(data["x"], data["y"], how["batch_size"]),
        "model": model,
        "model_fn": model_fn,
        "params": params,
        "criterion": _CRITERIA[how.get("criterion", "cross_entropy")](),
    }
    set_globals(function, {})
    printed = StringIO()
    with redirect_stdout(printed):
        returned = function(*[given[name] for name in arguments])
    own = list(model.parameters()) if "model" in arguments else params
    parts = returned if isinstance(returned, (tuple, list)) else (returned,)
    return {
        "returned": returned,
        "printed": printed.getvalue()[-PRINTED_AT_MOST:],
        "tracked": any(isinstance(each, torch.Tensor) and each.requires_grad for each in parts),
        "graphs": any(graphs),
        "training": any(modes),
        "backward": any(each.grad is not None for each in own),
        "parameters": [each.detach() for each in own],
    }


def train(
    function: Any, data: dict[str, Any], arguments: list[str], how: dict[str, Any]
) -> dict[str, Any]:
    """Calls a function that trains a classifier on the global `loader_train`.

    Args:
        function: the hand-in's.
        data: as in `measure`; the first two batches serve for validation as well. Functions that
            take `params` may be given other weights than these two; see `scores`.
        arguments: `model_fn`, `params` and `learning_rate`, or `model`, `optimizer` and `epochs`.
        how: `batch_size`, `learning_rate`, `epochs`, `normalized`, and `measures`, the name of the
            function that the training calls; if that one fails, training goes on.

    Returns:
        The weights as they are afterwards, by their names.
    """
    named = _params(data)
    params = list(named.values())
    by_hand = "params" in arguments
    model: Any = nn.Identity() if by_hand else network(params, bool(how.get("normalized")))
    rate, size = float(how["learning_rate"]), int(how["batch_size"])
    given = {
        "model_fn": scores,
        "params": params,
        "learning_rate": rate,
        "model": model,
        "optimizer": None if by_hand else _optimizer(model, rate),
        "epochs": how.get("epochs", 1),
    }
    few = slice(0, 2 * size)
    loaders = {
        "loader_train": loader(data["x"], data["y"], size),
        "loader_val": loader(data["x"][few], data["y"][few], size),
        "print_every": 2,
    }
    namespace = set_globals(function, loaders)
    name = how.get("measures", "")
    if callable(namespace.get(name)):
        namespace[name] = _guarded(namespace[name], model, params)
    with redirect_stdout(StringIO()):
        function(*[given[each] for each in arguments])
    if "model" in arguments:
        return {"w1": model[1].weight.T, "w2": model[-1].weight.T}
    # A list that holds new tensors has been updated as well.
    return dict(zip(named, params, strict=False))


def _params(data: dict[str, Any]) -> dict[str, Any]:
    precision("float32")
    weights = {name: value for name, value in data.items() if name not in ("x", "y")}
    return {name: tensor(value).requires_grad_() for name, value in weights.items()}


def _optimizer(model: Any, rate: float) -> Any:
    return torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9, nesterov=True)


def set_globals(function: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Sets global variables where a function was defined; returns all that there are."""
    namespace: dict[str, Any] = getattr(inspect.unwrap(function), "__globals__", {})
    for name, value in _FILLED_IN.items():
        namespace.setdefault(name, value)
    namespace.update(values)
    return namespace


def _guarded(function: Any, model: Any, params: list[Any]) -> Any:
    # What it does wrong is charged where it is asked for by itself.
    def ask(*args: Any, **kwargs: Any) -> Any:
        own = [*model.parameters(), *params]
        before = [each.detach().clone() for each in own]
        try:
            return function(*args, **kwargs)
        except Exception:
            return 0.0
        finally:
            with torch.no_grad():
                for each, value in zip(own, before, strict=True):
                    each.copy_(value)

    return ask
