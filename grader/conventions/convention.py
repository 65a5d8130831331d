"""What a convention is: how "forward and backward on these named arrays" is said to one API.

A convention drives a session and turns what comes back into named values or into faults. It
compares nothing: the same convention drives the student's session and the reference's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.records import EMPTY
from grader.worker.program import Fault
from grader.worker.session import Session


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked about.

    Attributes:
        path: dotted path below the hand-in's root.
        forward: the forward function that a backward function belongs to; empty elsewhere.
    """

    path: str
    forward: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One run to be made of the subject.

    Attributes:
        inputs: values by name, in the order of the subject's parameters.
        upstream: gradient of a scalar by the output; `None` where the output is that scalar.
        wrt: names of the inputs whose gradients are wanted.
        options: the convention's own, as in the rubric.
    """

    inputs: Mapping[str, Any]
    upstream: Any = None
    wrt: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=lambda: EMPTY)


@dataclass(frozen=True, slots=True)
class Computed:
    """What one run gave.

    Attributes:
        outputs: exported values by name; a key that the subject did not fill is `None`.
        gradients: exported values by the name of the input.
        mutated: names of the inputs that the subject changed although nobody asked for it.
    """

    outputs: Mapping[str, Any]
    gradients: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    mutated: tuple[str, ...] = ()


Answer = Computed | Fault
Runner = Callable[[Session, Subject, Sequence[Call]], list[Answer]]
Completer = Callable[[Session, Subject, Call, Any], Mapping[str, Any]]


def gradient_name(name: str) -> str:
    """Names the gradient by an input as course code does.

    >>> gradient_name("gamma")
    'dgamma'
    """
    return "d" + name


@dataclass(frozen=True, slots=True)
class Convention:
    """A calling style.

    Attributes:
        name: as written in a rubric.
        summary: one line for people.
        properties: JSON-Schema properties of the convention's own `options`.
        forward: runs the subject on every call; all calls travel in one frame.
        backward: the same with gradients; `None` where the style has none.
        backward_alone: runs backward on the cache that the assignment documents, made from the
            inputs, so that a forward that does not work takes nothing along.
        complete: adds inputs that only the subject can tell, such as the shapes of a network's
            parameters, asked of the reference. Gets the call and a random generator.
        scalar: whether the output is the scalar that is differentiated.
        differentiated: what readers call the output whose gradients are taken.
        by_autograd: whether gradients are taken by a library, so that they are those of the
            forward without being asked.
        names_gradient: what readers call the gradient by an input.
        library: what the workers need beside NumPy, such as `torch`; empty for nothing.
    """

    name: str
    summary: str
    properties: Mapping[str, Any]
    forward: Runner
    backward: Runner | None = None
    backward_alone: Runner | None = None
    complete: Completer | None = None
    scalar: bool = False
    differentiated: str = "its output"
    by_autograd: bool = False
    names_gradient: Callable[[str], str] = gradient_name
    library: str = ""
