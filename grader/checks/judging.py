"""Compares one exported value with what is expected, and words what is wrong with it.

The value comes from an untrusted process: it may be anything that the wire can carry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grader.checks.difference_map import Misfit
from grader.closeness import SCALE_FLOOR, Array, Tolerance, compare, differences
from grader.plain_text import clean_text
from grader.worker.inside.wire import Opaque

# Of a float32 value where float64 was handed in: the assignment does not forbid to compute in
# single precision, whose rounding is 6e-8, over a hundred terms or so. Nothing coarser is allowed.
SINGLE: Final = Tolerance(rtol=1e-5, atol=2e-6)
JUST_ABOVE: Final = 1.00001  # what is written with six digits is still above 1


@dataclass(frozen=True, slots=True)
class Wrong:
    """Says what is wrong with a value.

    Attributes:
        message: a clause that begins with the value's name.
        hint: what to do; empty rather than a guess.
        relative: largest difference over the largest expected magnitude; -1 where the shapes or
            types already differ.
        misfit: both arrays, for a picture; `None` where they were not compared.
    """

    message: str
    hint: str = ""
    relative: float = -1.0
    misfit: Misfit | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one value: what is wrong, if anything, and remarks that cost nothing.

    Attributes:
        of_allowed: largest difference over the one allowed at its element; above 1 where the value
            is wrong, and `None` where the elements were not compared.
        single: it was allowed `SINGLE`, because it came as float32.
    """

    wrong: Wrong | None
    advice: tuple[str, ...] = ()
    of_allowed: float | None = None
    single: bool = False


def as_array(value: Any) -> Array | None:
    """Returns an exported number or array as an array, and nothing else."""
    if isinstance(value, np.ndarray):
        return value
    if type(value) in (int, float, bool):
        return np.asarray(value)
    return None


def describe_value(value: Any) -> str:
    """Says in words what a value is."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    if isinstance(value, Opaque):
        name = clean_text(value.type_name, 80)
        return f"an {name}" if name.startswith("array of") else f"a value of type {name}"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}"
    return f"a value of type {type(value).__name__}"


def _hint_for_a_list(name: str, values: Sequence[Any], expected: Array) -> str:
    """Tells what to do with several values where one array is asked for."""
    shapes = [each.shape if isinstance(each, np.ndarray) else None for each in values]
    fitting = [place for place, shape in enumerate(shapes, 1) if shape == expected.shape]
    if fitting and expected.ndim:
        entry = f"entry {fitting[0]}" if len(fitting) == 1 else "one of the entries"
        return f"One array is asked for: give {entry} alone, and leave out the rest."
    return f"Turn it into an array with `np.array({name})`."


def judge(
    name: str,
    actual: Any,
    expected: Array,
    tolerance: Tolerance,
    *,
    loose_shape: bool = False,
    scale_floor: float = SCALE_FLOOR,
) -> Judged:
    """Compares a value with the expected array.

    Args:
        name: how the reader calls the value.
        actual: as it was exported.
        expected: any shape.
        tolerance: see the table; a float32 value is allowed `SINGLE` at least.
        loose_shape: accept axes of length 1 more or less where the expected array is a vector.
        scale_floor: see `closeness.compare`.
    """
    array = as_array(actual)
    if array is None or array.dtype.kind not in "fiub":
        hint = ""
        if isinstance(actual, (list, tuple)):
            hint = _hint_for_a_list(name, actual, expected)
        elif actual is None and name.startswith("the gradient of"):  # autograd computes it
            hint = (
                "Look for detach(), .data, torch.no_grad() or a conversion to NumPy between it and "
                "the output."
            )
        elif actual is None and "." not in name:  # an entry of a dictionary is not returned
            kept = name.startswith("grads[")
            done = "store it under this key" if kept else "return it"
            hint = f"Compute it in the part marked for your code, and {done}."
        elif array is not None:
            hint = (
                "Gradients and outputs are real numbers. Look for where complex ones come in, such "
                "as the root of a negative number."
            )
        elif isinstance(actual, Opaque) and actual.type_name.startswith("array of Python"):
            hint = "Give it a number type, such as float64; look where it is created."
        said, wanted = describe_value(actual), f"an array of shape {expected.shape}"
        wanted = f"real numbers of shape {expected.shape}" if array is not None else wanted
        return Judged(Wrong(f"{name} is {said}; expected {wanted}", hint))
    advice: list[str] = []
    if array.shape != expected.shape:
        if not same_vector(array, expected, loose_shape):
            message = f"{name} has shape {array.shape}; expected {expected.shape}"
            return Judged(Wrong(message))
        advice.append(
            f"{name} has shape {array.shape} where {expected.shape} is documented; accepted."
        )
        array = array.reshape(expected.shape)
    single = bool(array.dtype == np.float32)
    if single:
        tolerance = Tolerance(max(SINGLE.rtol, tolerance.rtol), max(SINGLE.atol, tolerance.atol))
    ratio = _of_allowed(*differences(array, expected, tolerance, scale_floor))
    if ratio <= 1:
        return Judged(None, tuple(advice), ratio, single)
    difference = compare(array, expected, tolerance, scale_floor)
    assert difference is not None  # noqa: S101  # some element is further off than allowed
    scale = max(float(np.max(np.abs(expected))), scale_floor)
    return Judged(
        Wrong(
            difference.sentence(name),
            relative=difference.difference / scale,
            misfit=Misfit(array, expected, tolerance, scale_floor),
        ),
        tuple(advice),
        ratio,
        single,
    )


def _of_allowed(difference: Array, allowed: Array) -> float:
    """Returns the largest ratio of the two; at most 1 exactly where no element is off."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = np.where(difference > 0, difference / allowed, 0.0)
    worst = float(np.max(ratio))
    # A quotient may round to 1 where the difference is a bit above what is allowed.
    off = bool(np.any(difference > allowed))
    return max(worst, JUST_ABOVE) if off else min(worst, 1.0)


def same_vector(array: npt.NDArray[Any], expected: Array, loose: bool) -> bool:
    """Tells whether both hold the same numbers in the same order but for axes of length 1."""
    if expected.ndim == 0:
        return array.size == 1
    long_axes = [n for n in expected.shape if n != 1]
    return loose and len(long_axes) <= 1 and [n for n in array.shape if n != 1] == long_axes
