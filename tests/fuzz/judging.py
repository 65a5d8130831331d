"""Checks put to a worker that lies: honest answers, some of them replaced before they arrive."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from grader.checks import CHECK_KINDS
from grader.checks.question import Question
from grader.errors import WorkerDied, WorkerOutOfTime
from grader.examination import Examination, Sides
from grader.handin import HandIn
from grader.plan import GradingPlan, PlannedCheck, make_plan
from grader.records import CheckResult, Trust
from grader.report import Report, build_report
from grader.rubric import load_rubric
from grader.scoring import score
from grader.worker.host import SourceFacts
from grader.worker.inside import values
from grader.worker.inside.executor import Executor, Missing
from grader.worker.lender import CourseLender
from grader.worker.program import Program, Replies
from grader.worker.session import Usage
from tests.fuzz.course import NAMES, RUBRIC
from tests.fuzz.hostile_values import altered, value
from tests.fuzz.supply import Supply

LIES_AT_MOST: Final = 4
HONEST: Final = b""
NOTES: Final = {"output": "", "written": 0, "imports": []}
FACTS: Final = {
    "layers.py": SourceFacts("layers", "handin", None, (("numpy", 1),), {"affine_forward": 3})
}


class _Course:
    def resolve(self, dotted: str) -> Any:
        if dotted not in NAMES:
            raise Missing(f"the hand-in has no `{dotted}`.", tuple(NAMES)[:1])
        return NAMES[dotted]


@dataclass
class LyingSession:
    """A session whose worker runs the course's own functions; the supply decides about its lies."""

    lies: Supply
    skip: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begins with the same random numbers each time."""
        np.random.seed(0)
        self._executor = Executor(_Course(), lambda: dict(NOTES))

    def run(self, program: Program) -> Replies:
        """Runs a program as a worker does, both ways over the wire."""
        with np.errstate(all="ignore"):
            entries = self._executor.run(_across(program.operations))
        return Replies(program, _across(_with_lies(entries, self.lies)))

    def begin_group(self, _limits: Any, _lend: Any = None, _lender: Any = None) -> None:
        """Begins nothing: there is one process."""

    def take_usage(self) -> Usage:
        """Has used nothing."""
        return Usage()

    def close(self) -> None:
        """Has nothing to end."""


def _across(sent: Any) -> Any:
    data, segments = values.encode(sent)
    try:
        return values.decode(data, segments)
    finally:
        values.close_all(segments)


def _with_lies(entries: list[tuple[int, Any]], lies: Supply) -> list[Any]:
    told: list[Any] = list(entries)
    for _ in range(lies.below(LIES_AT_MOST + 1)):
        at = lies.below(len(told))
        way = lies.below(8)
        if way == 0:
            told[at] = value(lies)
        elif way == 1:
            told[at] = (lies.choice((0, 1, 2, 3, 4, -1, 5, 2**62)), value(lies))
        elif way == 2:
            told[at] = _raised(lies)
        elif way == 3:
            told[at] = (4, altered(("no such name", ("a", "b")), lies))
        elif way == 4 and lies.below(8) == 1:
            raise lies.choice((WorkerDied("ended."), WorkerOutOfTime("was late.")))
        else:
            # Values that are exported are worth most of the lies; so the next of them is taken.
            exported = [i for i, entry in enumerate(entries) if entry[0] == 1] or [at]
            at = exported[at % len(exported)]
            told[at] = (1, altered(entries[at][1], lies))
    return told


def _raised(lies: Supply) -> tuple[int, Any]:
    return (2, altered(("TypeError", "missing 1 argument: 'x'", "layers.py", 3, "f"), lies))


@cache
def plan() -> GradingPlan:
    """Plans the grading of the small course, all checks."""
    with tempfile.NamedTemporaryFile(suffix=".yaml") as file:
        file.write(RUBRIC.encode())
        file.flush()
        rubric = load_rubric(Path(file.name), CHECK_KINDS)
    handin = HandIn("fuzz", "folder", "sha256:0", ".", "fuzz", {"layers.py": b""}, (), ())
    return make_plan(rubric, handin, "grade", b"a secret")


def ask(planned: PlannedCheck, lies: Supply) -> CheckResult:
    """Puts one check to a liar and to an honest reference.

    Overflow in what was made of a liar's numbers is no finding here: `examine` watches for NumPy's
    warnings, because a terminal shows them.
    """
    question = Question(
        spec=planned.spec,
        subject=planned.criterion.subject,
        seed=planned.seed,
        student=LyingSession(lies),
        reference=LyingSession(Supply(HONEST)),
        facts=FACTS,
    )
    with np.errstate(all="ignore"):
        return CHECK_KINDS[planned.spec.kind].run(question)


def examine(checks: list[PlannedCheck], lies: Supply) -> tuple[Report, tuple[CheckResult, ...]]:
    """Grades some checks of a liar, from the examination to the report."""
    honest = LyingSession(Supply(HONEST))
    lender = CourseLender(lambda: honest)
    sides = {"": Sides(LyingSession(lies), honest)}
    examination = Examination(plan(), sides, FACTS, lender)
    results = tuple(map(examination.judge, checks))
    report = build_report(
        rubric=plan().rubric,
        handin_id="fuzz",
        handin_digest="sha256:0",
        handin_kind="folder",
        scorecard=score(plan().rubric, results),
        trust=Trust("B", True, ("seccomp",)),
        environment={"python": "3.11"},
        notes=tuple(examination.notes),
        started="2026-01-01T00:00:00Z",
        wall_s=1.0,
        mode="grade",
    )
    return report, results


def texts(told: Any) -> Iterator[str]:
    """Yields all texts of a JSON document, keys among them."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, Mapping):
        for key, item in told.items():
            yield key
            yield from texts(item)
    elif isinstance(told, list):
        for item in told:
            yield from texts(item)
