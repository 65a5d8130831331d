"""Makes the reference compute in single precision, one function of NumPy at a time.

Whoever works in single precision does so throughout: all that goes into the function is rounded,
and so is all that comes out, at any depth. With one operand in double precision the rest would be
computed in double as well, and be held against what only double precision reaches.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Final

from grader.checks.cases import library_needed
from grader.records import Criterion

SINGLE: Final = "single_precision"

_IN_SINGLE: Final = """

import copy as _copy
import functools as _functools

import numpy as _np


def _single(value):
    if isinstance(value, (_np.ndarray, _np.floating)) and value.dtype == _np.float64:
        return value.astype(_np.float32)
    if type(value) is list:
        return [_single(each) for each in value]
    if isinstance(value, tuple):
        made = [_single(each) for each in value]
        return type(value)(*made) if hasattr(value, "_fields") else type(value)(made)
    if type(value) is dict:
        return {{key: _single(each) for key, each in value.items()}}
    return value


def _given(value):
    return _np.float32(value) if type(value) is float else _single(value)


def _keep(before, was, after):
    # What a function writes into a dictionary of the caller's, such as running statistics.
    for key, value in after.items():
        if key not in was or not _np.array_equal(value, was[key]):
            before[key] = _single(value)


def _in_single(function):
    @_functools.wraps(function)
    def single(*args, **kwargs):
        passed, named = [_single(each) for each in args], _single(kwargs)
        was = [_copy.deepcopy(each) if type(each) is dict else {{}} for each in passed]
        given = function(*passed, **named)
        for before, known, after in zip(args, was, passed):
            if type(after) is dict:
                _keep(before, known, after)
        return tuple(map(_given, given)) if type(given) is tuple else _given(given)

    return single


{name} = _in_single({name})
"""


def single_source(subject: str, module: str, value: str = "") -> str:
    """Writes the code that has a function compute in single precision; see `canary_source`."""
    return _IN_SINGLE.format(name=subject.removeprefix(f"{module}."))


def can_be_single(subject: str, source: bytes, criteria: Iterable[Criterion]) -> bool:
    """Tells whether a subject is a plain function of NumPy.

    An object keeps its parameters as the grader gave them, and those of PyTorch and TensorFlow
    have a precision of their own.

    Args:
        subject: dotted path below the root.
        source: of the file that it is in.
        criteria: that ask it.
    """
    name = subject.rpartition(".")[2]
    functions = {each.name for each in ast.parse(source).body if isinstance(each, ast.FunctionDef)}
    asked = [library_needed(spec.params) for each in criteria for spec in each.checks]
    return name in functions and not any(asked)
