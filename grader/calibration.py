"""Trains the reference many times, and says which thresholds a right solution would miss.

The reference is loaded as a hand-in is, and trained by the same workers. Each training is an
examination of its own, with other draws and a fresh worker, and runs to its end: to stop it where
the accuracy suffices would presume the threshold that is to be judged.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from grader import assignments
from grader.checks.credit_curve import CreditCurve
from grader.checks.question import Progress
from grader.checks.training_settings import Calibration, Setting, TrainingParams
from grader.handin import HandIn
from grader.intake import read_for
from grader.machine import Machine
from grader.plan import GradingPlan, make_plan
from grader.records import CheckResult, CheckSpec, Criterion, Outcome, Rubric
from grader.staging import examine
from grader.thresholds import ALLOWED, chance_of_miss, odds, proposed_threshold
from grader.worker.service import BROUGHT, WorkerService, is_installed

MANY: Final = 1_000_000
MORE: Final = 4  # times as many trainings, which is half the uncertainty
NO_STEP: Final = CreditCurve(((0.0, 0.0), (1.0, 1.0)))


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """One setting of one training check of a rubric.

    Attributes:
        path: of the setting, from the root of the rubric's data.
    """

    criterion: Criterion
    spec: CheckSpec
    setting: Setting
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """What the reference reached in one setting.

    Attributes:
        accuracies: of the trainings that were judged.
        wall_s: seconds of each of them.
        ended: why trainings ended early, as parts of sentences.
        examples: that the metric is of; 0 where these are the training examples themselves.
        guess: the accuracy of guessing.
        parameters: how many numbers the network learns; 0 where it does not say.
        device: where it was trained.
        why_cpu: why that is not the GPU that was asked for.
        not_here: why this machine does not train it; empty where it does.
        fault: what went wrong with the reference, in a sentence; empty where nothing did.
    """

    accuracies: tuple[float, ...] = ()
    wall_s: tuple[float, ...] = ()
    ended: tuple[str, ...] = ()
    examples: int = 0
    guess: float = 0.0
    parameters: int = 0
    device: str = ""
    why_cpu: str = ""
    not_here: str = ""
    fault: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether all trainings came to a figure."""
        return bool(self.accuracies) and not (self.fault or self.not_here)

    @property
    def calibration(self) -> Calibration:
        """Mean and standard deviation, of at least two trainings."""
        found = self.accuracies
        return Calibration(statistics.mean(found), statistics.stdev(found), len(found))


def training_rows(rubric: Rubric) -> Iterator[TrainingRow]:
    """Yields the settings of all training checks, in the rubric's order."""
    for at, criterion in enumerate(rubric.criteria):
        for number, spec in enumerate(criterion.checks):
            if isinstance(spec.params, TrainingParams):
                for place, setting in enumerate(spec.params.settings):
                    path = ("criteria", at, "checks", number, "settings", place)
                    yield TrainingRow(criterion, spec, setting, path)


def read_reference(rubric: Rubric, service: WorkerService) -> HandIn:
    """Reads the reference hand-in of an assignment as a hand-in.

    Raises:
        UsageError: the assignment has no template or no reference.
        HandInError: the reference cannot be read.
    """
    assignments.reference_sources(rubric)
    folder = assignments.reference_folder(rubric)
    rules = replace(rubric.handin, accept=("folder",))
    return read_for(replace(rubric, handin=rules), folder, None, service)


@dataclass(frozen=True, slots=True)
class Trials:
    """The trainings of one calibration.

    Attributes:
        handin: the reference.
        machine: what there is to train with.
        runs: trainings in each setting, at least two.
        service: has the workers.
    """

    rubric: Rubric
    handin: HandIn
    machine: Machine
    runs: int
    service: WorkerService

    def rows(self, only: Sequence[str]) -> Iterator[TrainingRow]:
        """Yields the settings of the criteria with these ids; all when empty.

        Raises:
            UsageError: there is no such criterion.
        """
        make_plan(self.rubric, self.handin, "grade", only=only)
        rows = training_rows(self.rubric)
        return (row for row in rows if not only or row.criterion.id in only)

    def train(
        self,
        row: TrainingRow,
        tell: Callable[[Progress], None],
        finished: Callable[[CheckResult], None],
    ) -> Reached:
        """Trains the reference in one setting, each time with other draws.

        Args:
            row: which setting.
            tell: is told how a training gets on.
            finished: is given what each training gave.

        Raises:
            WorkerDidNotStart: a fault of the machine.
        """
        found = Reached()
        for number in range(1, self.runs + 1):
            plan = self._plan(row, number)
            (planned,) = plan.checks
            if not planned.runs:
                return replace(found, not_here=planned.why_not)
            with examine(plan, self.service, tell=tell) as examined:
                result = examined.examination.judge(planned)
            finished(result)
            if result.outcome is Outcome.NOT_RUN_HERE:
                return replace(found, not_here=result.message)
            found = self._with(found, row, result, f"training {number} of {self.runs}")
            if found.fault:
                break
        return found

    def _plan(self, row: TrainingRow, number: int) -> GradingPlan:
        """Plans one training in one setting, and nothing else."""
        setting = replace(row.setting, curve=NO_STEP, seeds=1)
        spec = replace(row.spec, params=replace(row.spec.params, settings=(setting,)))
        criterion = replace(row.criterion, needs=(), checks=(spec,))
        return make_plan(
            rubric=replace(self.rubric, criteria=(criterion,)),
            handin=self.handin,
            mode="grade",
            secret=f"calibration {number}".encode(),
            only=(criterion.id,),  # named, so that one without points is trained too
            missing=[library for library in BROUGHT if not is_installed(library)],
            machine=replace(self.machine, trains=True),
        )

    def _with(self, found: Reached, row: TrainingRow, result: CheckResult, which: str) -> Reached:
        evidence: Mapping[str, Any] = result.evidence.get("cases", [result.evidence])[0]
        trainings = evidence.get("trainings", ())
        if not trainings or result.outcome is Outcome.UNJUDGED:
            said = " ".join(text for text in (result.message, result.hint) if text)
            what = "could not be judged" if result.outcome is Outcome.UNJUDGED else "failed"
            return replace(found, fault=f"The reference {what} in {which}: {said}")
        (training,) = trainings
        classes = row.setting.classes or len(self.machine.data[row.setting.data]().classes)
        return replace(
            found,
            accuracies=(*found.accuracies, float(training["accuracy"])),
            wall_s=(*found.wall_s, float(training["training_wall_s"])),
            ended=(*found.ended, training["ended"]) if training["ended"] else found.ended,
            examples=0 if row.setting.on == "train" else int(evidence["examples"][1]),
            guess=1 / classes,
            parameters=max(found.parameters, int(training["parameters"])),
            device=str(evidence["device"]),
            why_cpu=str(evidence["why_cpu"]),
        )


def mistakes(row: TrainingRow, reached: Reached) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yields what is wrong with a setting: the path below it, and sentences."""
    if reached.fault:
        yield (), f"{reached.fault} What a right solution cannot do, nobody may be asked for."
    elif reached.is_whole:
        allowed = row.setting.parameters
        if allowed and reached.parameters > allowed:
            yield (
                ("parameters",),
                f"The reference learns {reached.parameters:,} numbers, and {allowed:,} are "
                "allowed. Allow as many as a right solution needs.",
            )
        missed = chance_of_miss(row.setting, reached.calibration, reached.examples)
        if missed > ALLOWED:
            yield ("curve",), _too_high(row.setting, reached, missed)


def _too_high(setting: Setting, reached: Reached, missed: float) -> str:
    found = reached.calibration
    asked = (
        f"checks, of up to {setting.seeds} trainings each" if setting.on == "train" else "trainings"
    )
    return (
        f"Full credit begins at {setting.curve.full_from:g}, and a right solution misses it in "
        f"{odds(missed)} {asked}; more than 1 in 1,000 is too many. The reference reached "
        f"{found.mean:.3f} on average over {found.runs} trainings ({min(reached.accuracies):.3f} "
        f"to {max(reached.accuracies):.3f}, standard deviation {found.std:.3f}). "
        f"{_advice(setting, reached)}"
    )


def _advice(setting: Setting, reached: Reached) -> str:
    found = reached.calibration
    proposed = proposed_threshold(setting, found, reached.examples)
    says = f"A threshold of {proposed:g} would do. " if proposed > reached.guess else ""
    known = replace(found, runs=MANY)  # as if there were no more to learn from trainings
    with_many = proposed_threshold(setting, known, reached.examples)
    if with_many <= reached.guess:
        return (
            f"No threshold above guessing ({reached.guess:.3f}) would do: train longer, on more "
            "examples, or judge by more of them."
        )
    if with_many > proposed:
        says += (
            f"{found.runs} trainings leave the deviation uncertain; --seeds {MORE * found.runs} "
            "would tell more."
        )
    return says.rstrip()
