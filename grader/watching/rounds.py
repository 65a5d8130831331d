"""Judges one state of a hand-in after the other, each by what stands of the one before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from grader import assignments
from grader.checks.question import Progress
from grader.course import Course
from grader.errors import HostLost
from grader.handin import HandIn
from grader.intake import read_for
from grader.machine import NOTHING, Machine
from grader.pipeline import GradingRequest, Observer, grade_handin
from grader.records import CheckResult, Outcome, Rubric
from grader.report import Report
from grader.watching.first_answer import FirstAnswer, Tell
from grader.watching.footprints import Footprints, edited
from grader.watching.selection import Grounds, Judged, standing
from grader.watching.standing import StandingService
from grader.worker.footprint import ModuleFootprint


@dataclass(frozen=True, slots=True)
class Watched:
    """What is watched, and how it is judged; see `GradingRequest`."""

    rubric: Rubric
    path: Path
    root: str | None = None
    only: tuple[str, ...] = ()
    sandbox: Literal["auto", "off"] = "auto"
    machine: Machine = NOTHING

    @property
    def confined(self) -> bool:
        """Whether the hand-in is to be isolated."""
        return self.sandbox != "off"


@dataclass(frozen=True, slots=True)
class Tools:
    """What stays up between two states.

    Attributes:
        service: has the workers.
        course: answers for the reference.
        grounds: of the rubric.
        given: by assignment, what the course provides, with its footprints once they are known.
    """

    service: StandingService
    course: Course
    grounds: Grounds
    given: dict[str, Given] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Given:
    """What the course provides, which does not change."""

    sources: Mapping[str, bytes]
    footprints: tuple[ModuleFootprint, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """A state that was judged.

    Attributes:
        asked: ids of the criteria that were judged anew; the results of the others stand.
    """

    handin: HandIn
    judged: Judged
    report: Report
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unparsable:
    """A state in which a file that was just saved cannot be parsed, as while somebody types.

    Attributes:
        faults: message and line by file.
    """

    faults: Mapping[str, tuple[str, int]]


@dataclass(slots=True)
class _Collector:
    """Observes a run, keeps its results, and passes all on."""

    observer: Observer
    results: dict[str, CheckResult] = field(default_factory=dict)

    def planned(self, checks: int) -> None:
        self.observer.planned(checks)

    def finished(self, result: CheckResult) -> None:
        self.results[result.id] = result
        self.observer.finished(result)

    def progressed(self, progress: Progress) -> None:
        self.observer.progressed(progress)


def judge(
    watched: Watched,
    tools: Tools,
    observer: Observer,
    before: Round | None = None,
    tell: Tell | None = None,
) -> Round | Unparsable | None:
    """Judges the state that the hand-in is in now.

    Args:
        watched: what is judged, and how.
        tools: what stays up.
        observer: is told of every result as it comes.
        before: the state that was judged last; all of it is judged where there was none.
        tell: is told what became of the first of several criteria.

    Returns:
        None where nothing that counts is another than before.

    Raises:
        HandInError: the hand-in is missing, unsafe, or not of this assignment.
        WorkerDidNotStart: a fault of the machine.
        UsageError: see `grade_handin`.
    """
    handin = read_for(watched.rubric, watched.path, watched.root, tools.service)
    if before is not None and handin == before.handin:
        return None
    footprints = _footprints(watched, tools, handin)
    if before is not None and (faults := _new_faults(before.judged.footprints, footprints)):
        return Unparsable(faults)
    place = (handin.kind, handin.root, handin.root_name)
    kept: Mapping[str, CheckResult] = {}
    if before is not None:
        kept = standing(watched.rubric, tools.grounds, before.judged, footprints, place)
    request = GradingRequest(
        rubric=watched.rubric,
        handin=handin,
        mode="check",
        only=watched.only,
        sandbox=watched.sandbox,
        machine=watched.machine,
        kept=kept,
    )
    if tell is not None:
        own = edited(before.judged.footprints if before else None, footprints)
        observer = FirstAnswer(observer, watched.rubric, kept, own, tell)
    collector = _Collector(observer)
    report = grade_handin(request, collector, tools.service, course=tools.course)
    asked = {
        name.rpartition("/")[0]
        for name, result in collector.results.items()
        if name not in kept and result.outcome is not Outcome.NOT_RUN_HERE
    }
    ordered = tuple(each.id for each in watched.rubric.criteria if each.id in asked)
    return Round(handin, Judged(footprints, place, collector.results), report, ordered)


def make_ready(watched: Watched, tools: Tools, state: Round | None = None) -> None:
    """Starts the next state's host, and has it compile the last state: most of that will stay.

    Raises:
        WorkerDidNotStart: a fault of the machine.
    """
    host = tools.service.make_ready(watched.confined)
    if state is not None and state.judged.footprints is not None:
        given = tools.given[watched.rubric.assignment].sources
        host.load("handin", state.handin.files, given)()


def _footprints(watched: Watched, tools: Tools, handin: HandIn) -> Footprints | None:
    """Has the sources compiled by the host that will run them, and read off what they hold."""
    service, assignment = tools.service, watched.rubric.assignment
    host = service.make_ready(watched.confined, service.host(watched.confined))
    known = tools.given.get(assignment)
    sources = known.sources if known else assignments.provided_sources(watched.rubric)
    try:
        host.load("handin", handin.files, sources)()
        if known is None:
            known = Given(sources, host.footprints("handin", "provided"))
            tools.given[assignment] = known
        return Footprints((*host.footprints("handin", "handin"), *known.footprints))
    except HostLost:  # a source has ended the compiler; the examination finds out which
        service.make_ready(watched.confined)
        return None


def _new_faults(before: Footprints | None, now: Footprints | None) -> Mapping[str, tuple[str, int]]:
    if now is None:
        return {}
    known = before.modules if before is not None else ()
    return {
        each.file: each.fault
        for each in now.modules
        if each.fault is not None and each not in known
    }
