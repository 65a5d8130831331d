"""What a run that has not ended tells: every finished check, and honestly nothing of the others."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from grader.errors import WorkerDidNotStart
from grader.plan import GradingPlan, PlannedCheck
from grader.records import (
    CheckResult,
    CheckSpec,
    Criterion,
    HandInRules,
    Outcome,
    Rubric,
    Trust,
)
from grader.report import build_report
from grader.scoring import score
from grader.unfinished import NOT_FINISHED, UnfinishedRun

ISOLATED = Trust("B", True, ("seccomp",))
NOT_ISOLATED = Trust("C", False)


def specs(name, count):
    return tuple(CheckSpec(f"{name}/{at}", "output", None) for at in range(count))


RUBRIC = Rubric(
    1,
    "small",
    "Small",
    HandInRules(("hw",)),
    (
        Criterion("a", "A", "m.a", Decimal("2.5"), specs("a", 2)),
        Criterion("b", "B", "m.b", Decimal(1), specs("b", 1)),
        Criterion("c", "C", "m.c", Decimal(3), specs("c", 1)),
    ),
)


def passed(name, **more):
    return CheckResult(name, "output", Outcome.PASSED, 1.0, **more)


class Run:
    """A run of the small rubric whose last criterion is not asked here."""

    def __init__(self, required=False):
        checks = tuple(
            PlannedCheck(one, spec, one.id != "c", 7, "", "" if one.id in "ab" else "No.")
            for one in RUBRIC.criteria
            for spec in one.checks
        )
        self.trusts = [ISOLATED]
        self.notes = {}
        self.sides = [""]
        self.services = {
            "": SimpleNamespace(versions=lambda: {"python": "3.11", "numpy": "2.4"}),
            "torch": SimpleNamespace(versions=lambda: {"torch": "2.13"}),
        }
        examination = SimpleNamespace(notes=self.notes, sides=self.sides)
        examined = SimpleNamespace(
            examination=examination, services=self.services, trust=self.trust
        )
        plan = GradingPlan(RUBRIC, SimpleNamespace(), "grade", checks)
        self.after = UnfinishedRun(plan, examined, self.tell, required).after

    def trust(self):
        known = self.trusts[-1]
        if isinstance(known, Exception):
            raise known
        return known

    def tell(self, scorecard, trust, versions, notes, **more):
        return build_report(
            rubric=RUBRIC,
            handin_id="alice",
            handin_digest="sha256:0",
            handin_kind="folder",
            scorecard=scorecard,
            trust=trust,
            environment=versions,
            notes=notes,
            started="2026-01-01T00:00:00Z",
            wall_s=1.0,
            mode="grade",
            **more,
        )


def checks(report):
    return {check.id: check for one in report.criteria for check in one.checks}


def test_a_finished_check_is_told_and_the_others_are_left_unjudged():
    report = Run().after(passed("a/0", wall_s=0.5, evidence={"worst": 0.1}))
    found = checks(report)
    assert not report.finished
    assert {name: one.outcome for name, one in found.items()} == {
        "a/0": "passed",
        "a/1": "unjudged",
        "b/0": "unjudged",
        "c/0": "not_run_here",
    }
    assert (found["a/0"].evidence, found["a/0"].wall_s) == ({"worst": 0.1}, 0.5)
    assert found["b/0"].message == NOT_FINISHED
    assert NOT_FINISHED == (
        "The run was ended before it had finished this check, or is still going on. This is no "
        "fault of the hand-in and costs it nothing. If the run was ended, run the command again."
    )
    assert found["c/0"].message == "No."


def test_the_score_is_the_range_that_is_left_open():
    told = Run().after(passed("a/0")).score
    assert (told.awarded, told.lower, told.upper) == (Decimal("1.25"), Decimal("1.25"), 6.5)
    assert (told.possible, told.needs_review) == (Decimal("6.5"), True)


def test_the_report_says_how_far_the_run_had_come():
    run = Run()
    run.notes["layers.py, line 3: skipped."] = None
    run.after(passed("a/0"))
    assert run.after(passed("a/1")).handin.notes == (
        "This report is not finished: the run had finished 2 of 3 checks when it was written. If "
        "the run was ended, run the command again; if it is still going on, wait for its end.",
        "layers.py, line 3: skipped.",
    )


def test_after_the_last_check_only_the_end_of_the_run_is_missing():
    run = Run()
    wrong = CheckResult("b/0", "output", Outcome.FAILED, 0.0, "No.")
    results = [passed("a/0"), passed("a/1"), wrong]
    for result in results:
        report = run.after(result)
    skipped = CheckResult("c/0", "output", Outcome.NOT_RUN_HERE, 0.0, "No.")
    whole = run.tell(score(RUBRIC, [*results, skipped]), ISOLATED, {}, ())
    assert report.criteria == whole.criteria
    told, true = report.score, whole.score
    assert (told.awarded, told.lower, told.upper) == (true.awarded, true.lower, true.upper)
    assert (told.needs_review, true.needs_review, report.finished) == (True, False, False)


def test_only_the_criterion_of_the_check_is_told_anew():
    run = Run()
    first, second = run.after(passed("a/0")), run.after(passed("b/0"))
    same = [one is other for one, other in zip(first.criteria, second.criteria, strict=True)]
    assert same == [True, False, True]


def test_a_check_that_was_not_asked_is_no_reason_for_a_report():
    assert Run().after(CheckResult("c/0", "output", Outcome.NOT_RUN_HERE, 0.0, "No.")) is None


@pytest.mark.parametrize(("required", "told"), [(False, True), (True, False)])
def test_where_isolation_is_required_nothing_is_told_without_it(required, told):
    run = Run(required)
    run.trusts.append(NOT_ISOLATED)
    assert (run.after(passed("a/0")) is not None) is told


def test_isolation_that_cannot_be_told_yet_ends_nothing_and_loses_no_check():
    run = Run()
    run.trusts.append(WorkerDidNotStart("It was killed."))
    assert run.after(passed("a/0")) is None
    run.trusts.append(ISOLATED)
    found = checks(run.after(passed("a/1")))
    assert (found["a/0"].outcome, found["a/1"].outcome) == ("passed", "passed")


def test_workers_that_nobody_uses_yet_are_not_waited_for():
    def wait():
        raise AssertionError("waited for")

    run = Run()
    versions = run.services["torch"].versions
    run.services["torch"].versions = wait
    assert run.after(passed("a/0")).environment["torch"] == ""
    run.services["torch"].versions = versions
    run.sides.append("torch")
    assert run.after(passed("a/1")).environment["torch"] == "2.13"
