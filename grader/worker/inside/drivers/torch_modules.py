"""Drives a `torch.nn.Module` of any make: sets its parameters, runs it, takes gradients.

Names, order and nesting of a module's parts are the student's own affair, so parameters go by
*role and shape*: `weight 64x3x3x3`, `conv_bias 64`, `scale 64`, `shift 64`, `bias 10`. All of one
group get the same values, and gradients are summed over a group, so nothing depends on which of
them comes first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import torch
from torch import nn
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.modules.conv import _ConvNd
from torch.nn.parameter import is_lazy

from .torch_beginnings import begun
from .torch_leftovers import leftovers
from .torch_tensors import arrays_of, tensors

_NORMS: Final = (_NormBase, nn.LayerNorm, nn.GroupNorm)
_LAYERS: Final = (_ConvNd, nn.Linear, *_NORMS)
_SCALES: Final = frozenset({"gamma", "gain", "scale", "weight"})
_SHIFTS: Final = frozenset({"beta", "bias", "offset", "shift"})
_BUFFERS: Final = frozenset({"running_mean", "running_var"})
# What a vector may be in a module of the student's own making, when its first meaning has no group.
_OTHERWISE: Final[Mapping[str, tuple[str, ...]]] = {
    "scale": ("weight",),
    "shift": ("bias", "conv_bias"),
    "bias": ("shift", "conv_bias"),
    "conv_bias": ("bias", "shift"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One parameter or buffer.

    Attributes:
        group: role and shape, as `weight 64x3x3x3`; vectors by their length whatever their axes.
        certain: whether the role is that of a layer of PyTorch's, and not guessed.
    """

    name: str
    role: str
    group: str
    tensor: Any
    learned: bool
    certain: bool


@dataclass(frozen=True, slots=True)
class Filled:
    """A module whose parameters are set.

    Attributes:
        places: part, group whose values it got, and whether they were transposed for it.
    """

    module: Any
    places: tuple[tuple[Part, str, bool], ...]


def parts(module: Any) -> list[Part]:
    """Lists the parameters and the running statistics of a module."""
    owners = dict(module.named_modules())
    found = []
    for name, tensor in module.named_parameters():
        holder, _, leaf = name.rpartition(".")
        owner = owners.get(holder)
        role = _role(owner, leaf, tensor)
        certain = isinstance(owner, _LAYERS)
        found.append(Part(name, role, group(role, tensor.shape), tensor, True, certain))
    for name, tensor in module.named_buffers():
        leaf = name.rpartition(".")[2]
        if leaf in _BUFFERS and tensor is not None:
            found.append(Part(name, leaf, group(leaf, tensor.shape), tensor, False, True))
    return found


def group(role: str, shape: Any) -> str:
    """Names a group.

    >>> group("weight", (64, 3, 3, 3)), group("shift", (1, 7))
    ('weight 64x3x3x3', 'shift 7')
    """
    sizes = tuple(shape) if role == "weight" else (int(np.prod(shape, dtype=int)),)
    return f"{role} {'x'.join(map(str, sizes))}"


def _role(owner: Any, leaf: str, tensor: Any) -> str:
    if isinstance(owner, _ConvNd):
        return "weight" if leaf == "weight" else "conv_bias"
    if isinstance(owner, nn.Linear):
        return leaf if leaf in ("weight", "bias") else "weight"
    if isinstance(owner, _NORMS):
        return "scale" if leaf == "weight" else "shift"
    if sum(size != 1 for size in tensor.shape) > 1:
        return "weight"
    if leaf in _SCALES or leaf in _SHIFTS:
        return "scale" if leaf in _SCALES else "shift"
    values = arrays_of(tensor)
    return "scale" if np.all(values == 1) else "shift" if np.all(values == 0) else "bias"


def shapes(module: Any, known: list[str]) -> dict[str, int]:
    """Counts the parameters and running statistics of each group.

    Args:
        module: any.
        known: groups that are expected; what could be of one of them counts there.
    """
    counts: dict[str, int] = {}
    for part, found, _ in _places(module, known):
        name = found or part.group
        counts[name] = counts.get(name, 0) + 1
    return counts


def idle(module: Any, known: list[str], inputs: list[Any], among: list[str]) -> dict[str, int]:
    """Counts the parameters of each group that take no part in what a module computes.

    Args:
        module: any.
        known: groups that are expected.
        inputs: arrays, in the order of forward's parameters.
        among: groups that are looked at.
    """
    groups = {part.name: found or part.group for part, found, _ in _places(module, known)}
    names = [name for name, found in groups.items() if found in among]
    counts: dict[str, int] = {}
    for name in leftovers(module, inputs, names):
        counts[groups[name]] = counts.get(groups[name], 0) + 1
    return counts


def values(module: Any, known: list[str]) -> dict[str, Any]:
    """Returns what the parameters are now: the numbers of each group in one array, (count, ...).

    Args:
        module: any.
        known: groups that are expected; a convolution over all of its input may be of one of them.
    """
    found: dict[str, list[Any]] = {}
    for part in _dense(parts(module), known):
        found.setdefault(part.group, []).append(arrays_of(part.tensor))
    return {
        name: np.stack([each.reshape(_sizes(name)) for each in several])
        for name, several in found.items()
    }


def _sizes(name: str) -> tuple[int, ...]:
    return tuple(int(size) for size in name.rpartition(" ")[2].split("x") if size)


def materialize(module: Any, inputs: list[Any]) -> Any:
    """Runs a module once where some of its parameters take their shapes from the input.

    In evaluation mode, which takes a batch of one and leaves running statistics as they begin.
    """
    if any(is_lazy(parameter) for parameter in module.parameters()):
        modes = [(each, each.training) for each in module.modules()]
        module.eval()
        with torch.no_grad():
            module(*tensors(inputs))
        for each, training in modes:
            each.training = training
    return module


def fill(module: Any, given: dict[str, Any], free: list[str]) -> Filled:
    """Sets every parameter to the values of its group.

    Args:
        module: it is changed.
        given: values by group.
        free: roles that are set to zero where no group has values for them.
    """
    # What says float32 where it makes a parameter must not be judged with rounded values.
    module.to(torch.get_default_dtype())
    places = _places(module, given)
    with torch.no_grad():
        for part, name, transposed in places:
            if name:
                array = given[name].T if transposed else given[name]
                part.tensor.copy_(torch.from_numpy(array.copy()).reshape(part.tensor.shape))
            elif part.role in free:
                part.tensor.zero_()
    return Filled(module, places)


def _places(module: Any, known: Collection[str]) -> tuple[tuple[Part, str, bool], ...]:
    """Finds the group of every parameter.

    Layers of PyTorch's go first: of a vector that may be several things, such as a bias in a
    dictionary of the student's own, it is then known which of them still lack one.
    """
    every = _dense(parts(module), known)
    found: dict[str, tuple[str, bool]] = {}
    for part in sorted(every, key=lambda each: not each.certain):
        taken = {name for name, _ in found.values()}
        found[part.name] = _find(part, known, taken)
    return tuple((part, *found[part.name]) for part in every)


def _dense(every: list[Part], known: Collection[str]) -> list[Part]:
    """Reads a convolution over all of its input as the fully connected layer that it is.

    Its weights (out, C, H, W) are those of the layer (out, C * H * W), in the same order.
    """
    layers = {}
    for part in every:
        shape = tuple(part.tensor.shape)
        flat = group("weight", (shape[0], part.tensor[0].numel())) if len(shape) > 2 else ""
        if part.role == "weight" and part.certain and part.group not in known and flat in known:
            layers[part.name.rpartition(".")[0]] = flat
    return [
        replace(
            part,
            role="weight" if part.role == "weight" else "bias",
            group=layers[holder] if part.role == "weight" else group("bias", part.tensor.shape),
        )
        if (holder := part.name.rpartition(".")[0]) in layers
        else part
        for part in every
    ]


def _find(part: Part, given: Collection[str], taken: Collection[str]) -> tuple[str, bool]:
    may_be = [] if part.certain else _OTHERWISE.get(part.role, ())
    others = [group(role, (part.tensor.numel(),)) for role in may_be]
    free = [name for name in (part.group, *others) if name in given and name not in taken]
    if part.role != "weight" and others and free:
        return free[0], False
    if part.group in given:
        return part.group, False
    swapped = group("weight", tuple(part.tensor.shape)[::-1])
    if part.role == "weight" and part.tensor.ndim == 2 and swapped in given:
        return swapped, True
    return next(((name, False) for name in others if name in given), ("", False))


def unmatched(
    filled: Filled, given: dict[str, Any], free: list[str], inputs: list[Any], how: dict[str, str]
) -> dict[str, Any]:
    """Says which groups no parameter has, and which parameters belong to no group.

    Of the latter, leftovers that take no part in what the module computes are not named. And
    whether the module was `begun`.

    Args:
        filled: its parameters are set.
        given: values by group.
        free: roles that need no group.
        inputs: arrays, in the order of forward's parameters.
        how: see `run`.
    """
    used = {name for _, name, _ in filled.places}
    missing = [name for name in given if name not in used]
    strange = [
        part
        for part, name, _ in filled.places
        if not name and part.role not in free and part.learned
    ]
    if strange and not missing and not how.get("method"):
        _switch(filled.module, how)
        over = leftovers(filled.module, inputs, [part.name for part in strange])
        strange = [part for part in strange if part.name not in over]
    named = [f"{part.name} ({'x'.join(map(str, part.tensor.shape))})" for part in strange]
    return {"begun": begun(filled.module), "missing": missing, "unknown": named}


def _switch(module: Any, how: dict[str, str]) -> None:
    if how.get("mode"):
        module.train(how["mode"] == "train")


def run(
    filled: Filled,
    inputs: list[Any],
    upstream: Any,
    wrt: list[str],
    how: dict[str, str],
) -> dict[str, Any]:
    """Runs a module and, where an upstream gradient is given, backward.

    Args:
        filled: its parameters are set.
        inputs: arrays, in the order of forward's parameters.
        upstream: gradient of a scalar by the output, or `None`.
        wrt: groups, and inputs as `input 0`, whose gradients are wanted.
        how: `mode`, train or eval, and `method`, the one that is called; each may be left out.

    Returns:
        `out`, `inputs` as they are after the call, and with an upstream gradient `gradients` and
        `unreached`, the names of the parameters that no gradient reaches.
    """
    module = filled.module
    _switch(module, how)
    call = getattr(module, how["method"]) if how.get("method") else module
    given = tensors(inputs)
    if upstream is None:
        with torch.no_grad():
            out = call(*given)
        return {"out": out, "inputs": given}
    for tensor in given:
        tensor.requires_grad_(tensor.is_floating_point())
    out = call(*[tensor.clone() for tensor in given])
    result: dict[str, Any] = {"out": out, "inputs": [each.detach() for each in given]}
    if not isinstance(out, torch.Tensor) or tuple(out.shape) != upstream.shape:
        return {**result, "gradients": dict.fromkeys(wrt), "unreached": []}
    return {**result, **_gradients(filled, given, out, upstream, wrt)}


def _gradients(
    filled: Filled, given: list[Any], out: Any, upstream: Any, wrt: list[str]
) -> dict[str, Any]:
    learned = [place for place in filled.places if place[0].learned and place[1]]
    sources = [part.tensor for part, _, _ in learned] + given
    wanted = [source for source in sources if source.requires_grad]
    found: dict[int, Any] = {}
    if wanted and out.requires_grad:
        by = torch.as_tensor(upstream, dtype=out.dtype)
        grads = torch.autograd.grad(out, wanted, by, allow_unused=True)
        found = {id(source): grad for source, grad in zip(wanted, grads, strict=True)}
    sums: dict[str, Any] = dict.fromkeys(wrt)
    unreached = {}
    for part, name, transposed in learned:
        grad = found.get(id(part.tensor))
        if grad is None:
            unreached[part.name] = name
        elif name in sums:
            array = arrays_of(grad).reshape(_sizes(name)[::-1] if transposed else _sizes(name))
            array = array.T if transposed else array
            sums[name] = array if sums[name] is None else sums[name] + array
    for number, tensor in enumerate(given):
        if f"input {number}" in sums:
            sums[f"input {number}"] = found.get(id(tensor))
    return {"gradients": sums, "unreached": _needed(filled, given, unreached)}


def _needed(filled: Filled, given: list[Any], unreached: dict[str, str]) -> list[str]:
    """Leaves out what is left of layers that were tried, beside others of the same group."""
    used = {name for part, name, _ in filled.places if part.name not in unreached}
    beside = [part for part, name in unreached.items() if name in used]
    inputs = [each.detach() for each in given]
    over = leftovers(filled.module, inputs, beside) if beside else ()
    return [part for part in unreached if part not in over]
