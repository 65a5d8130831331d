"""Values that a worker's reply may hold, whether made from nothing or from an honest answer."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from grader.worker.inside.values import DTYPES, Opaque, Slot
from tests.fuzz.supply import Supply

INTS: Final = (0, 1, -1, 2, 7, 255, 2**31, 2**63 - 1, -(2**63))
FLOATS: Final = (0.0, -0.0, 1.0, math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324, 1e-9)
TEXTS: Final = (
    *("", " ", "x", "tuple", "list", "ndarray", "NoneType", "TypeError", "KeyError", "<module>"),
    *("\x1b[2J\x1b[32m100 %", "\u202eedisrever", "a\nb\r\x00", "\ud800", "é" * 40, "'" * 700, "{}"),
)
LONGEST_TEXT: Final = 24
DEEPEST: Final = 4


def value(supply: Supply, depth: int = 0) -> Any:
    """Makes any value that the wire can carry."""
    kind = supply.below(13 if depth < DEEPEST else 10)
    if kind == 0:
        return supply.choice((None, False, True))
    if kind == 1:
        return supply.choice(INTS)
    if kind == 2:
        return supply.whole()
    if kind == 3:
        return supply.choice(FLOATS)
    if kind == 4:
        return supply.real()
    if kind == 5:
        return supply.choice(TEXTS)
    if kind == 6:
        return supply.text(LONGEST_TEXT)
    if kind == 7:
        return Opaque(supply.choice(TEXTS))
    if kind == 8:
        return supply.choice((Slot(0), Slot(2**32 - 1), b"", b"\x00\xff"))
    if kind == 9:
        return array(supply)
    items = [value(supply, depth + 1) for _ in range(supply.below(5))]
    if kind == 10:
        return items
    if kind == 11:
        return tuple(items)
    return {_key(supply): item for item in items}


def _key(supply: Supply) -> Any:
    return supply.choice((*TEXTS, "W1", "b1", "written", "imports", None, True, 1, math.nan, -1.5))


def array(supply: Supply) -> Any:
    """Makes an array of any dtype of the wire, with up to five axes that may be empty."""
    dtype = supply.choice(DTYPES)
    shape = tuple(supply.choice((1, 2, 3, 0, 4)) for _ in range(supply.below(6)))
    count = math.prod(shape)
    if supply.below(2) and dtype.kind in "fc":
        with np.errstate(all="ignore"):
            return np.full(shape, supply.choice(FLOATS)).astype(dtype)
    raw = supply.take(supply.below(33))
    filled = (raw or b"\1") * (1 + count * dtype.itemsize // max(1, len(raw)))
    return np.frombuffer(filled[: count * dtype.itemsize], dtype).reshape(shape).copy()


def altered(honest: Any, supply: Supply) -> Any:
    """Makes something that still looks like an honest value."""
    way = supply.below(4)
    if way == 0:
        return value(supply)
    if isinstance(honest, np.ndarray):
        with np.errstate(all="ignore"):
            return np.asarray(_altered_array(honest, supply))
    if type(honest) in (list, tuple) and honest:
        items = list(honest)
        at = supply.below(len(items))
        items[at : at + 1] = _replaced(items[at], supply)
        return items if (type(honest) is list) == (way < 3) else tuple(items)
    if type(honest) is dict and honest:
        name = supply.choice(sorted(honest))
        changed = dict(honest)
        del changed[name]
        for item in _replaced(honest[name], supply)[:1]:
            changed[name if way < 3 else _key(supply)] = item
        return changed
    return value(supply)


def _replaced(item: Any, supply: Supply) -> list[Any]:
    """Gives what stands in an item's place: something else, nothing, or the item twice."""
    return supply.choice(([altered(item, supply)], [], [item, item]))


def _altered_array(honest: Any, supply: Supply) -> Any:
    way = supply.below(8)
    if way == 0:
        return honest.astype(supply.choice(DTYPES))
    if way == 1:
        return honest.reshape(-1)
    if way == 2:
        return honest[np.newaxis]
    if way == 3:
        return honest.reshape(-1)[:0]
    if way == 4:
        return honest.T.copy()
    if way == 5:
        return np.full_like(honest, supply.choice((0, 1)))
    changed = honest.astype(np.float64)
    if way == 6:
        return changed * supply.choice((1.0001, -1.0, 0.5, 1e3, 1e-300, 1e150))
    if changed.size:
        changed.reshape(-1)[supply.below(changed.size)] = supply.choice(FLOATS)
    return changed
