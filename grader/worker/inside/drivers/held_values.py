"""Lists everything in which a hand-in's object holds values, so that arrays in it can be set.

An object may keep its arrays as attributes of its own or of its class, in dictionaries, lists and
tuples, in objects of the hand-in's other classes, and in those of each other.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final

import numpy as np

DEPTH: Final = 4  # of holders in one another
MOST: Final = 2000  # holders; one may keep a list for each example
_LIBRARIES: Final = frozenset({*sys.stdlib_module_names, "numpy", "scipy", "torch"})


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of a class, or of an object without a dictionary, as if they lay in one."""

    owner: Any
    names: tuple[str, ...]

    def __getitem__(self, name: str) -> Any:
        return getattr(self.owner, name)

    def __setitem__(self, name: str, value: Any) -> None:
        setattr(self.owner, name, value)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A tuple that lies in another holder, where a new one takes its place."""

    holder: Any
    key: Any

    def __getitem__(self, index: int) -> Any:
        return self.holder[self.key][index]

    def __setitem__(self, index: int, value: Any) -> None:
        old = self.holder[self.key]
        values = [*old[:index], value, *old[index + 1 :]]
        self.holder[self.key] = old._make(values) if hasattr(old, "_make") else tuple(values)


@dataclass(frozen=True, slots=True)
class Holder:
    """Something in which values lie.

    Attributes:
        path: names and keys that lead to it.
        values: takes `values[key]`, and `values[key] = value`.
        keys: of what lies in it.
    """

    path: tuple[Any, ...]
    values: Any
    keys: tuple[Any, ...]


def holders(owner: Any) -> Iterator[Holder]:
    """Lists the holders of an object: its attributes, those of its classes, and what lies in them.

    Args:
        owner: an object of one of the hand-in's classes.
    """
    waiting = list(_of_object((), owner))
    seen = {id(each.values) for each in waiting}
    for holder in waiting:  # it grows
        yield holder
        if len(holder.path) >= DEPTH:
            continue
        for key in holder.keys:
            for inner in _inside(holder, key):
                if id(inner.values) not in seen and len(waiting) < MOST:
                    seen.add(id(inner.values))
                    waiting.append(inner)


def arrays(owner: Any) -> Iterator[tuple[tuple[Any, ...], Any, Any]]:
    """Lists the arrays that an object holds: the path to each, what it lies in, and its key."""
    for holder in holders(owner):
        for key in holder.keys:
            if isinstance(holder.values[key], np.ndarray):
                yield (*holder.path, key), holder.values, key


def _inside(holder: Holder, key: Any) -> Iterator[Holder]:
    value = holder.values[key]
    path = (*holder.path, key)
    if isinstance(value, dict):
        yield Holder(path, value, tuple(value))
    elif isinstance(value, list):
        yield Holder(path, value, tuple(range(len(value))))
    elif isinstance(value, tuple):
        yield Holder(path, Fixed(holder.values, key), tuple(range(len(value))))
    elif _is_of_the_hand_in(value):
        yield from _of_object(path, value)


def _of_object(path: tuple[Any, ...], owner: Any) -> Iterator[Holder]:
    kept = getattr(owner, "__dict__", None)
    if isinstance(kept, dict):
        yield Holder(path, kept, tuple(kept))
    for each in type(owner).__mro__:
        slots = vars(each).get("__slots__", ())
        names = (slots,) if isinstance(slots, str) else slots
        filled = tuple(name for name in names if name != "__dict__" and _has(owner, name))
        if filled:
            yield Holder(path, Attributes(owner, filled), filled)
        if _module(each) not in _LIBRARIES:
            own = {k: v for k, v in vars(each).items() if _may_hold(v) and not k.startswith("__")}
            yield Holder(path, Attributes(each, tuple(own)), tuple(own))


def _has(owner: Any, name: str) -> bool:
    with suppress(Exception):  # a slot that is not filled
        return hasattr(owner, name)
    return False


def _may_hold(value: Any) -> bool:
    return isinstance(value, (np.ndarray, dict, list, tuple)) or _is_of_the_hand_in(value)


def _is_of_the_hand_in(value: Any) -> bool:
    """Tells whether a value is an object of a class of the hand-in's own."""
    return isinstance(value, SimpleNamespace) or _module(type(value)) not in _LIBRARIES


def _module(owner: type) -> str:
    return str(owner.__module__).partition(".")[0]
