"""GitHub is shown where a fault is, and nothing that a hand-in said is a command to it."""

from __future__ import annotations

import json

import pytest

from grader.records import Outcome
from grader.report.github import LOST_AT_MOST, classroom_result, command, workflow_commands
from grader.report.places import Place, place_in
from tests.formats.reports import check, criterion, mixed, passing, report, unfinished


def test_what_would_end_a_part_of_a_command_is_escaped() -> None:
    assert command("error", "50 %\r\n::x", file="a,b:c\n.py") == (
        "::error file=a%2Cb%3Ac%0A.py::50 %25%0D%0A::x"
    )
    assert command("notice", "") == "::notice::"


@pytest.mark.parametrize(
    ("message", "place"),
    [
        ("f raised E: 'x' (layers.py, line 8 in f) (as in).", Place("layers.py", 8)),
        ("f raised E: 'at evil.py, line 1'.", None),
        ('f raised E: "at evil.py, line 1" (sub/a_b.py, line 2).', Place("sub/a_b.py", 2)),
        ("f raised E (hw.ipynb, cell 3, line 4).", None),
        ("f raised E (/etc/x.py, line 4).", None),
        ("f raised E (../x.py, line 4).", None),
        ("f raised E ('my file.py', line 4).", None),
        ("", None),
    ],
)
def test_a_place_is_one_that_the_grader_named(message: str, place: Place | None) -> None:
    assert place_in(message) == place


def test_a_place_lies_below_the_hand_ins_folder() -> None:
    assert "::error file=hw/one/layers.py,line=12,title=" in workflow_commands(mixed(), "hw/one")
    (test,) = [
        one
        for one in json.loads(classroom_result(mixed(), "hw/one"))["tests"]
        if one["task_id"] == "batchnorm"
    ]
    assert (test["filename"], test["line_no"]) == ("hw/one/layers.py", 12)


def test_the_score_comes_first_and_only_so_many_faults_after_it() -> None:
    failed = [
        criterion(f"c{at}", "1", "0", check(f"c{at}/b", Outcome.FAILED, "No."))
        for at in range(LOST_AT_MOST + 5)
    ]
    lines = workflow_commands(report(*failed)).splitlines()
    assert lines[0] == ('::notice title=Autograding report::{"totalPoints": 0, "maxPoints": 15}')
    assert lines[1] == "::notice title=Score::0 of 15 points"
    assert [line.startswith("::error title=C") for line in lines[2:]] == [True] * LOST_AT_MOST


def test_full_credit_is_a_score_and_no_error() -> None:
    assert "error" not in workflow_commands(passing())
    assert json.loads(classroom_result(passing()))["status"] == "pass"


def test_what_needs_a_person_is_an_error_of_the_graders() -> None:
    assert json.loads(classroom_result(unfinished()))["status"] == "error"
    assert "::warning title=Grader::Not finished: " in workflow_commands(unfinished())
    lost = report(criterion("a", "1", "0", check("a/b", Outcome.FAILED, "No.")))
    assert json.loads(classroom_result(lost))["status"] == "fail"
    tests = {one["task_id"]: one for one in json.loads(classroom_result(mixed()))["tests"]}
    assert tests["gpu"]["status"] == "error"
    assert tests["essay"]["message"] == "Not judged: 0–3 of 3 points so far."
