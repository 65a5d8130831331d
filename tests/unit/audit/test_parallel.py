"""What happens to an audit whose processes end, or cannot begin."""

from __future__ import annotations

from queue import Empty
from types import SimpleNamespace
from typing import Any

import pytest

from grader.audit import parallel
from grader.audit.parallel import try_all
from grader.audit.wrong import Wrong
from grader.errors import WorkerDidNotStart

WRONG = Wrong("mutant", "signs", "k", "a sign", "library", "a.py", b"", ("one",))


def stand_of(path: str) -> Any:
    return SimpleNamespace(rubric=SimpleNamespace(path=path))


class Nothing:
    """A queue on which nothing comes."""

    def get(self, timeout: float) -> None:
        raise Empty


def test_a_process_that_has_ended_is_told_as_a_fault_of_the_machine() -> None:
    ended: Any = SimpleNamespace(exitcode=-9)
    number, said = parallel._next(Nothing(), [ended])
    assert number == -1
    assert said.startswith("A process that puts wrong solutions to the rubric has ended.")
    assert said.endswith("run the command again with --jobs 1.")


def test_a_rubric_that_is_gone_is_told_by_the_process_that_misses_it() -> None:
    with pytest.raises(WorkerDidNotStart, match=r"nowhere\.yaml"):
        try_all(stand_of("nowhere.yaml"), [WRONG] * 4, 2, False, lambda verdict: None)
