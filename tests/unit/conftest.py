"""The one fake seam that several rooms need: a session whose worker is this very process."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from grader.worker.inside import values
from grader.worker.inside.executor import Executor, Missing
from grader.worker.program import Program, Replies


class InProcessSession:
    """Runs programs on plain functions, with the real executor and the real wire, without a fork.

    Args:
        names: objects by dotted path.
        notes: what `NOTES` answers.
    """

    def __init__(self, names: Mapping[str, Any], notes: Any = None) -> None:
        self.names = dict(names)
        self.programs: list[list[tuple[Any, ...]]] = []
        self._executor = Executor(self, lambda: notes)

    def resolve(self, dotted: str) -> Any:
        if dotted not in self.names:
            raise Missing(f"the hand-in has no `{dotted}`.", tuple(sorted(self.names))[:1])
        return self.names[dotted]

    def run(self, program: Program) -> Replies:
        self.programs.append(program.operations)
        operations = _across(program.operations)
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a hand-in's warnings are no part of an answer
            entries = self._executor.run(operations)
        return Replies(program, _across(entries))


def _across(value: Any) -> Any:
    """Takes a value over the wire, so that nothing is shared between the two ends."""
    data, segments = values.encode(value)
    try:
        return values.decode(data, segments)
    finally:
        values.close_all(segments)


@pytest.fixture
def in_process() -> Callable[..., InProcessSession]:
    """Makes sessions from objects by dotted path."""
    return InProcessSession


@pytest.fixture
def torch() -> Iterator[Any]:
    """PyTorch, with its drivers and tensors known to the worker that runs in this process."""
    library = pytest.importorskip("torch")
    from grader.worker.inside import drivers, foreign, torch_library

    read = (torch_library.to_numpy, torch_library.seed, library.__version__)
    foreign._LOADED.append(foreign.Library(library.Tensor, *read))
    drivers.load("torch")
    before = library.get_default_dtype()
    yield library
    library.set_default_dtype(before)
    foreign._LOADED.pop()
