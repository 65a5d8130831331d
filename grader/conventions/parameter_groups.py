"""Parameters by role and shape, `weight 64x3x3x3`: their values, their words, what does not fit.

Conventions that drive modules of any make name a group of parameters so; see
`grader.worker.inside.drivers.torch_modules`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grader.conventions.convention import Call, Subject
from grader.conventions.reading import malformed
from grader.plain_text import quote_some
from grader.worker.program import Fault, FaultKind

Array = npt.NDArray[Any]

_ADDED: Final = frozenset({"bias", "conv_bias", "shift"})
_NAMES: Final[Mapping[str, str]] = {
    "conv_bias": "bias of a convolution",
    "scale": "scale of a normalization",
    "shift": "shift of a normalization",
    "running_mean": "running mean of a normalization",
    "running_var": "running variance of a normalization",
}


def is_group(name: str) -> bool:
    """Tells the name of a group of parameters from that of an input."""
    return " " in name


def is_learned(group: str) -> bool:
    """Tells a group of parameters from one of running statistics."""
    return not group.startswith("running_")


def data_names(call: Call) -> list[str]:
    """Names the inputs that are no parameters."""
    return [name for name in call.inputs if not is_group(name)]


def differentiable(call: Call) -> list[str]:
    """Names what gradients are asked by: what the call says, or all that holds real numbers."""
    return list(call.wrt) or [
        name
        for name, value in call.inputs.items()
        if is_learned(name) and getattr(value, "dtype", np.dtype(int)).kind == "f"
    ]


def draw(group: str, rng: np.random.Generator, *, out_last: bool = False) -> Array:
    """Draws the values of a group, of a size that keeps a deep network's numbers near 1.

    Weights have the deviation of He et al. 2015, equation 10: sqrt(2 / fan-in).

    Args:
        group: its name.
        rng: where randomness comes from.
        out_last: whether the last axis of a weight is that of what comes out, and not the first.
    """
    role, _, sizes = group.partition(" ")
    shape = tuple(int(size) for size in sizes.split("x") if size)
    if role == "weight":
        fan_in = math.prod(shape[:-1] if out_last else shape[1:])
        return rng.normal(0.0, math.sqrt(2 / max(1, fan_in)), shape)
    if role in ("scale", "running_var"):
        return rng.uniform(0.5, 1.5, shape)
    return rng.normal(0.0, 0.3, shape)


def draw_all(
    groups: Sequence[str], rng: np.random.Generator, *, out_last: bool = False
) -> dict[str, Array]:
    """Draws the values of several groups.

    What is added to a layer's output is the same for all groups of one length: of biases that a
    student keeps apart from their layers nothing tells which is whose, and nothing has to.
    """
    drawn: dict[str, Array] = {}
    added: dict[str, Array] = {}
    for name in groups:
        role, _, sizes = name.partition(" ")
        values = draw(name, rng, out_last=out_last)
        drawn[name] = added.setdefault(sizes, values) if role in _ADDED else values
    return drawn


def role_in_words(role: str) -> str:
    """Says what a parameter of a role is."""
    return _NAMES.get(role, role)


def in_words(group: str) -> str:
    """Says what a group of parameters is.

    >>> in_words("conv_bias 64")
    'bias of a convolution of shape (64)'
    """
    role, _, sizes = group.partition(" ")
    return f"{role_in_words(role)} of shape ({sizes.replace('x', ', ')})"


def unmatched_fault(subject: Subject, found: Any) -> Fault | None:
    """Words a driver's answer about groups without parameters and parameters without a group."""
    if not isinstance(found, dict):
        return malformed()
    missing, unknown = (found.get(key) or [] for key in ("missing", "unknown"))
    said = []
    if missing:
        said.append(f"it has no {quote_some([in_words(str(name)) for name in missing])}")
    if unknown:
        said.append(f"it has parameters that belong nowhere: {quote_some(map(str, unknown))}")
    if not said:
        return None
    if found.get("begun") is False:
        return unbegun_fault(subject)
    return Fault(
        FaultKind.MALFORMED,
        f"{subject.path} is not built of the layers that the assignment asks for: "
        f"{', and '.join(said)}.",
        "Compare your layers' sizes, one by one, with what the assignment lists.",
    )


def unbegun_fault(subject: Subject) -> Fault:
    """Says that a module has no layers because none was made."""
    return Fault(
        FaultKind.MALFORMED,
        f"{subject.path} is not filled in yet: its constructor makes no layers.",
        "Make the layers in the constructor, and keep each in an attribute, as in "
        "`self.conv1 = nn.Conv2d(...)`.",
    )


def absent_fault(subject: Subject, found: Sequence[str], wanted: Sequence[str]) -> Fault | None:
    """Says which groups that a question is about a module lacks, and which it has besides."""
    missing = [name for name in wanted if is_group(name) and name not in found]
    if not missing:
        return None
    others = [in_words(name) for name in found if is_group(name) and name not in wanted]
    return unmatched_fault(subject, {"missing": missing, "unknown": others})


def unreached_fault(subject: Subject, names: Sequence[Any], hint: str) -> Fault:
    """Says which parameters no gradient reaches."""
    named = quote_some([str(name) for name in names])
    return Fault(FaultKind.MALFORMED, f"No gradient reaches {named} of {subject.path}.", hint)
