"""Hand-ins for the acceptance tests: a correct one, varied by one mistake, and its grading.

A `Course` is an assignment with its cases. A case is a folder with the files that differ from the
course's `base`. The definitions in them are appended to the base's file, where a later definition
takes the place of an earlier one; a file whose first line is `# whole file`, one that the base
lacks, and one that is no Python are taken as they are. A case with a folder `handin` is that
folder. `expected.json` says what is expected of the case:

    because   the mistake, or what is special, in one sentence
    lost      points lost by criterion; nothing else may lose any
    says      words that the criterion's failing checks have to say to the student
    advises   words that the criterion's remarks, which cost nothing, have to say
    without   files of the base that the hand-in lacks
    open      criteria that are left to a person
    unjudged  those among them for which the report asks for a person
    zip       hand it in as an archive
    notes     words that the report's notes have to say
    is        name of the misconception that it is, or several that come to the same
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Self

import grader.staging
from grader.assignments import provided_sources
from grader.checks import CHECK_KINDS
from grader.checks.cases import library_needed
from grader.checks.question import Progress
from grader.checks.training_settings import TrainingParams
from grader.intake import read_for
from grader.machine import NOTHING, Machine
from grader.pipeline import GradingRequest, grade_handin
from grader.plan import Mode
from grader.records import CheckResult, CheckSpec, Criterion, Outcome, Rubric
from grader.report import Report
from grader.rubric import load_rubric
from grader.staging import start_service
from grader.worker.host import Host
from grader.worker.service import WorkerService, is_installed
from tests.acceptance import reach

ROOT = Path(__file__).parents[2]
HANDINS = ROOT / "tests" / "handins"
WHOLE_FILE = "# whole file"
EXPECTED = "expected.json"
SHEETS = "answers_"


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of a case; see the module."""

    because: str
    lost: Mapping[str, float]
    says: Mapping[str, str]
    advises: Mapping[str, str]
    without: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    unjudged: tuple[str, ...] = ()
    zip: bool = False
    notes: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """An assignment with the hand-ins that its rubric is tested by.

    Attributes:
        assignment: id of the assignment.
        package: the package's folder in `base`.
        folder: holds `base`, and a folder of cases for each kind, such as `wrong`.
    """

    assignment: str
    package: str
    folder: Path

    def __str__(self) -> str:
        return self.assignment

    @property
    def base(self) -> Path:
        """The folder of the correct hand-in that all cases vary."""
        return self.folder / "base"

    @property
    def reference(self) -> Path:
        """The folder of the reference hand-in."""
        return ROOT / "reference" / "handins" / self.assignment

    @property
    def template(self) -> Path:
        """The folder that students receive."""
        return ROOT / "student_template" / self.assignment

    def rubric(self) -> Rubric:
        """Loads what asks the code, once, without the trainings; these have tests of their own."""
        return _asking_code(self.assignment)

    def read_rubric(self) -> Rubric:
        """Loads what is judged by reading alone, once: notebooks, files, answers, marks."""
        return _reading(self.assignment)

    def sheet_rubric(self) -> Rubric:
        """Loads what is judged by the answer sheet, once."""
        return _answering(self.assignment)

    def untrained_rubric(self) -> Rubric:
        """Loads all but the trainings, once."""
        return _untrained(self.assignment)

    def whole_rubric(self) -> Rubric:
        """Loads the course's rubric, once."""
        return _load(self.assignment)

    def missing(self) -> list[str]:
        """Names the libraries that the rubric's checks need and that are not installed."""
        specs = [spec for criterion in self.rubric().criteria for spec in criterion.checks]
        needed = {library_needed(spec.params) for spec in specs}
        return sorted(library for library in needed if not is_installed(library))

    def cases(self, kind: str) -> list[Path]:
        """Lists the folders of one kind of hand-in, by name, of all that vary code."""
        found = sorted(path.parent for path in (self.folder / kind).glob(f"*/{EXPECTED}"))
        return [path for path in found if path not in self.sheets(kind)]

    def sheets(self, kind: str) -> list[Path]:
        """Lists the folders of one kind of hand-in that vary the answer sheet alone."""
        found = sorted(path.parent for path in (self.folder / kind).glob(f"{SHEETS}*/{EXPECTED}"))
        return found if kind in ("wrong", "correct") and self.sheet_rubric().criteria else []

    def compose(self, case: Path, into: Path) -> Path:
        """Makes the hand-in of a case; returns its folder.

        Args:
            case: its files are named as in the package: `layers.py`, `classifiers/fc_net.py`.
            into: an empty or new folder.
        """
        litter = shutil.ignore_patterns("__pycache__")
        if (case / "handin").is_dir():
            shutil.copytree(case / "handin", into, dirs_exist_ok=True, ignore=litter)
            return into
        shutil.copytree(self.base, into, dirs_exist_ok=True, ignore=litter)
        for source in sorted(path for path in case.rglob("*") if path.is_file()):
            name = source.relative_to(case)
            target = into / self.package / name
            if name == Path(EXPECTED) or "__pycache__" in name.parts:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            if _replaces(source) or not target.exists():
                shutil.copyfile(source, target)
            else:
                both = (target.read_text(encoding="utf-8"), source.read_text(encoding="utf-8"))
                target.write_text("\n\n".join(both), encoding="utf-8")
        for lacking in _data(case).get("without", ()):
            (into / self.package / lacking).unlink()
        return into

    def affected(self, case: Path) -> tuple[str, ...]:
        """Names the criteria whose subject reaches a definition that a case changes, in any way.

        The subjects of the others run the base's own code, to the letter, and the base has a test
        of its own.
        """
        uses: defaultdict[str, set[str]] = defaultdict(set)
        changed: set[str] = set()
        package = [path.read_bytes() for path in (self.base / self.package).rglob("*.py")]
        for source in (*provided_sources(self.rubric()).values(), *package):
            reach.definitions(source, uses)
        for path in case.rglob("*.py"):
            changed |= reach.definitions(path.read_bytes(), uses)
            replaced = self.base / self.package / path.relative_to(case)
            if _replaces(path) and replaced.is_file():
                changed |= reach.definitions(replaced.read_bytes(), uses)
        return tuple(
            one.id
            for one in self.rubric().criteria
            if changed
            & reach.reached(
                {
                    part
                    for path in (one.subject, *map(_forward, one.checks))
                    for part in path.split(".")
                },
                uses,
            )
        )

    def is_plain(self, case: Path) -> bool:
        """Tells whether `affected` is to be relied on: the case only defines things anew."""
        wanted = expected(case)
        files = [path for path in case.rglob("*") if path.is_file() and path.name != EXPECTED]
        known = all(
            path.suffix == ".py"
            and (self.base / self.package / path.relative_to(case)).is_file()
            and reach.is_plain(path.read_bytes())
            for path in files
        )
        return known and not wanted.without and not wanted.zip

    def grade(
        self,
        path: Path,
        mode: Mode = "grade",
        only: tuple[str, ...] = (),
        *,
        rules: Rubric | None = None,
        service: WorkerService | None = None,
        machine: Machine = NOTHING,
    ) -> Report:
        """Grades a hand-in with the course's rubric.

        Args:
            path: a folder or an archive.
            mode: see `GradingRequest`.
            only: ids of criteria; all when empty.
            rules: another rubric than the course's own.
            service: a running one; one is started unless given.
            machine: what there is to train with; nothing is trained unless given.
        """
        rules = rules or self.rubric()
        with nullcontext(service) if service else start_service(rules) as running:
            handin = read_for(rules, path, None, running)
            request = GradingRequest(rules, handin, mode, only=only, machine=machine)
            return grade_handin(request, _Silent(), running)


@cache
def _load(assignment: str) -> Rubric:
    return load_rubric(ROOT / "rubrics" / assignment / "rubric.yaml", CHECK_KINDS)


@cache
def _asking_code(assignment: str) -> Rubric:
    whole = _load(assignment)
    kept = tuple(one for one in whole.criteria if not _trains(one) and not _is_read(one))
    return replace(whole, criteria=kept)


@cache
def _reading(assignment: str) -> Rubric:
    whole = _load(assignment)
    return replace(whole, criteria=tuple(one for one in whole.criteria if _is_read(one)))


@cache
def _untrained(assignment: str) -> Rubric:
    whole = _load(assignment)
    kept = (one for one in whole.criteria if not _trains(one))
    return replace(whole, criteria=tuple(kept))


@cache
def _answering(assignment: str) -> Rubric:
    whole = _load(assignment)
    kept = (one for one in whole.criteria if {check.kind for check in one.checks} == {"answer"})
    return replace(whole, criteria=tuple(kept))


def _trains(one: Criterion) -> bool:
    return any(isinstance(check.params, TrainingParams) for check in one.checks)


def _is_read(one: Criterion) -> bool:
    return not any(CHECK_KINDS[check.kind].asks_worker for check in one.checks)


def _replaces(source: Path) -> bool:
    return source.suffix != ".py" or source.read_bytes().startswith(WHOLE_FILE.encode())


def _forward(spec: CheckSpec) -> str:
    return str(getattr(spec.params, "forward", ""))


def _courses() -> tuple[Course, ...]:
    """Finds the assignments whose hand-ins have a folder of their own."""
    found = []
    for folder in sorted(HANDINS.iterdir()):
        packages = sorted({path.parent.name for path in (folder / "base").glob("*/*.py")})
        if (ROOT / "rubrics" / folder.name / "rubric.yaml").is_file() and len(packages) == 1:
            found.append(Course(folder.name, packages[0], folder))
    return tuple(found)


UMASS = Course("umass_ece697ls_a1", "ece662", HANDINS)
COURSES = _courses()

# For the tests of the first assignment.
BASE, PACKAGE = UMASS.base, UMASS.package
cases, compose, affected = UMASS.cases, UMASS.compose, UMASS.affected
rubric, grade = UMASS.rubric, UMASS.grade


def expected(case: Path) -> Expected:
    """Reads what is expected of a case."""
    empty: Mapping[str, Any] = {}
    data = _data(case)
    named = data.pop("is", ())
    names = (named,) if isinstance(named, str) else tuple(named)
    return Expected(**{"lost": empty, "says": empty, "advises": empty, **data, "named": names})


def _data(case: Path) -> dict[str, Any]:
    file = case / EXPECTED
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return data


class _Silent:
    def planned(self, checks: int) -> None:
        """Says nothing."""

    def finished(self, result: CheckResult) -> None:
        """Says nothing."""

    def progressed(self, progress: Progress) -> None:
        """Says nothing."""


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


def full(rules: Rubric) -> Decimal:
    """Returns the most that a hand-in can earn."""
    every = sum((one.points for one in rules.criteria), Decimal(0))
    return every if rules.maximum is None else min(every, rules.maximum)


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
    assert report.score.needs_review == bool(wanted.unjudged)
    for one in report.criteria:
        for check in one.checks:
            unjudged = check.outcome is Outcome.UNJUDGED
            assert not unjudged or one.id in wanted.unjudged, check.message
            words = " ".join((check.message, check.hint, *check.advice))
            assert "Traceback" not in words
            assert "grader/" not in words


class _Lease:
    """A service that is used for one grading and outlives it; its hosts do not."""

    def __init__(self, service: WorkerService, hosts: list[Host]) -> None:
        self._service = service
        self._hosts = hosts

    def for_library(self, library: str) -> _Lease:
        return _Lease(self._service.for_library(library), self._hosts)

    def versions(self) -> Mapping[str, str]:
        return self._service.versions()

    def host(self, *how: Any, **options: Any) -> Host:
        self._hosts.append(self._service.host(*how, **options))
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
    with start_service(rubric()) as service:
        patch.setattr(grader.staging, "WorkerService", lambda **_: _Lease(service, []))
        yield
