"""Sets and reads the parameters of layers and networks that keep them in dictionaries `params`.

A network's layers are found wherever they are: in attributes, lists, tuples and dictionaries of any
name, however deep. Parameters go by their shape; where two would fit, by their key.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from operator import is_
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, Final

import numpy as np

from ..executor import Missing

MAX_OBJECTS: Final = 20_000  # that are looked at in one network
KEYS: Final = {
    "weight": ("weight", "weights", "W", "w"),
    "bias": ("bias", "biases", "b", "B"),
}
GRADIENT_PREFIXES: Final = ("", "d", "grad_", "d_")
_LEAVES: Final = (str, bytes, int, float, complex, np.generic, np.ndarray, type, ModuleType)
_CODE: Final = (FunctionType, BuiltinFunctionType)


@dataclass(slots=True, eq=False)
class Parameter:
    """One parameter of a network.

    Attributes:
        owners: the layer whose `params` hold it, and others that hold the same array; each with
            the key.
        role: `weight`, `bias`, or empty where no key tells.
        name: as the grader calls it.
        transposed: it is kept as (in, out) where (out, in) is asked for.
    """

    owners: list[tuple[Any, Any]] = field(default_factory=list)
    role: str = ""
    name: str = ""
    transposed: bool = False

    def array(self) -> Any:
        """Returns the array as it is kept."""
        owner, key = self.owners[0]
        return owner.params[key]


def find(root: Any, shapes: Mapping[str, tuple[int, ...]]) -> list[Parameter]:
    """Finds parameters by their shapes.

    Args:
        root: a layer or a network.
        shapes: by the grader's name: (out, in) of a weight, (n,) of a bias.

    Raises:
        Missing: there is none of such a shape; says which ones there are.
    """
    known = _parameters(root)
    found = []
    for name, shape in shapes.items():
        shape = tuple(shape)
        wanted = "weight" if len(shape) == 2 else "bias"
        fitting = [each for each in known if _fits(each, shape) and each.role in (wanted, "")]
        # A key that says what it is goes first.
        fitting.sort(key=lambda each: not each.role)
        if not fitting:
            raise Missing(_none_fits(shape, wanted, known))
        best = fitting[0]
        known.remove(best)
        best.name, best.role = name, wanted
        best.transposed = len(shape) == 2 and best.array().shape != shape
        found.append(best)
    return found


def put(parameters: Sequence[Parameter], values: Mapping[str, Any], root: Any) -> None:
    """Gives parameters their values, in place where the array allows it."""
    for parameter in parameters:
        old = parameter.array()
        value = values[parameter.name]
        value = value.T if parameter.transposed else value
        value = np.ascontiguousarray(value).reshape(old.shape)
        if old.dtype == value.dtype and old.flags.writeable:
            old[...] = value
            continue
        # Of another type: a new array, wherever the old one was.
        _replace(_places(root, partial(is_, old)), value)


def values(parameters: Sequence[Parameter]) -> dict[str, Any]:
    """Returns parameters in the grader's form: weights as (out, in), biases without axes of 1."""
    return {each.name: _canonical(each, each.array()) for each in parameters}


def gradients(parameters: Sequence[Parameter]) -> dict[str, Any]:
    """Returns the gradients that the layers keep, in the form of `values`; `None` for none."""
    return {each.name: _canonical(each, _gradient(each)) for each in parameters}


def swap(root: Any, own: Any, right: Any) -> None:
    """Puts another array wherever a module keeps its last output, or what equals it.

    Args:
        root: a module.
        own: what its forward returned.
        right: what takes its place.
    """

    def is_own(part: Any) -> bool:
        return part is own or (isinstance(part, np.ndarray) and np.array_equal(part, own))

    _replace(_places(root, is_own), right)


def _parameters(root: Any) -> list[Parameter]:
    by_array: dict[int, Parameter] = {}
    for owner in _objects(root):
        params = getattr(owner, "params", None)
        if isinstance(owner, dict) or not isinstance(params, dict):
            continue
        for key, value in params.items():
            if isinstance(value, np.ndarray) and value.dtype.kind == "f":
                known = by_array.setdefault(id(value), Parameter())
                known.role = known.role or _role(key)
                known.owners.append((owner, key))
    return list(by_array.values())


def _objects(root: Any) -> Iterator[Any]:
    """Yields the root and what it holds, each object once, the nearest first."""
    seen: dict[int, Any] = {}
    ahead = deque([root])
    while ahead and len(seen) < MAX_OBJECTS:
        value = ahead.popleft()
        if id(value) in seen or value is None or isinstance(value, _LEAVES):
            continue
        seen[id(value)] = value  # kept, so that no other object gets this id
        yield value
        ahead.extend(part for _, part in _parts(value))


def _parts(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yields what an object holds, with the key, index or attribute that it is under."""
    if isinstance(value, Mapping):
        yield from list(value.items())
    elif isinstance(value, (list, tuple, deque)):
        yield from enumerate(list(value))
    elif isinstance(value, (set, frozenset)):
        yield from ((None, item) for item in list(value))
    elif isinstance(value, MethodType):
        yield "__self__", value.__self__
    elif not isinstance(value, _CODE):
        yield from list(getattr(value, "__dict__", {}).items())
        for kind in type(value).__mro__:
            slots = kind.__dict__.get("__slots__", ())
            for name in (slots,) if isinstance(slots, str) else tuple(slots):
                if isinstance(name, str) and hasattr(value, name):
                    yield name, getattr(value, name)


def _places(root: Any, wanted: Callable[[Any], bool]) -> list[tuple[Any, Any]]:
    """Finds where something is kept: attributes, entries of dictionaries and items of lists."""
    return [
        (value, key)
        for value in _objects(root)
        if not isinstance(value, (tuple, set, frozenset, MethodType))
        for key, part in _parts(value)
        if wanted(part)
    ]


def _replace(places: Sequence[tuple[Any, Any]], value: Any) -> None:
    for container, key in places:
        if isinstance(container, (dict, list, deque)):
            container[key] = value
        elif not isinstance(container, Mapping):
            with suppress(AttributeError):  # a frozen object keeps what it has
                setattr(container, key, value)


def _fits(parameter: Parameter, shape: tuple[int, ...]) -> bool:
    own = parameter.array().shape
    if len(shape) == 2:
        return own in (shape, shape[::-1])
    return len(own) in (1, 2) and _long(own) == _long(shape)


def _long(shape: tuple[int, ...]) -> list[int]:
    return [length for length in shape if length != 1]


def _role(key: Any) -> str:
    return next((role for role, names in KEYS.items() if key in names), "")


def _canonical(parameter: Parameter, value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    if parameter.transposed:
        return value.T
    if parameter.role == "bias" and len(_long(value.shape)) < 2:
        return value.reshape(-1)
    return value


def _gradient(parameter: Parameter) -> Any:
    for owner, own_key in parameter.owners:
        grads = getattr(owner, "grads", None)
        if not isinstance(grads, dict):
            continue
        keys = (own_key, *KEYS[parameter.role])
        for prefix in GRADIENT_PREFIXES:
            for key in keys:
                value = grads.get(f"{prefix}{key}" if prefix else key)
                if value is not None:
                    return value
    return None


def _none_fits(shape: tuple[int, ...], wanted: str, known: Sequence[Parameter]) -> str:
    forms = f"{shape} or {shape[::-1]}" if wanted == "weight" else f"{shape} or (1, {shape[0]})"
    there = ", ".join(
        f"{key!r} of shape {each.array().shape}" for each in known for _, key in each.owners[:1]
    )
    found = f"it holds {there[:300]}" if there else "there is no array in it"
    return f"No {wanted} of shape {forms} was found in `params` after construction; {found}."
