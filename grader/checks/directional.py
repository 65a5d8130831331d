"""Does a gradient agree with the student's own forward? Asked in random directions.

For a unit direction v, <dx, v> has to equal the derivative of phi(x) = <dy, f(x)> along v, taken as
(phi(x + hv) - phi(x - hv)) / 2h. Two forwards per direction and step, not two per element
(JAX's `check_grads` and HIPS/autograd's `check_vjp` do the same). Two traps, both measured:

* Plain Gaussian directions miss an error of 1e-4 in an element whose gradient is tiny, so every
  other direction weighs each element by the inverse of its claimed gradient.
* A kink (ReLU, max) between x - hv and x + hv puts errors of 1e-2 on correct code, so a direction
  whose full and half steps disagree is set aside, never counted against the student.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from grader.checks.judging import as_array
from grader.closeness import Array
from grader.conventions.convention import Call, Computed, Convention, Subject
from grader.worker.session import Session

DIRECTIONS: Final = 6
SPARES: Final = 6  # directions in reserve for those that meet a kink
STEP: Final = 1e-5  # relative to the input's magnitude; error h^2 ~ 1e-10, rounding 1e-16/h ~ 1e-11
STEP_RTOL: Final = 1e-6  # full and half step of a smooth function agree far better than this
RTOL: Final = 1e-5
LINEAR: Final = 1e-6  # relative to the outputs: float32 rounds less, and picking others is far more


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the directions showed.

    Attributes:
        told: whether enough directions were smooth to tell.
        agrees: all of them agree.
        flat: the forward does not depend on the input at all.
        relative_error: the largest, relative to the derivative's magnitude.
    """

    told: bool
    agrees: bool
    flat: bool
    relative_error: float


def directions(gradient: Array, rng: np.random.Generator, count: int) -> list[Array]:
    """Draws unit directions; every other one weighs elements by the inverse of the gradient."""
    drawn = []
    scale = np.abs(gradient) + 1e-3 * (np.max(np.abs(gradient)) + 1e-30)
    for number in range(count):
        v = rng.normal(size=gradient.shape)
        if number % 2:
            v = v / scale
        norm = float(np.linalg.norm(v))
        drawn.append(v / norm if norm > 0 else v)
    return drawn


def agreement(
    session: Session,
    convention: Convention,
    subject: Subject,
    call: Call,
    name: str,
    gradient: Array,
    rng: np.random.Generator,
) -> Agreement:
    """Compares a claimed gradient with differences of the student's own forward.

    Args:
        session: the student's.
        convention: how the forward is called.
        subject: its `forward` is used.
        call: the inputs and, unless the output is a scalar, the upstream gradient.
        name: of the input.
        gradient: as claimed, in the input's shape.
        rng: where randomness comes from.
    """
    x = np.asarray(call.inputs[name], dtype=np.float64)
    step = STEP * max(1.0, float(np.sqrt(np.mean(x * x)))) * np.sqrt(x.size)
    vs = directions(gradient, rng, DIRECTIONS + SPARES)
    shifts = [sign * step * size * v for v in vs for size in (1.0, 0.5) for sign in (1, -1)]
    shifts.append(np.zeros_like(x))
    probes = [replace(call, inputs={**call.inputs, name: x + shift}) for shift in shifts]
    forward = Subject(subject.forward or subject.path)
    phi = [_phi(answer, call) for answer in convention.forward(session, forward, probes)]
    middle = phi[-1]
    errors, slopes, smooth = [], [], 0
    for number, v in enumerate(vs):
        values = phi[4 * number : 4 * number + 4]
        if smooth == DIRECTIONS or any(value is None for value in values):
            continue
        up, down, half_up, half_down = (float(value or 0.0) for value in values)
        full, half = (up - down) / (2 * step), (half_up - half_down) / step
        noise = 1e-14 * max(abs(up), abs(down), 1e-300) / step
        if abs(full - half) > STEP_RTOL * max(abs(full), abs(half)) + 10 * noise:
            continue
        if middle is None or _kinked(up, down, half_up, half_down, middle, noise * step):
            continue
        smooth += 1
        # Richardson's extrapolation cancels the h^2 term of the central difference.
        numeric, claimed = (4 * half - full) / 3, float(np.sum(gradient * v))
        magnitude = max(abs(numeric), abs(claimed))
        excess = max(0.0, abs(numeric - claimed) - 10 * noise)
        errors.append(excess / magnitude if magnitude > 0 else 0.0)
        slopes.append(abs(numeric) > 100 * noise)
    worst = max(errors, default=float("inf"))
    return Agreement(
        told=smooth >= DIRECTIONS // 2,
        agrees=smooth >= DIRECTIONS // 2 and worst <= RTOL,
        flat=smooth > 0 and not any(slopes),
        relative_error=worst,
    )


def picks(
    session: Session,
    convention: Convention,
    subject: Subject,
    call: Call,
    name: str,
    rng: np.random.Generator,
) -> bool:
    """Tells whether a function picks elements of its input by what they are, and drops the others.

    One that picks the same places whatever the input holds is linear, and does not.

    Args:
        session: the student's.
        convention: how the forward is called.
        subject: its `forward` is used.
        call: the inputs.
        name: of the input.
        rng: where a second value of the input comes from.
    """
    x = np.asarray(call.inputs[name], dtype=np.float64)
    other = rng.permutation(x.reshape(-1)).reshape(x.shape)
    probes = [
        replace(call, inputs={**call.inputs, name: value})
        for value in (x + other, x, other, np.zeros_like(x))
    ]
    forward = Subject(subject.forward or subject.path)
    found: list[Array] = []
    for answer in convention.forward(session, forward, probes):
        values = list(answer.outputs.values())[:1] if isinstance(answer, Computed) else [None]
        out = as_array(values[0])
        if out is None or out.dtype.kind not in "fiu" or not np.isfinite(out).all():
            return False
        found.append(out)
    both, one, two, none = found
    if not both.shape == one.shape == two.shape == none.shape:
        return False
    picked = np.isin(one, np.append(x.astype(one.dtype), 0))
    rest = both.astype(np.float64) - one - two + none
    least = LINEAR * max(float(np.max(np.abs(each))) for each in found)
    return bool(picked.all() and np.max(np.abs(rest)) > least)


def _kinked(
    up: float, down: float, half_up: float, half_down: float, middle: float, noise: float
) -> bool:
    """Tells a kink in the middle, which central differences average away, from a smooth bend.

    The second difference of a smooth function shrinks fourfold at half the step; at a kink twofold.
    """
    whole, half = up - 2 * middle + down, half_up - 2 * middle + half_down
    return abs(whole) > 100 * noise and abs(half) > 0.35 * abs(whole)


def _phi(answer: Any, call: Call) -> float | None:
    if not isinstance(answer, Computed):
        return None
    (value,) = list(answer.outputs.values())[:1]
    out = as_array(value)
    if out is None or out.dtype.kind not in "fiu":
        return None
    # Differences of float32 numbers are rounding at this step; nothing can be told from them.
    if out.dtype.kind == "f" and out.dtype.itemsize < 8:
        return None
    if call.upstream is None:
        return float(out.reshape(-1)[0]) if out.size == 1 and np.isfinite(out).all() else None
    if out.shape != call.upstream.shape or not np.isfinite(out).all():
        return None
    return float(np.sum(out * call.upstream))


def relative_error(value: Any, expected: Array) -> float:
    """Returns the Euclidean distance over the expected norm; infinite where there is none."""
    array = as_array(value)
    if array is None or array.size != expected.size or array.dtype.kind not in "fiu":
        return float("inf")
    distance = float(np.linalg.norm(array.astype(np.float64).reshape(expected.shape) - expected))
    norm = float(np.linalg.norm(expected))
    if not np.isfinite(distance):
        return float("inf")
    return distance / norm if norm > 0 else float("inf" if distance else 0)


def similar(pairs: Sequence[tuple[Any, Array]], at_most: float) -> bool:
    """Tells whether values are of the expected kind although they are not equal.

    A forward that is wrong but close is one that a backward can be judged on. One that is far off
    is another function: a pair `return 2 * x` and `return 2 * dout` agrees with itself and shows
    nothing.
    """
    return all(relative_error(value, expected) <= at_most for value, expected in pairs)


def aligned(pairs: Sequence[tuple[Any, Array]], at_least: float) -> bool:
    """Tells whether all values taken as one vector point where the expected ones do.

    The angle is what a step of gradient descent depends on; the length may differ tenfold.
    """
    if any(relative_error(value, expected) == float("inf") for value, expected in pairs):
        return False
    actual = np.concatenate([np.ravel(np.asarray(value, np.float64)) for value, _ in pairs])
    wanted = np.concatenate([np.ravel(expected) for _, expected in pairs])
    lengths = float(np.linalg.norm(actual)), float(np.linalg.norm(wanted))
    if not 0.1 * lengths[1] <= lengths[0] <= 10 * lengths[1] or lengths[1] == 0:
        return False
    return float(actual @ wanted) >= at_least * lengths[0] * lengths[1]
