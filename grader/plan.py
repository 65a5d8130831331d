"""From a rubric and a hand-in to the list of checks that will be asked, with their seeds.

Planning decides what runs here and with which random numbers. It starts no process.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal

from grader.checks.cases import library_needed
from grader.checks.training_settings import Setting, TrainingParams
from grader.deadline import Deadline
from grader.errors import UsageError
from grader.handin import HandIn
from grader.machine import NOTHING, Machine
from grader.records import CheckResult, CheckSpec, Criterion, Outcome, Rubric, Visibility

Mode = Literal["check", "grade"]

WORTH_NOTHING = (
    "Not trained: this takes a while and is worth no points, so it runs only when it is named. "
    "Give --only."
)
PUBLIC_SECRET = b"public draws"  # `check` draws the same numbers for everybody, always


@dataclass(frozen=True, slots=True)
class PlannedCheck:
    """One check of the plan.

    Attributes:
        runs: false for what is not asked here, such as a hidden check at the student's.
        seed: 64 bits from which all of the check's draws come.
        library: what its workers have beside NumPy, such as torch; empty for nothing.
        why_not: why it is not asked here, for people; empty where it is plain.
        kept: its result of an earlier run, which stands; None where it is to be asked.
    """

    criterion: Criterion
    spec: CheckSpec
    runs: bool
    seed: int
    library: str = ""
    why_not: str = ""
    kept: CheckResult | None = None

    def allows(self, result: CheckResult) -> bool:
        """Tells whether a result can stand: what is not asked here has just one that can."""
        not_asked = result.outcome is Outcome.NOT_RUN_HERE and result.message == self.why_not
        return self.runs or not_asked


@dataclass(frozen=True, slots=True)
class GradingPlan:
    """Everything that will be asked of one hand-in, in the rubric's order.

    Attributes:
        machine: what there is to train with.
        deadline: when the run has to be over; None where nothing limits it.
    """

    rubric: Rubric
    handin: HandIn
    mode: Mode
    checks: tuple[PlannedCheck, ...]
    machine: Machine = NOTHING
    deadline: Deadline | None = None

    def keeping(self, results: Mapping[str, CheckResult]) -> GradingPlan:
        """Returns the same plan, less the checks that have a result of an earlier run."""
        kept = [(planned, results.get(planned.spec.id)) for planned in self.checks]
        checks = (
            replace(planned, kept=result) if result and planned.allows(result) else planned
            for planned, result in kept
        )
        return replace(self, checks=tuple(checks))


def make_plan(
    rubric: Rubric,
    handin: HandIn,
    mode: Mode,
    secret: bytes = b"",
    only: Sequence[str] = (),
    missing: Collection[str] = (),
    machine: Machine = NOTHING,
) -> GradingPlan:
    """Plans the grading of one hand-in.

    Args:
        rubric: what is asked.
        handin: of whom.
        mode: `check` asks the visible checks with public draws, `grade` asks all.
        secret: the course's; without it the draws of `grade` could be foreseen.
        only: ids of criteria; all when empty.
        missing: libraries that this machine does not have.
        machine: what there is to train with. Who names criteria wants them trained.

    Raises:
        UsageError: `only` names a criterion that there is not.
    """
    _refuse_unknown(rubric, only)
    machine = replace(machine, trains=machine.trains or bool(only))
    checks = []
    for criterion in rubric.criteria:
        wanted = not only or criterion.id in only
        for spec in criterion.checks:
            visible = spec.visibility is Visibility.VISIBLE
            runs = wanted and (mode == "grade" or visible)
            library = library_needed(spec.params)
            why_not = _why_not(criterion, handin, library, missing) if runs else ""
            if isinstance(spec.params, TrainingParams):
                setting = spec.params.choose(machine)
                if isinstance(setting, Setting):
                    spec = replace(spec, limits=spec.params.limits(machine))
                    setting = ""
                if not criterion.points and not only:
                    setting = WORTH_NOTHING
                why_not = why_not or (setting if runs else "")
            seed = _seed(mode, secret, handin, spec)
            checks.append(
                PlannedCheck(criterion, spec, runs and not why_not, seed, library, why_not)
            )
    return GradingPlan(rubric, handin, mode, tuple(checks), machine)


def _why_not(criterion: Criterion, handin: HandIn, library: str, missing: Collection[str]) -> str:
    if criterion.optional and not has_file_for(criterion.subject, handin.files):
        # Without the function's name, so that several criteria of one file are said in one line.
        module = criterion.subject.rpartition(".")[0]
        return (
            f"Not judged: the hand-in has no file for {module}, which may be handed in in another "
            "form, so a person marks it. To have it judged here, add the file."
        )
    if library not in missing:
        return ""
    return (
        f"Not judged: this needs {library}, which is not installed here. Install it beside the "
        f"grader, as in `pip install 'grader[{library}]'`."
    )


def has_file_for(subject: str, files: Collection[str]) -> bool:
    """Tells whether one of a hand-in's files is the module that a subject would be in.

    >>> has_file_for("answers.elu", ["answers.py"]), has_file_for("answers.elu", ["layers.py"])
    (True, False)
    """
    parts = subject.split(".")
    modules = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
    # A folder holds the name itself in its own `__init__.py`, and else one of its files does.
    folders = modules[-2:]
    names = {f"{module}.py" for module in modules}
    return not names.union(f"{folder}/__init__.py" for folder in folders).isdisjoint(files)


def _refuse_unknown(rubric: Rubric, only: Sequence[str]) -> None:
    ids = [criterion.id for criterion in rubric.criteria]
    for name in only:
        if name not in ids:
            close = get_close_matches(name, ids, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise UsageError(
                f"{name!r} is not a criterion of {rubric.assignment}.{hint} "
                f"`grader rubric show {rubric.assignment}` lists them all."
            )


def _seed(mode: Mode, secret: bytes, handin: HandIn, spec: CheckSpec) -> int:
    """The same hand-in always gets the same draw, and no other hand-in gets it."""
    if mode == "check":
        key, message = PUBLIC_SECRET, spec.id
    else:
        key, message = secret or PUBLIC_SECRET, f"{handin.digest}\n{spec.id}"
    return int.from_bytes(hmac.new(key, message.encode(), hashlib.sha256).digest()[:8], "little")
