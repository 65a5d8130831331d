"""Draws: the random inputs of one check, made from what the rubric says of them.

A draw depends on the rubric and a seed only, so the reference's answers to it can be kept.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grader.plain_text import quote

Array = npt.NDArray[Any]

MAX_ELEMENTS: Final = 10_000_000  # of one input; 80 MB

_AXIS: Final = {
    "anyOf": [
        {"type": "integer", "minimum": 0},
        {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_]*$"},
    ]
}
_SHAPE: Final = {
    "description": "Lengths of the axes: numbers, or names from sizes.",
    "type": "array",
    "items": _AXIS,
}
_NUMBER: Final = {"type": "number"}


def _law(description: str, **properties: Any) -> dict[str, Any]:
    return {
        "description": description,
        "type": "object",
        "properties": {
            "shape": _SHAPE,
            "dtype": {
                "description": "NumPy's name of the element type; float64 unless given.",
                "enum": ["float64", "float32", "int64"],
            },
            **properties,
        },
        "additionalProperties": False,
    }


_LAWS: Final[Mapping[str, Any]] = {
    "normal": _law(
        "Independent normal numbers.",
        mean={"description": "Mean; 0 unless given.", **_NUMBER},
        std={"description": "Standard deviation; 1 unless given.", **_NUMBER},
    ),
    "uniform": _law(
        "Independent uniform numbers.",
        low={"description": "Lower end; 0 unless given.", **_NUMBER},
        high={"description": "Upper end; 1 unless given.", **_NUMBER},
    ),
    "linspace": _law(
        "Equally spaced numbers in C order, as the assignment's own cells use.",
        low={"description": "First number.", **_NUMBER},
        high={"description": "Last number.", **_NUMBER},
    ),
    "integers": _law(
        "Independent integers from low up to and without high.",
        low={"description": "Least integer; 0 unless given.", **_NUMBER},
        high={"description": "One above the largest; a number or a name from sizes.", **_AXIS},
    ),
    "distinct": _law(
        "Numbers around 0 that keep a distance from each other, from 0 and from each other's "
        "negatives, in random order: no ties, not of magnitudes either, and no kinks.",
        gap={"description": "Distance between neighbours; 0.1 unless given.", **_NUMBER},
    ),
    "value": {"description": "A plain value, handed over as it stands."},
    "array": {"description": "Numbers written out, as nested lists; float64."},
}


DRAW: Final = {"$ref": "#/$defs/draw"}

DEFINITIONS: Final[Mapping[str, Any]] = {
    "draw": {
        "description": "How an input is made; exactly one law.",
        "type": "object",
        "properties": {
            **_LAWS,
            "dict": {
                "description": "A dictionary whose entries are draws themselves.",
                "type": "object",
                "additionalProperties": DRAW,
            },
        },
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
}


def resolve_sizes(value: Any, sizes: Mapping[str, int]) -> Any:
    """Replaces every text that names a size by that size, however deep."""
    if isinstance(value, str):
        return sizes.get(value, value)
    if isinstance(value, Mapping):
        return {key: resolve_sizes(item, sizes) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [resolve_sizes(item, sizes) for item in value]
    return value


def draw(spec: Mapping[str, Any], sizes: Mapping[str, int], rng: np.random.Generator) -> Any:
    """Makes one input.

    Args:
        spec: `{law: parameters}` as in the rubric.
        sizes: numbers that shapes may name.
        rng: where randomness comes from.

    Raises:
        ValueError: there is no shape, or it names a size that there is not.
    """
    ((law, parameters),) = spec.items()
    if law == "value":
        return parameters
    if law == "array":
        return numbers(parameters)
    if law == "dict":
        return {name: draw(item, sizes, rng) for name, item in parameters.items()}
    parameters = resolve_sizes(dict(parameters), sizes)
    if "shape" not in parameters:
        raise ValueError(f"The draw {law!r} has no shape. Add one, such as shape: [N, D].")
    shape = tuple(parameters["shape"])
    unknown = [axis for axis in (*shape, parameters.get("high", 0)) if isinstance(axis, str)]
    if unknown:
        raise ValueError(
            f"The size {unknown[0]!r} is not among the sizes ({', '.join(sizes) or 'none given'}). "
            "Add it under sizes, or write a number."
        )
    if math.prod(shape) > MAX_ELEMENTS:
        raise ValueError(
            f"The draw {law!r} has {math.prod(shape):,} elements; at most {MAX_ELEMENTS:,} are "
            "drawn. Make the shape smaller."
        )
    dtype = parameters.get("dtype", "int64" if law == "integers" else "float64")
    try:
        with np.errstate(all="raise", under="ignore"):
            drawn = np.asarray(_array(law, parameters, shape, rng)).astype(dtype)
    except ArithmeticError as error:
        raise _too_large(law, dtype) from error
    if not np.isfinite(drawn).all():
        raise _too_large(law, dtype)
    return drawn


def _too_large(law: str, dtype: str) -> ValueError:
    return ValueError(
        f"The draw {law!r} gives numbers that are too large for {dtype}. Use smaller ones."
    )


def numbers(written: Any) -> Array:
    """Reads numbers that a rubric writes out, as nested lists.

    Raises:
        ValueError: they are no numbers, not finite, none at all, or the lists differ in length.
    """
    try:
        array = np.array(written, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(
            f"{quote(str(written))} is no number and no list of numbers of equal length. "
            "Write one of these."
        ) from error
    if not array.size or not np.isfinite(array).all():
        raise ValueError(
            f"{quote(str(written))} is empty or holds NaN or infinity. Write finite numbers."
        )
    return array


def _array(
    law: str, parameters: Mapping[str, Any], shape: tuple[int, ...], rng: np.random.Generator
) -> Array:
    low, high = parameters.get("low", 0), parameters.get("high", 1)
    count = math.prod(shape)
    _check_numbers(law, parameters, low, high)
    if law == "normal":
        return rng.normal(parameters.get("mean", 0.0), parameters.get("std", 1.0), shape)
    if law == "uniform":
        return rng.uniform(low, high, shape)
    if law == "integers":
        return rng.integers(low, high, shape)
    if law == "linspace":
        return np.linspace(low, high, count).reshape(shape)
    # Shuffled steps, one apart. Zero is a quarter of a step off, so that no two magnitudes are
    # equal: who pools by magnitude, by mistake, finds no ties either.
    gap = parameters.get("gap", 0.1)
    values = (np.arange(count) - distinct_middle(count)) * gap
    return rng.permutation(values).reshape(shape)


def distinct_middle(count: int) -> float:
    """Says where zero lies among the steps of the law `distinct`."""
    return (count - 1) // 2 + 0.25


def _check_numbers(law: str, parameters: Mapping[str, Any], low: float, high: float) -> None:
    """Refuses in words what NumPy refuses in signs."""
    if law == "normal" and parameters.get("std", 1.0) < 0:
        raise ValueError(
            f"std is {parameters['std']}; no standard deviation is below 0. Leave the sign out."
        )
    if (law == "uniform" and low > high) or (law == "integers" and low >= high):
        raise ValueError(
            f"{law} has low {low} and high {high}, and nothing lies between them. Give a higher "
            "high or a lower low."
        )


def draw_inputs(
    specs: Mapping[str, Any], sizes: Mapping[str, int], rng: np.random.Generator
) -> dict[str, Any]:
    """Makes all inputs, in the order of the rubric."""
    return {name: draw(spec, sizes, rng) for name, spec in specs.items()}


def merge(base: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    """Lays the inputs of a case over those of its check.

    The same law merges parameter by parameter, so that a case may change a mean alone; another law
    replaces.
    """
    merged = dict(base)
    for name, spec in override.items():
        old = base.get(name)
        ((law, parameters),) = spec.items()
        if old is not None and law in old and isinstance(parameters, Mapping) and law != "value":
            merged[name] = {law: {**old[law], **parameters}}
        else:
            merged[name] = spec
    return merged
