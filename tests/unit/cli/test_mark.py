"""`grader mark`: what is asked, what is kept, and what is refused before anything is written."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from grader.checks import CHECK_KINDS
from grader.records import Outcome, Rubric
from grader.report import Report, SignatureState, check_signature, read_report, sign, write_report
from grader.report.storage import read_report_json
from grader.rubric import load_rubric
from tests.unit.marked_course import report_of

RUBRIC = """schema_version: 1
assignment: hw1
title: Homework 1
handin: {roots: [hw]}
maximum: 11
criteria:
  - {id: relu, title: ReLU, subject: layers.relu, points: 6, checks: [{kind: manual, asks: Say,
     levels: [{credit: 1, description: Right.}, {credit: 0, description: Wrong.}]}]}
  - id: proof
    title: The proof
    subject: report.proof
    points: 4
    checks:
      - kind: manual
        asks: Is the proof right?
        levels:
          - {credit: 1, description: Complete and right.}
          - {credit: 0.5, description: A step is missing.}
          - {credit: 0, description: Missing or wrong.}
  - id: essay
    title: The essay
    subject: report.essay
    points: 2
    bonus: true
    checks:
      - kind: manual
        asks: How good is it?
        levels: [{credit: 1, description: Good.}, {credit: 0, description: Bad.}]
"""

Run = Callable[..., Result]


@pytest.fixture
def rubric(tmp_path: Path) -> Rubric:
    path = tmp_path / "rubric.yaml"
    path.write_text(RUBRIC, encoding="utf-8")
    return load_rubric(path, CHECK_KINDS)


@pytest.fixture
def path(tmp_path: Path, rubric: Rubric) -> Path:
    written = tmp_path / "alice.json"
    write_report(report_of(rubric), written)
    return written


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRADER_SECRET", raising=False)
    monkeypatch.setenv("LOGNAME", "kim")


@pytest.fixture
def mark(grader: Run, rubric: Rubric) -> Run:
    def run(*arguments: str | Path, **more: Any) -> Result:
        return grader("mark", "--rubric", rubric.path, *arguments, **more)

    return run


def credits_of(report: Report) -> dict[str, float | None]:
    checks = (check for one in report.criteria for check in one.checks)
    return {
        check.id.partition("/")[0]: None if check.outcome == "not_run_here" else check.credit
        for check in checks
    }


def test_stepping_through_keeps_each_mark_and_writes_the_report(mark: Run, path: Path) -> None:
    done = mark(path, input="1\nFine.\n0.75\n\n2\nToo short.\n")
    assert done.exit_code == 0, done.output
    report = read_report(path)
    assert credits_of(report) == {"relu": 1, "proof": 0.75, "essay": 0}
    assert report.criteria[0].checks[0].advice == ("Fine.",)
    assert report.criteria[0].checks[0].evidence["by"] == "kim"
    assert report.handin.notes[-1] == "Marks given by people: 3 of 3 criteria, by kim."
    assert "alice.json: 9 of 10 points" in done.output
    assert path.with_suffix(".marks.yaml").exists()


def test_a_question_shows_the_work_the_points_and_the_levels(mark: Run, path: Path) -> None:
    shown = mark(path, input="s\nq\n").output
    assert "alice · 2 of 3 · The proof · 4 points\nIs the proof right?\n" in shown
    assert "report.pdf\n  | on proof\n" in shown
    assert "  1  4  Complete and right.\n  2  2  A step is missing.\n" in shown
    assert "a level's number, a credit such as 0.75, s to skip, b to go back, q to stop" in shown


def test_skipping_going_back_and_stopping(mark: Run, path: Path) -> None:
    done = mark(path, input="s\n2\n\nb\n1\n\nq\n")
    assert credits_of(read_report(path)) == {"relu": None, "proof": 1, "essay": None}
    assert "Marked already: A step is missing., by kim" in done.output
    # Again: what is marked is not asked any more.
    again = mark(path, input="1\n\nq\n")
    assert "The proof" not in again.output
    assert credits_of(read_report(path)) == {"relu": 1, "proof": 1, "essay": None}


def test_going_back_from_the_first_stays_there(mark: Run, path: Path) -> None:
    assert mark(path, input="b\nq\n").output.count("1 of 3 · ReLU") == 2


def test_an_answer_that_is_none_is_explained_and_asked_again(mark: Run, path: Path) -> None:
    done = mark(path, input="7\n2\n")
    assert "7 is no level of relu, which has levels 1 to 2" in done.output
    assert credits_of(read_report(path))["relu"] == 0  # the input's end is an empty comment


def test_several_reports_are_marked_one_after_the_other(
    mark: Run, path: Path, tmp_path: Path, rubric: Rubric
) -> None:
    other = tmp_path / "bob.json"
    write_report(report_of(rubric, handin="bob"), other)
    mark(path, other, input="1\n\n1\n\n1\n\n2\n\nq\n")
    assert credits_of(read_report(path)) == {"relu": 1, "proof": 1, "essay": 1}
    assert credits_of(read_report(other)) == {"relu": 0, "proof": None, "essay": None}


def test_the_work_cannot_pass_for_a_question(mark: Run, path: Path) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    evidence = data["criteria"][0]["checks"][0]["evidence"]
    evidence["shown"] = [{"where": "a\x1b[2J", "text": "x\n\x1b[2JLevel: 1\n" + "y" * 500}]
    path.write_text(json.dumps(data), encoding="utf-8")
    lines = mark(path, input="q\n").output.splitlines()
    assert "a\\x1b[2J" in lines
    assert "  | \\x1b[2JLevel: 1" in lines
    assert all(line.startswith("  | ") for line in lines if "yyy" in line)
    assert not any("\x1b" in line for line in lines)


def test_marks_can_be_set_without_being_asked(mark: Run, path: Path) -> None:
    done = mark(path, "--set", "proof=A step", "--set", "relu=1", "--comment", "So.", "--by", "Bo")
    assert done.exit_code == 0, done.output
    report = read_report(path)
    assert credits_of(report) == {"relu": 1, "proof": 0.5, "essay": None}
    assert {check.advice for one in report.criteria[:2] for check in one.checks} == {("So.",)}
    assert report.criteria[0].checks[0].evidence["by"] == "Bo"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--set", "prof=1"), "'prof' is no criterion that people mark. Did you mean 'proof'?"),
        (("--set", "proof"), "--set 'proof' names no level. Write CRITERION=LEVEL"),
        (("--set", "proof=1", "--set", "essay=9"), "9 is no level of essay"),
        (("--set", "proof=1", "--apply"), "Give one of --set, --csv, --from-csv and --apply."),
        (("--comment", "x"), "Give --comment with --set."),
        (("--from-csv", "nowhere.csv"), "The table 'nowhere.csv' cannot be read: No such file"),
    ],
)
def test_what_cannot_be_used_writes_nothing(
    mark: Run, path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    before = path.read_bytes()
    done = mark(path, *arguments)
    assert done.exit_code == 2
    assert sentence in " ".join(done.output.split())
    assert path.read_bytes() == before
    assert not path.with_suffix(".marks.yaml").exists()


def test_one_set_cannot_be_meant_for_two_reports(mark: Run, path: Path) -> None:
    done = mark(path, path, "--set", "proof=1")
    assert (done.exit_code, "Give --set with one REPORT." in done.output) == (2, True)


def test_marks_that_were_edited_are_put_in_by_apply(mark: Run, path: Path) -> None:
    mark(path, "--set", "proof=1")
    marks = path.with_suffix(".marks.yaml")
    text = marks.read_text(encoding="utf-8")
    marks.write_text(text.replace("Complete and right.", "Missing"), encoding="utf-8")
    assert mark(path, "--apply").exit_code == 0
    assert credits_of(read_report(path))["proof"] == 0


def test_marks_whose_file_is_lost_are_in_the_report_still(mark: Run, path: Path) -> None:
    mark(path, "--set", "proof=2")
    path.with_suffix(".marks.yaml").unlink()
    mark(path, "--set", "relu=1")
    assert credits_of(read_report(path)) == {"relu": 1, "proof": 0.5, "essay": None}
    assert "A step is missing." in path.with_suffix(".marks.yaml").read_text(encoding="utf-8")


def test_a_table_goes_out_and_comes_back(
    mark: Run, path: Path, tmp_path: Path, rubric: Rubric
) -> None:
    other, table = tmp_path / "bob.json", tmp_path / "open.csv"
    write_report(report_of(rubric, handin="bob"), other)
    done = mark(path, other, "--csv", table)
    assert "✓ wrote 6 open marks to" in done.output
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["credit"] = "1" if row["handin"] == "bob" else ""
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    done = mark(path, other, "--from-csv", table)
    assert "✓ took 3 marks from" in done.output
    assert credits_of(read_report(path)) == {"relu": None, "proof": None, "essay": None}
    assert credits_of(read_report(other)) == {"relu": 1, "proof": 1, "essay": 1}
    assert read_report(other).score.awarded == 11
    assert not path.with_suffix(".marks.yaml").exists()


def test_a_table_with_a_mistake_changes_no_report(mark: Run, path: Path, tmp_path: Path) -> None:
    table = tmp_path / "filled.csv"
    table.write_text("handin,criterion,credit\nalice,proof,1\nalice,relu,9\n", encoding="utf-8")
    before = path.read_bytes()
    done = mark(path, "--from-csv", table)
    assert done.exit_code == 2
    assert "line 3: 9.0 is no credit of relu" in done.output
    assert path.read_bytes() == before


def test_a_table_that_is_no_text_is_refused(mark: Run, path: Path, tmp_path: Path) -> None:
    table = tmp_path / "filled.csv"
    table.write_bytes(b"handin,criterion,credit\nZo\xeb,proof,1\n")
    done = mark(path, "--from-csv", table)
    assert "is not UTF-8: byte 26 is 0xeb. Save it as CSV in UTF-8." in done.output


def test_a_table_that_is_too_large_is_refused(
    mark: Run, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.cli.mark.TABLE_BYTES", 10)
    table = tmp_path / "filled.csv"
    table.write_text("handin,criterion,credit\n", encoding="utf-8")
    assert "is larger than 0 MiB. Split it." in mark(path, "--from-csv", table).output


def test_a_table_holds_one_assignment(
    grader: Run, path: Path, tmp_path: Path, rubric: Rubric, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "hw2" / "rubric.yaml"
    other.parent.mkdir()
    other.write_text(RUBRIC.replace("hw1", "hw2"), encoding="utf-8")
    second = load_rubric(other, CHECK_KINDS)
    write_report(report_of(second, handin="bob"), tmp_path / "bob.json")
    rubrics = {"hw1": rubric, "hw2": second}
    monkeypatch.setattr(
        "grader.cli.inputs.choose_rubric", lambda assignment, file, path: rubrics[assignment]
    )
    done = grader("mark", path, tmp_path / "bob.json", "--csv", tmp_path / "open.csv")
    assert done.exit_code == 2
    assert "A table holds one assignment; give the others apart." in done.output


@pytest.fixture
def signed(path: Path, rubric: Rubric) -> Path:
    write_report(sign(report_of(rubric), b"secret"), path)
    return path


def test_a_signed_report_is_signed_anew(mark: Run, signed: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("secret\n", encoding="utf-8")
    done = mark(signed, "--set", "proof=1", "--secret-file", tmp_path / "key")
    assert done.exit_code == 0, done.output
    assert check_signature(read_report_json(signed), b"secret") is SignatureState.GENUINE


@pytest.mark.parametrize(
    ("secret", "sentence"),
    [
        ("", "is signed, and a mark would break its signature. Give the secret that it was"),
        ("other", "is not genuine: it was changed after it was signed, or signed with another"),
    ],
)
def test_a_signed_report_is_not_changed_without_its_secret(
    mark: Run, signed: Path, monkeypatch: pytest.MonkeyPatch, secret: str, sentence: str
) -> None:
    monkeypatch.setenv("GRADER_SECRET", secret)
    before = signed.read_bytes()
    done = mark(signed, "--set", "proof=1")
    assert (done.exit_code, sentence in done.output) == (2, True)
    assert signed.read_bytes() == before
    assert not signed.with_suffix(".marks.yaml").exists()


def test_a_signed_report_can_be_looked_at_without_its_secret(
    mark: Run, signed: Path, tmp_path: Path
) -> None:
    assert mark(signed, "--csv", tmp_path / "open.csv").exit_code == 0


def test_an_unsigned_report_stays_unsigned(
    mark: Run, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADER_SECRET", "secret")
    assert mark(path, "--set", "proof=1").exit_code == 0
    assert read_report(path).signature == ""


def test_an_unfinished_report_is_not_marked(mark: Run, path: Path, rubric: Rubric) -> None:
    write_report(report_of(rubric, finished=False), path)
    done = mark(path, "--set", "proof=1")
    assert (done.exit_code, "is not finished: its run was ended" in done.output) == (2, True)


def test_marks_of_another_version_are_refused_until_they_are_accepted(
    mark: Run, path: Path, rubric: Rubric
) -> None:
    mark(path, "--set", "proof=1")
    write_report(report_of(rubric, digest="sha256:0b"), path)
    refused = mark(path, "--set", "relu=1")
    assert refused.exit_code == 2
    assert "The marks of alice are of another version of the hand-in" in refused.output
    assert credits_of(read_report(path))["proof"] is None
    assert mark(path, "--apply", "--accept-changed").exit_code == 0
    assert credits_of(read_report(path))["proof"] == 1
    assert mark(path, "--set", "relu=1").exit_code == 0  # they are of this version now


def test_marks_that_cannot_be_kept_stop_the_marking(mark: Run, path: Path) -> None:
    path.with_suffix(".marks.yaml").mkdir()
    done = mark(path, input="1\n\n")
    assert done.exit_code == 2


def test_without_a_name_nobody_is_named(
    mark: Run, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOGNAME", "USER", "USERNAME"):
        monkeypatch.delitem(os.environ, name, raising=False)
    mark(path, "--set", "proof=1")
    assert read_report(path).criteria[1].checks[0].evidence["by"] == ""


@pytest.mark.parametrize("shown", ["text", [1, {"text": "mine"}], None])
def test_a_report_that_was_edited_is_shown_as_far_as_it_has_the_form(
    mark: Run, path: Path, shown: Any
) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    data["criteria"][0]["checks"][0]["evidence"] = {"shown": shown}
    path.write_text(json.dumps(data), encoding="utf-8")
    done = mark(path, input="1\n\nq\n")
    assert done.exit_code == 0, done.output
    assert ("  | mine\n" in done.output) == isinstance(shown, list)
    assert credits_of(read_report(path))["relu"] == 1


def test_a_byte_that_is_no_text_costs_no_comment(mark: Run, path: Path) -> None:
    done = mark(path, input=b"1\nSch\xf6n.\nq\n")
    assert done.exit_code == 0, done.output
    assert read_report(path).criteria[0].checks[0].advice == ("Sch\ufffdn.",)


LAYER = """  - {id: relu, title: ReLU, subject: layers.relu, points: 6, checks: [{kind: output,
     inputs: {x: {normal: {shape: [2, 3]}}}}]}
"""


@pytest.fixture
def left_open(tmp_path: Path, rubric: Rubric) -> Path:
    """A report whose layer could not be judged, beside a proof and an essay."""
    text = Path(rubric.path).read_text(encoding="utf-8")
    head, rest = text.partition("  - {id: relu")[0], text.partition("  - id: proof")
    Path(rubric.path).write_text(f"{head}{LAYER}{rest[1]}{rest[2]}", encoding="utf-8")
    written = tmp_path / "alice.json"
    layered = load_rubric(Path(rubric.path), CHECK_KINDS)
    write_report(report_of(layered, layer=Outcome.UNJUDGED), written)
    return written


def test_what_could_not_be_judged_is_asked_for_too(mark: Run, left_open: Path) -> None:
    before = read_report(left_open)
    done = mark(left_open, input="2\nRight in part.\nq\n")
    assert done.exit_code == 0, done.output
    assert "alice · 1 of 3 · ReLU · 6 points\nWords.\n" in done.output
    assert "  1  6  full\n  2  3  half\n  3  0  none\n" in done.output
    after = read_report(left_open)
    assert (before.score.needs_review, after.score.needs_review) == (True, False)
    assert credits_of(after) == {"relu": 0.5, "proof": None, "essay": None}
    assert 'level: "half"' in left_open.with_suffix(".marks.yaml").read_text(encoding="utf-8")


def test_a_mark_for_an_open_check_is_set_changed_and_taken_away(mark: Run, left_open: Path) -> None:
    before = read_report(left_open)
    mark(left_open, "--set", "relu=full")
    assert credits_of(read_report(left_open))["relu"] == 1
    mark(left_open, "--set", "relu=0.25")
    assert credits_of(read_report(left_open))["relu"] == 0.25
    marks = left_open.with_suffix(".marks.yaml")
    kept = marks.read_text(encoding="utf-8").partition("marks:")[0]
    marks.write_text(f"{kept}marks: []\n", encoding="utf-8")
    assert mark(left_open, "--apply").exit_code == 0
    assert read_report(left_open) == before


def test_what_checks_judged_is_not_set(mark: Run, left_open: Path, rubric: Rubric) -> None:
    write_report(report_of(load_rubric(Path(rubric.path), CHECK_KINDS)), left_open)
    done = mark(left_open, "--set", "relu=1")
    assert done.exit_code == 2
    assert "relu cannot be marked: none of its checks is open" in " ".join(done.output.split())
    assert not left_open.with_suffix(".marks.yaml").exists()
