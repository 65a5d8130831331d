"""Which precision a hand-in's tensors are in: double where it lets us, single where it insists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np

from grader.conventions.convention import Answer, Call, Computed
from grader.worker.program import Fault

# What PyTorch says when single and double precision meet, as after `x.float()`.
_COMPLAINTS: Final = ("dtype", "scalar type", "Input type (")


def precision_of(call: Call) -> str:
    """Names the precision that a call is made in."""
    return str(call.options.get("dtype", "float64"))


def in_precision(value: Any, dtype: str) -> Any:
    """Converts an array of real numbers; everything else stays as it is."""
    is_real = isinstance(value, np.ndarray) and value.dtype.kind == "f"
    return value.astype(dtype) if is_real else value


def at_either_precision(ask: Callable[[Call], Answer], call: Call) -> Answer:
    """Asks in double precision, and once more in single where the hand-in takes nothing else.

    Or where it converted what it was given, and gradients are asked for: those by its inputs are in
    double precision then, but hold no more than what single precision left of them.
    """
    answer = ask(call)
    if precision_of(call) == "float32" or not (_complains(answer) or _is_rounded(answer)):
        return answer
    single = replace(
        call,
        inputs={name: in_precision(value, "float32") for name, value in call.inputs.items()},
        upstream=in_precision(call.upstream, "float32"),
        options={**call.options, "dtype": "float32"},
    )
    return ask(single)


def _complains(answer: Answer) -> bool:
    return isinstance(answer, Fault) and any(word in answer.said for word in _COMPLAINTS)


def _is_rounded(answer: Answer) -> bool:
    if not isinstance(answer, Computed) or not answer.gradients:
        return False
    out = answer.outputs.get("out")
    return isinstance(out, np.ndarray) and out.dtype == np.float32
