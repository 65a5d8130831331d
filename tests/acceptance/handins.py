"""Hand-ins for the acceptance tests: a correct one, varied by one mistake, and its grading.

A case is a folder with the files that differ from `handins/base`. The functions in them are
appended to the base's file, where a later definition takes the place of an earlier one; a file
whose first line is `# whole file` takes the place of the base's file. `expected.json` says what
the mistake costs:

    because   the mistake, in one sentence
    lost      points lost by criterion; nothing else may lose any
    says      words that the criterion's failing checks have to say to the student
    advises   words that the criterion's remarks, which cost nothing, have to say
"""

from __future__ import annotations

import ast
import json
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Self

import grader.staging
from grader.assignments import provided_sources
from grader.checks import CHECK_KINDS
from grader.intake import read_for
from grader.pipeline import GradingRequest, grade_handin
from grader.plan import Mode
from grader.records import CheckResult, CheckSpec, Outcome, Rubric
from grader.report import Report
from grader.rubric import load_rubric
from grader.staging import start_service
from grader.worker.host import Host
from grader.worker.service import WorkerService

ROOT = Path(__file__).parents[2]
RUBRIC = ROOT / "rubrics" / "umass_ece697ls_a1" / "rubric.yaml"
HANDINS = ROOT / "tests" / "handins"
BASE = HANDINS / "base"
PACKAGE = "ece662"
WHOLE_FILE = "# whole file"


@dataclass(frozen=True, slots=True)
class Expected:
    """What the mistake of a case costs, and what the student is told; see the module."""

    because: str
    lost: Mapping[str, float]
    says: Mapping[str, str]
    advises: Mapping[str, str]


def cases(kind: str) -> list[Path]:
    """Lists the folders of one kind of hand-in, by name."""
    return sorted(path.parent for path in (HANDINS / kind).glob("*/expected.json"))


def expected(case: Path) -> Expected:
    """Reads what is expected of a case."""
    data = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    empty: Mapping[str, str] = {}
    return Expected(**{"says": empty, "advises": empty, **data})


def compose(case: Path, into: Path) -> Path:
    """Copies the base and applies a case to it; returns the hand-in's folder.

    Args:
        case: its files are named as in the package: `layers.py`, `classifiers/fc_net.py`.
        into: an empty or new folder.
    """
    shutil.copytree(BASE, into, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    for source in sorted(case.rglob("*.py")):
        target = into / PACKAGE / source.relative_to(case)
        text = source.read_text(encoding="utf-8")
        if not text.startswith(WHOLE_FILE):
            text = f"{target.read_text(encoding='utf-8')}\n\n{text}"
        target.write_text(text, encoding="utf-8")
    return into


@cache
def rubric() -> Rubric:
    """Loads the course's rubric, once."""
    return load_rubric(RUBRIC, CHECK_KINDS)


class _Silent:
    def planned(self, checks: int) -> None:
        """Says nothing."""

    def finished(self, result: CheckResult) -> None:
        """Says nothing."""


def grade(
    path: Path,
    mode: Mode = "grade",
    only: tuple[str, ...] = (),
    *,
    rules: Rubric | None = None,
    service: WorkerService | None = None,
) -> Report:
    """Grades the hand-in in a folder with the course's rubric.

    Args:
        path: the folder.
        mode: see `GradingRequest`.
        only: ids of criteria; all when empty.
        rules: another rubric than the course's own.
        service: a running one; one is started unless given.
    """
    rules = rules or rubric()
    with nullcontext(service) if service else start_service(rules) as running:
        handin = read_for(rules, path, None, running)
        return grade_handin(GradingRequest(rules, handin, mode, only=only), _Silent(), running)


def hurried(rules: Rubric, wall_s: float) -> Rubric:
    """Shortens the time of every check, for hand-ins that run until it is over."""
    return replace(
        rules,
        criteria=tuple(
            replace(
                one,
                checks=tuple(
                    replace(spec, limits=replace(spec.limits, wall_s=wall_s)) for spec in one.checks
                ),
            )
            for one in rules.criteria
        ),
    )


def affected(case: Path) -> tuple[str, ...]:
    """Names the criteria whose subject reaches a definition that a case changes, in any way.

    The subjects of the others run the base's own code, to the letter, and the base has a test of
    its own. Names stand for all that they could refer to: rather too many criteria than too few.
    """
    uses: defaultdict[str, set[str]] = defaultdict(set)
    changed: set[str] = set()
    package = [path.read_bytes() for path in (BASE / PACKAGE).rglob("*.py")]
    for source in (*provided_sources(rubric()).values(), *package):
        _definitions(source, uses)
    for path in case.rglob("*.py"):
        changed |= _definitions(path.read_bytes(), uses)
    return tuple(
        one.id
        for one in rubric().criteria
        if changed & _reached({_last(one.subject)} | {_forward(spec) for spec in one.checks}, uses)
    )


def _definitions(source: bytes, uses: defaultdict[str, set[str]]) -> set[str]:
    """Adds what each definition of a file uses; returns the names that are defined."""
    defined: dict[str, None] = {}
    for node in ast.parse(source).body:
        names = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                uses[name] |= names
                defined[name] = None
            case ast.Assign(targets=[ast.Name(id=name)]):
                uses[name] |= names
                defined[name] = None
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Name(id=name))], value=ast.Name(id=of)
            ):
                uses[name].add(of)
                defined[name] = None
                defined.pop(of)  # a method; outside of its class nobody calls it by this name
    return set(defined)


def _reached(names: Iterable[str], uses: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    ahead = set(names)
    while ahead:
        name = ahead.pop()
        reached.add(name)
        ahead |= uses.get(name, set()) - reached
    return reached


def _forward(spec: CheckSpec) -> str:
    return _last(getattr(spec.params, "forward", ""))


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def lost(report: Report) -> dict[str, float]:
    """Returns the points lost by criterion, for those that lost any."""
    return {
        one.id: float(one.points - one.upper) for one in report.criteria if one.points != one.upper
    }


def told(report: Report) -> dict[str, str]:
    """Returns what the checks that lost credit say, by criterion."""
    return {
        one.id: "\n".join(
            text
            for check in one.checks
            if check.lost_credit
            for text in (check.message, check.hint)
        )
        for one in report.criteria
    }


def advised(report: Report) -> dict[str, str]:
    """Returns the remarks that cost nothing, by criterion."""
    return {
        one.id: "\n".join(line for check in one.checks for line in check.advice)
        for one in report.criteria
    }


def assert_costs(report: Report, wanted: Expected) -> None:
    """Asserts that a report takes exactly the points that a mistake costs, and says so well."""
    assert lost(report) == wanted.lost, wanted.because
    said, remarks = told(report), advised(report)
    for criterion, words in wanted.says.items():
        assert words in said[criterion]
    for criterion, words in wanted.advises.items():
        assert words in remarks[criterion]
    assert not report.score.needs_review
    for one in report.criteria:
        for check in one.checks:
            assert check.outcome is not Outcome.UNJUDGED, check.message
            words = " ".join((check.message, check.hint, *check.advice))
            assert "Traceback" not in words
            assert "grader/" not in words


class _Lease:
    """A service that is used for one grading and outlives it; its hosts do not."""

    def __init__(self, service: WorkerService) -> None:
        self._service = service
        self._hosts: list[Host] = []

    def versions(self) -> Mapping[str, str]:
        return self._service.versions()

    def host(self, confined: bool = True) -> Host:
        self._hosts.append(self._service.host(confined))
        return self._hosts[-1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: Any) -> None:
        for host in self._hosts:
            host.close()


@contextmanager
def one_service(patch: Any) -> Iterator[None]:
    """Has all gradings inside the block use one worker service, which starts only once.

    Args:
        patch: pytest's `MonkeyPatch`.
    """
    with WorkerService() as service:
        patch.setattr(grader.staging, "WorkerService", lambda **_: _Lease(service))
        yield
