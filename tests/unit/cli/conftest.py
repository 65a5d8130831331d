"""The stages behind the commands, replaced by fakes that answer as they are told."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from grader.cli import cli
from grader.records import (
    CheckResult,
    CheckSpec,
    Criterion,
    HandInRules,
    Outcome,
    Rubric,
    Trust,
    Visibility,
)
from grader.report import Report, build_report
from grader.scoring import score


def rubric_of(assignment: str = "hw1") -> Rubric:
    def one(name: str, points: str, kinds: Sequence[str], seen: Visibility) -> Criterion:
        checks = tuple(
            CheckSpec(f"{name}/{at}", kind, None, visibility=seen) for at, kind in enumerate(kinds)
        )
        needs = ("affine",) if name == "net" else ()
        return Criterion(name, name.title(), f"m.{name}", Decimal(points), checks, seen, needs)

    return Rubric(
        1,
        assignment,
        "Homework 1",
        HandInRules(("hw",), accept=("folder",)),
        (
            one("affine", "5", ("output", "gradient"), Visibility.VISIBLE),
            one("relu", "3", ("output",), Visibility.VISIBLE),
            one("net", "2.5", ("gradient", "gradient"), Visibility.HIDDEN),
        ),
    )


@dataclass
class Stages:
    """What the stages are told to answer, and what they were asked.

    Attributes:
        outcome: of every check that is run.
        faults: what reading or grading the hand-in at a path raises.
        fault_after: how many checks are finished before grading raises.
        rubric_faults: what loading the rubric at a path raises.
    """

    guess: str | None = "hw1"
    ids: tuple[str, ...] = ("hw1", "hw2")
    outcome: Outcome = Outcome.PASSED
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    faults: dict[str, BaseException] = field(default_factory=dict)
    grading_faults: dict[str, BaseException] = field(default_factory=dict)
    fault_after: int = 0
    rubric_faults: dict[str, BaseException] = field(default_factory=dict)
    loaded: list[str] = field(default_factory=list)
    read: list[dict[str, Any]] = field(default_factory=list)
    requests: list[Any] = field(default_factory=list)
    observers: list[Any] = field(default_factory=list)
    services: list[Any] = field(default_factory=list)
    keepers: list[Any] = field(default_factory=list)

    def load_rubric(self, path: Path, kinds: Mapping[str, Any]) -> Rubric:
        assert kinds == {"output": "its kind"}
        self.loaded.append(str(path))
        if str(path) in self.rubric_faults:
            raise self.rubric_faults[str(path)]
        return rubric_of()

    def start_service(self, rubric: Rubric, confined: bool = True) -> Any:
        return nullcontext("a service" if confined else "a service without confinement")

    def read_for(self, rubric: Rubric, path: Path, root: str | None, service: Any) -> Any:
        self.read.append({"path": str(path), "root": root, "service": service})
        if str(path) in self.faults:
            raise self.faults[str(path)]
        return ReadHandIn(self.names.get(str(path), path.name))

    def grade_handin(
        self,
        request: Any,
        observer: Any,
        service: Any = None,
        keep: Callable[[Report], None] | None = None,
    ) -> Report:
        self.requests.append(request)
        self.services.append(service)
        self.observers.append(observer)
        fault = self.grading_faults.get(request.handin.id)
        if fault is not None and not self.fault_after:
            raise fault
        outcome = self.outcomes.get(request.handin.id, self.outcome)
        specs = [check for criterion in request.rubric.criteria for check in criterion.checks]
        observer.planned(len(specs))
        results = []
        for spec in specs:
            hidden = request.mode == "check" and spec.visibility is not Visibility.VISIBLE
            became = Outcome.NOT_RUN_HERE if hidden else outcome
            credit = 1.0 if became is Outcome.PASSED else 0.0
            results.append(CheckResult(spec.id, spec.kind, became, credit, message="Words."))
            self.keepers.append(keep)
            if keep:
                keep(report_of(request, results, finished=False))
            observer.finished(results[-1])
            if fault is not None and len(results) == self.fault_after:
                raise fault
        return report_of(request, results)


def report_of(request: Any, results: Sequence[CheckResult], finished: bool = True) -> Report:
    return build_report(
        rubric=request.rubric,
        handin_id=request.handin.id,
        handin_digest="sha256:0",
        handin_kind="folder",
        scorecard=score(request.rubric, results),
        trust=Trust("C", False),
        environment={},
        notes=(),
        started="2026-01-01T00:00:00Z",
        wall_s=1.0,
        mode=request.mode,
        finished=finished,
    )


@dataclass(frozen=True)
class ReadHandIn:
    """What stands for a hand-in."""

    id: str
    digest: str = "d"
    kind: str = "folder"


def module(name: str, **names: Any) -> ModuleType:
    made = ModuleType(name)
    made.__dict__.update(names)
    return made


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Stages:
    # Where `check` remembers its last run.
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    told = Stages()
    fakes = (
        module(
            "grader.assignments",
            rubrics_dir=lambda: Path("/rubrics"),
            assignment_ids=lambda: told.ids,
            guess_assignment=lambda path: told.guess,
            has_code=lambda path: any(path.glob("*.py")),
            course_folder=lambda path: None,
        ),
        module("grader.checks", CHECK_KINDS={"output": "its kind"}),
        module(
            "grader.rubric",
            load_rubric=told.load_rubric,
            find_rubric=lambda assignment, folder: folder / assignment / "rubric.yaml",
        ),
        module("grader.rubric.schema", schema_text=lambda kinds: f'{{"kinds": "{kinds[0]} ×"}}\n'),
        module("grader.intake", read_for=told.read_for),
        module("grader.staging", start_service=told.start_service),
        module(
            "grader.pipeline",
            GradingRequest=lambda **what: SimpleNamespace(**what),
            grade_handin=told.grade_handin,
        ),
    )
    for fake in fakes:
        monkeypatch.setitem(sys.modules, fake.__name__, fake)
    monkeypatch.delenv("GRADER_SECRET", raising=False)
    return told


@pytest.fixture
def grader() -> Callable[..., Result]:
    """Run a command; an exception that escapes it fails the test."""

    def run(*arguments: str | Path, charset: str = "utf-8", **more: Any) -> Result:
        given = [str(argument) for argument in arguments]
        result = CliRunner(charset=charset).invoke(cli, given, prog_name="grader", **more)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return run
