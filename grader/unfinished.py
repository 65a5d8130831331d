"""What a run has found out so far, as a report that says that the run has not ended.

After a check only its own criterion is scored and told anew, so that a check does not cost more in
a longer rubric.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from grader.errors import WorkerError
from grader.plan import GradingPlan, PlannedCheck
from grader.records import CheckResult, Criterion, CriterionScore, Outcome, Scorecard
from grader.report import Report
from grader.report.model import ReportedCriterion, report_criterion
from grader.scoring import score, sum_up
from grader.staging import Examined

NOT_FINISHED = (
    "The run was ended before it had finished this check, or is still going on. This is no fault "
    "of the hand-in and costs it nothing. If the run was ended, run the command again."
)


class UnfinishedRun:
    """Makes a report after each check; those that were not finished are left unjudged in it.

    Args:
        plan: what is asked.
        examined: the running examination.
        tell: makes a report of a scorecard, how far the workers are isolated, the versions that
            they run, notes, and what else `build_report` takes.
        required: whether nothing may be told of what was not isolated.
    """

    def __init__(
        self,
        plan: GradingPlan,
        examined: Examined,
        tell: Callable[..., Report],
        required: bool,
    ) -> None:
        self._plan = plan
        self._examined = examined
        self._tell = tell
        self._required = required
        self._asked = {planned.spec.id: planned for planned in plan.checks if planned.runs}
        self._finished = 0
        self._results = {planned.spec.id: _not_finished(planned) for planned in plan.checks}
        self._scores: dict[str, CriterionScore] = {}
        self._reported: dict[str, ReportedCriterion] = {}
        for criterion in plan.rubric.criteria:
            self._score(criterion)

    def after(self, result: CheckResult) -> Report | None:
        """Takes a check's result and tells all that is known now.

        Returns:
            Nothing for a check that was not asked, or while the isolation is not known to hold.
        """
        if result.id not in self._asked:
            return None
        self._finished += 1
        self._results[result.id] = result
        self._score(self._asked[result.id].criterion)
        with suppress(WorkerError):  # whoever asks for the last report is told of it
            trust = self._examined.trust()
            if trust.isolated or not self._required:
                return self._tell(
                    self._scorecard(),
                    trust,
                    self._versions(),
                    (self._note(), *self._examined.examination.notes),
                    finished=False,
                    criteria=tuple(self._reported.values()),
                )
        return None

    def _score(self, criterion: Criterion) -> None:
        alone = replace(self._plan.rubric, criteria=(criterion,))
        results = [self._results[spec.id] for spec in criterion.checks]
        (scored,) = score(alone, results).criteria
        self._scores[criterion.id] = scored
        self._reported[criterion.id] = report_criterion(scored, self._plan.mode)

    def _scorecard(self) -> Scorecard:
        found = sum_up(self._plan.rubric, tuple(self._scores.values()))
        return replace(found, needs_review=True)

    def _versions(self) -> Mapping[str, str]:
        """Says what the workers in use run; those that are still starting are not waited for."""
        found: dict[str, str] = {}
        for library in self._examined.examination.sides:
            found |= self._examined.services[library].versions()
        return found

    def _note(self) -> str:
        return (
            f"This report is not finished: the run had finished {self._finished} of "
            f"{len(self._asked)} checks when it was written. If the run was ended, run the command "
            "again; if it is still going on, wait for its end."
        )


def _not_finished(planned: PlannedCheck) -> CheckResult:
    spec = planned.spec
    if planned.runs:
        return CheckResult(spec.id, spec.kind, Outcome.UNJUDGED, 0.0, NOT_FINISHED)
    return CheckResult(spec.id, spec.kind, Outcome.NOT_RUN_HERE, 0.0, planned.why_not)
