"""Fixed reports that every format is written of; `said` stands wherever a hand-in's words can."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from grader.records import Outcome, Trust, Visibility
from grader.report.model import (
    ENVIRONMENT,
    Report,
    ReportedCheck,
    ReportedCriterion,
    ReportedHandIn,
    ReportedScore,
)

ISOLATED = Trust("B", True, ("landlock", "seccomp"))
OPEN = Trust("C", False, (), ("namespaces",))


def check(
    name: str,
    outcome: Outcome = Outcome.PASSED,
    message: str = "",
    *,
    kind: str = "output",
    credit: float | None = None,
    visibility: Visibility = Visibility.VISIBLE,
    hint: str = "",
    advice: tuple[str, ...] = (),
) -> ReportedCheck:
    earned = {Outcome.PASSED: 1.0, Outcome.PARTIAL: 0.5}.get(outcome, 0.0)
    given = earned if credit is None else credit
    return ReportedCheck(
        name, kind, outcome, given, visibility, message, hint, advice, {"seed": 7}, 0.25, 0.2
    )


def criterion(
    name: str,
    points: str,
    awarded: str,
    *checks: ReportedCheck,
    upper: str = "",
    bonus: bool = False,
) -> ReportedCriterion:
    order = (Outcome.UNJUDGED, Outcome.TIMED_OUT, Outcome.ERRORED, Outcome.FAILED)
    order += (Outcome.PARTIAL, Outcome.SKIPPED, Outcome.NOT_RUN_HERE, Outcome.PASSED)
    seen = {one.visibility for one in checks}
    lower = Decimal(awarded)
    return ReportedCriterion(
        name,
        name.replace("_", " ").capitalize(),
        f"layers.{name}",
        Decimal(points),
        bonus,
        lower,
        lower,
        Decimal(upper or awarded),
        next(one for one in order if any(found.outcome is one for found in checks)),
        next(iter(seen)) if len(seen) == 1 else Visibility.VISIBLE,
        checks,
    )


def report(
    *criteria: ReportedCriterion,
    handin: str = "alice",
    mode: str = "grade",
    finished: bool = True,
    trust: Trust = ISOLATED,
    notes: tuple[str, ...] = (),
    signature: str = "hmac-sha256:" + "0" * 64,
) -> Report:
    lower = sum((one.lower for one in criteria), Decimal(0))
    upper = sum((one.upper for one in criteria), Decimal(0))
    possible = sum((one.points for one in criteria if not one.bonus), Decimal(0))
    unjudged = any(one.outcome is Outcome.UNJUDGED for one in criteria)
    review = unjudged or not finished
    known = {"grader": "0.1.0", "rubric_digest": "sha256:aa", "python": "3.11.7", "device": "cpu"}
    return Report(
        schema_version=4,
        assignment="hw1",
        mode="check" if mode == "check" else "grade",
        finished=finished,
        handin=ReportedHandIn(handin, "sha256:bb", "folder", notes),
        score=ReportedScore(lower, possible, None, lower, upper, review),
        criteria=criteria,
        trust=trust,
        environment={key: known.get(key, "") for key in ENVIRONMENT},
        started="2026-01-02T03:04:05+00:00",
        wall_s=2.125,
        signature=signature,
    )


def passing() -> Report:
    """Everything was judged and is right."""
    return report(
        criterion("affine", "4", "4", check("affine/output")),
        criterion("relu", "6", "6", check("relu/output"), check("relu/gradient")),
    )


def mixed(said: str = "it is wrong") -> Report:
    """Something of every outcome and visibility; wherever a hand-in can speak it says `said`."""
    hidden, due = Visibility.HIDDEN, Visibility.AFTER_DUE
    lost = f"layers.f raised ValueError: {said}\n{said} (layers.py, line 12 in f)."
    return report(
        criterion("affine", "4", "4", check("affine/output", advice=(f"Slow: {said}",))),
        criterion(
            "batchnorm",
            "4",
            "3",
            check("batchnorm/notebook", Outcome.PARTIAL, lost, hint=f"Look at {said}."),
            check("batchnorm/large_numbers", visibility=hidden),
        ),
        criterion(
            "dropout",
            "3",
            "1",
            check("dropout/output"),
            check("dropout/late", Outcome.FAILED, f"late {said}", visibility=due, hint=said),
            check("dropout/secret", Outcome.ERRORED, f"secret {said}", visibility=hidden),
        ),
        criterion("adam", "2", "0", check("adam/step", Outcome.TIMED_OUT, said, visibility=hidden)),
        criterion("pool", "2", "0", check("pool/output", Outcome.SKIPPED, f"needs {said}")),
        criterion(
            "essay",
            "3",
            "0",
            check("essay/manual", Outcome.NOT_RUN_HERE, "How good is it?", kind="manual"),
            upper="3",
        ),
        criterion("gpu", "2", "0", check("gpu/output", Outcome.UNJUDGED, said), upper="2"),
        criterion("extra", "1", "0", check("extra/output", Outcome.FAILED, said), bonus=True),
        handin=said,
        notes=(f"Note: {said}",),
    )


def unfinished() -> Report:
    """A practice run on a machine without isolation that was ended after its first check."""
    made = report(
        criterion("affine", "4", "4", check("affine/output")),
        criterion("relu", "6", "0", check("relu/output", Outcome.UNJUDGED, "Ended."), upper="6"),
        finished=False,
        trust=OPEN,
        signature="",
    )
    return replace(made, handin=replace(made.handin, id="bob"))
