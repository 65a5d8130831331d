"""Drives plain functions on tensors and `torch.autograd.Function` classes."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Final

import numpy as np
import torch

from .torch_tensors import arrays_of, tensor

DEEPEST: Final = 3  # containers within one attribute of ctx that are looked into


def run(
    function: Any,
    inputs: dict[str, Any],
    lists: dict[str, list[str]],
    upstream: Any,
    wrt: list[str],
    in_between: int = 0,
    plain: list[str] | None = None,
) -> dict[str, Any]:
    """Calls a function on tensors and, where an upstream gradient is given, backward.

    Args:
        function: takes tensors; of a `torch.autograd.Function` class, its `apply` does.
        inputs: by name, in the order of the function's parameters.
        lists: names of inputs that make up one list argument, by that argument's name, which
            stands where the first of them stands.
        upstream: gradient of a scalar by the output, or `None`.
        wrt: inputs whose gradients are wanted.
        in_between: how many other calls come between this one and its backward.
        plain: inputs that stay arrays of NumPy.

    Returns:
        `out`, `inputs` as they are after the call, and `gradients`. `unreached`: inputs whose
        gradient autograd did not find; those of an `autograd.Function` are what it returned.
    """
    kept = plain or ()
    given = {
        name: tensor(value) if isinstance(value, np.ndarray) and name not in kept else value
        for name, value in inputs.items()
    }
    for name in wrt:
        given[name].requires_grad_(True)
    # Copies, so that what changes an argument in place does not stop autograd.
    passed = {
        name: value.clone() if name in wrt and upstream is not None else value
        for name, value in given.items()
    }
    out = _callable(function)(*_arguments(passed, lists))
    after = {name: each for name, each in passed.items() if isinstance(each, torch.Tensor)}
    result: dict[str, Any] = {"out": out, "inputs": after}
    if upstream is None:
        return result
    for turn in range(in_between):
        _callable(function)(*_arguments(_others(given, turn), lists))
    gradients: dict[str, Any] = dict.fromkeys(wrt)
    if isinstance(out, torch.Tensor) and out.requires_grad and out.shape == upstream.shape:
        by = torch.as_tensor(upstream, dtype=out.dtype)
        sources = [given[name] for name in wrt]
        found = torch.autograd.grad(out, sources, by, allow_unused=True)
        gradients = dict(zip(wrt, found, strict=True))
    unreached = []
    if isinstance(out, torch.Tensor) and out.shape == upstream.shape and not _is_class(function):
        unreached = [name for name in wrt if gradients[name] is None]
    return {**result, "gradients": gradients, "unreached": unreached}


def _callable(function: Any) -> Any:
    return function.apply if _is_class(function) else function


def _is_class(function: Any) -> bool:
    return isinstance(function, type) and issubclass(function, torch.autograd.Function)


def _others(given: dict[str, Any], turn: int) -> dict[str, Any]:
    """Returns other inputs of the same shapes, which need gradients as well."""
    return {
        name: (0.5 - (turn + 2) * value.detach().flip(0)).requires_grad_(value.requires_grad)
        if isinstance(value, torch.Tensor) and value.is_floating_point() and value.ndim
        else value
        for name, value in given.items()
    }


def _arguments(given: dict[str, Any], lists: dict[str, list[str]]) -> list[Any]:
    argument_of = {name: argument for argument, names in lists.items() for name in names}
    arguments: dict[str, Any] = {}
    for name, value in given.items():
        if name in argument_of:
            arguments.setdefault(argument_of[name], []).append(value)
        else:
            arguments[name] = value
    return list(arguments.values())


def inspect(
    function: Any, inputs: dict[str, Any], upstream: Any, wanted: list[str]
) -> dict[str, Any]:
    """Watches the backward of a `torch.autograd.Function` class.

    Args:
        function: the class.
        inputs: arrays and plain values by name, in the order of `forward`'s parameters.
        upstream: gradient of a scalar by the output.
        wanted: inputs that need a gradient; the others do not.

    Raises:
        TypeError: forward gives no tensor.

    Returns:
        `returned`: for each input, whether backward returned something for it. `unneeded`: what
        forward kept although no gradient changes when it is spoilt, as `saved tensor 2` or `ctx.x`.
    """
    seen: dict[str, Any] = {}

    def backward(ctx: Any, *upstreams: Any) -> Any:
        seen["ctx"], seen["upstreams"] = ctx, upstreams
        returned = function.backward(ctx, *upstreams)
        entries = returned if isinstance(returned, tuple) else (returned,)
        # How many gradients there are is judged where they are compared.
        filled = entries + (None,) * (len(inputs) - len(entries))
        seen["returned"] = [each is not None for each in filled]
        seen["unneeded"] = _unneeded(function, ctx, upstreams, entries)
        return (None,) * len(inputs)  # nor which shapes they have, which autograd would refuse

    watched: Any = type(
        function.__name__, (function,), {"backward": staticmethod(backward), "__module__": ""}
    )
    given = {
        name: tensor(value) if isinstance(value, np.ndarray) else value
        for name, value in inputs.items()
    }
    for name in wanted:
        given[name].requires_grad_(True)
    out = watched.apply(*given.values())
    if not isinstance(out, torch.Tensor):
        raise TypeError(f"forward returned {type(out).__name__}, which is no tensor")
    torch.autograd.backward(out, torch.as_tensor(upstream, dtype=out.dtype))
    return {"returned": seen["returned"], "unneeded": seen["unneeded"]}


def _unneeded(function: Any, ctx: Any, upstreams: Any, returned: Any) -> list[str]:
    """Spoils one kept tensor at a time and looks whether any gradient changes."""
    saved = list(ctx.saved_tensors)
    right = [_numbers(each) for each in returned]
    found = []
    for number, kept in enumerate(saved):
        if kept is None:  # save_for_backward takes it in place of a tensor that is not needed
            continue
        spoilt = [_spoilt(each) if at == number else each for at, each in enumerate(saved)]
        if _same(function, ctx, upstreams, right, spoilt, {}):
            found.append(f"saved tensor {number + 1} of {len(saved)}")
    for name, *keys in _tensors(vars(ctx)):
        changed = {name: _with_spoilt(vars(ctx)[name], keys)}
        if _same(function, ctx, upstreams, right, saved, changed):
            found.append(f"ctx.{name}" + "".join(f"[{key!r}]" for key in keys))
    return found


def _tensors(holder: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yields the keys that lead to each tensor in dictionaries, lists and tuples."""
    entries = holder.items() if isinstance(holder, dict) else enumerate(holder)
    for key, value in entries:
        if isinstance(value, torch.Tensor):
            yield (*path, key)
        elif isinstance(value, (dict, list, tuple)) and len(path) < DEEPEST:
            yield from _tensors(value, (*path, key))


def _with_spoilt(value: Any, keys: list[Any]) -> Any:
    """Returns what was kept with the tensor that the keys lead to spoilt, as a copy."""
    if not keys:
        return _spoilt(value)
    key, *rest = keys
    spoilt = _with_spoilt(value[key], rest)
    if isinstance(value, dict):
        return {**value, key: spoilt}
    entries = [spoilt if at == key else each for at, each in enumerate(value)]
    return tuple(entries) if isinstance(value, tuple) else entries


def _same(
    function: Any, ctx: Any, upstreams: Any, right: list[Any], saved: list[Any], changed: Any
) -> bool:
    stand_in = SimpleNamespace(
        **{**vars(ctx), **changed},
        saved_tensors=tuple(saved),
        saved_variables=tuple(saved),
        needs_input_grad=ctx.needs_input_grad,
    )
    try:
        returned = function.backward(stand_in, *upstreams)
    except Exception:  # it was looked at, and was not what it has to be
        return False
    entries = returned if isinstance(returned, tuple) else (returned,)
    return len(entries) == len(right) and all(
        np.array_equal(_numbers(each), wanted) for each, wanted in zip(entries, right, strict=True)
    )


def _spoilt(value: Any) -> Any:
    return torch.full_like(value, float("nan")) if value.is_floating_point() else value == 0


def _numbers(value: Any) -> Any:
    return arrays_of(value) if isinstance(value, torch.Tensor) else np.zeros(0)
