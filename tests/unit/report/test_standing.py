"""What keeps a report's points from being a grade is said, the weightiest first."""

from __future__ import annotations

from dataclasses import replace

from grader.report.standing import (
    NOT_ISOLATED,
    PRACTICE,
    REVIEW,
    UNFINISHED,
    UNSIGNED,
    caveats,
    why_provisional,
)
from tests.formats.reports import OPEN, mixed, passing, unfinished


def test_a_signed_report_of_an_isolated_hand_in_has_no_caveat() -> None:
    assert caveats(passing()) == ()
    assert why_provisional(passing()) == ""


def test_every_caveat_is_said() -> None:
    assert caveats(unfinished()) == (UNFINISHED, NOT_ISOLATED, UNSIGNED)
    assert caveats(mixed()) == (REVIEW,)
    assert caveats(replace(passing(), mode="check", trust=OPEN, signature="")) == (PRACTICE,)


def test_a_missing_signature_alone_leaves_a_grade_a_grade() -> None:
    assert why_provisional(replace(passing(), signature="")) == ""
