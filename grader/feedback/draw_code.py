"""Writes the lines of Python that draw a check's inputs as the check itself does."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from grader.checks.draws import distinct_middle, resolve_sizes


def draw_lines(specs: Mapping[str, Any], sizes: Mapping[str, int], seed: str) -> Iterator[str]:
    """Yields one line for each input, in the rubric's order, after one that makes the generator.

    Args:
        specs: `{name: {law: parameters}}`.
        sizes: numbers that shapes may name.
        seed: of the generator, as Python writes it.
    """
    lines = [f"{name} = {draw_code(spec, sizes)}" for name, spec in specs.items()]
    if any("rng." in line for line in lines):
        yield f"rng = np.random.default_rng({seed})"
    yield from lines


def draw_code(spec: Mapping[str, Any], sizes: Mapping[str, int]) -> str:
    """Writes the expression that makes one input from a generator `rng`.

    >>> draw_code({"normal": {"shape": ["N", 3]}}, {"N": 2})
    'rng.normal(0.0, 1.0, (2, 3))'
    """
    ((law, parameters),) = spec.items()
    if law == "value":
        return repr(parameters)
    if law == "array":
        return f"np.array({parameters!r}, dtype=float)"
    if law == "dict":
        items = (f"{name!r}: {draw_code(item, sizes)}" for name, item in parameters.items())
        return "{" + ", ".join(items) + "}"
    given = resolve_sizes(dict(parameters), sizes)
    drawn = _law(law, given, tuple(given["shape"]))
    dtype = given.get("dtype", "int64" if law == "integers" else "float64")
    usual = "int64" if law == "integers" else "float64"
    return drawn if dtype == usual else f'{drawn}.astype("{dtype}")'


def _law(law: str, given: Mapping[str, Any], shape: tuple[int, ...]) -> str:
    low, high, count = given.get("low", 0), given.get("high", 1), math.prod(shape)
    if law == "normal":
        return f"rng.normal({given.get('mean', 0.0)}, {given.get('std', 1.0)}, {shape})"
    if law in ("uniform", "integers"):
        return f"rng.{law}({low}, {high}, {shape})"
    if law == "linspace":
        return f"np.linspace({low}, {high}, {count}).reshape({shape})"
    gap = given.get("gap", 0.1)
    return (
        f"rng.permutation((np.arange({count}) - {distinct_middle(count)}) * {gap}).reshape({shape})"
    )
