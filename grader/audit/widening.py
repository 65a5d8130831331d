"""Makes more draws of the cases of a check: other seeds, shapes, numbers, modes and settings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from grader.checks.cases import Case, Cases

SEEDS: Final = 2  # of each case as it is written
FEWEST: Final = 3  # axes of odd length are at least this long
PLUS: Final = "plus"  # marks a draw that `shaken` has still to change
SHAKEN: Final = "half of |normal| on every number of every array"
_MODES: Final[Mapping[Any, Any]] = {"train": "test", "test": "train"}


def written(common: Cases) -> Iterator[tuple[Case, Mapping[str, Any]]]:
    """Yields the cases as they are written, with what a rubric would write."""
    for case in common.cases:
        yield case, {"like": case.name, "seed": 0}


def wider(common: Cases, name: str) -> Iterator[tuple[Case, Mapping[str, Any]]]:
    """Yields the cases with other seeds, then in other shapes, modes and settings."""
    for case in common.cases:
        for seed in range(SEEDS):
            yield case, {"like": case.name, "seed": seed}
    rng = np.random.default_rng([*hashlib.sha256(name.encode()).digest()[8:16]])
    for case in common.cases:
        for _ in range(2):
            sizes = {key: _other(length, rng) for key, length in case.sizes.items()}
            if sizes:
                yield replace(case, sizes=sizes), {"like": case.name, "sizes": sizes}
        lengths = sorted(set(_lengths(case.inputs)))
        if lengths:
            others = {length: _other(length, rng) for length in lengths}
            inputs = _with_lengths(case.inputs, others)
            yield replace(case, inputs=inputs), {"like": case.name, "inputs": inputs}
        # A rubric that gives nothing but zeros for an input would hide what depends on it.
        yield case, {"like": case.name, PLUS: SHAKEN}
        for inputs in _other_settings(case.inputs):
            yield replace(case, inputs=inputs), {"like": case.name, "inputs": inputs}


def shaken(value: Any, rng: np.random.Generator) -> Any:
    """Adds positive numbers to all arrays, so that variances stay positive and ties part."""
    match value:
        case np.ndarray() if value.dtype.kind == "f":
            return (value + np.abs(rng.normal(0, 0.5, value.shape))).astype(value.dtype)
        case Mapping():
            return {key: shaken(each, rng) for key, each in value.items()}
    return value


def _other(length: int, rng: np.random.Generator) -> int:
    """Chooses another length, mostly odd, from as long to a few longer."""
    return max(FEWEST, length + int(rng.integers(-1, 4))) | 1


def _lengths(inputs: Any) -> Iterator[int]:
    match inputs:
        case {"shape": [*lengths]}:
            yield from (each for each in lengths if type(each) is int and each > 1)
        case dict() | Mapping():
            for each in inputs.values():
                yield from _lengths(each)


def _with_lengths(inputs: Any, others: Mapping[int, int]) -> Any:
    if not isinstance(inputs, Mapping):
        return inputs
    return {
        key: [others.get(each, each) if type(each) is int else each for each in value]
        if key == "shape" and isinstance(value, list | tuple)
        else _with_lengths(value, others)
        for key, value in inputs.items()
    }


def _other_settings(inputs: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Changes one entry of a dictionary of settings after the other; the mode to the other one."""
    for name, spec in inputs.items():
        settings = spec.get("value") if isinstance(spec, Mapping) else None
        if not isinstance(settings, Mapping):
            continue
        for key, value in settings.items():
            for other in _other_values(value):
                changed = {**settings, key: other}
                yield {**inputs, name: {**spec, "value": changed}}


def _other_values(value: Any) -> Iterator[Any]:
    match value:
        case bool():
            yield not value
        case str() if value in _MODES:
            yield _MODES[value]
        case int():
            yield value + 1
        case float():
            yield value * 0.75
