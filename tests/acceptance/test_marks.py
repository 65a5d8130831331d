"""Marks from the command line: given, killed, put into new reports, exchanged, and refused."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.report.signature import SignatureState, check_signature
from grader.report.storage import read_report_json
from tests.acceptance.conftest import ASSIGNMENT, HANDIN, PROJECT, Grader

RUBRIC = PROJECT / "rubrics" / ASSIGNMENT / "rubric.yaml"
KEY = "the secret of these tests"
WALL_S = 60.0

# One criterion that a check judges, two that people mark, of which one is bonus.
CRITERIA = """criteria:
  - id: affine
    title: Affine layer
    subject: layers.affine_forward
    points: 6
    checks:
      - kind: output
        inputs:
          x: {normal: {shape: [2, 3]}}
          w: {normal: {shape: [3, 5]}}
          b: {normal: {shape: [5]}}
  - id: proof
    title: The proof
    subject: report.proof
    points: 4
    checks:
      - kind: manual
        asks: Is the proof right?
        shows: {report: true, code: layers.affine_forward}
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
        asks: Does it say why?
        levels: [{credit: 1, description: It does.}, {credit: 0, description: It does not.}]
"""


@pytest.fixture
def rubric(tmp_path: Path) -> Path:
    head = RUBRIC.read_text(encoding="utf-8").partition("criteria:")[0]
    path = tmp_path / "rubric.yaml"
    path.write_text(f"maximum: 11\n{head}{CRITERIA}", encoding="utf-8")
    return path


class Course:
    """Grades and marks hand-ins with one rubric, into one folder."""

    def __init__(self, grader: Grader, rubric: Path, out: Path) -> None:
        self.rubric, self.out, self._grader = rubric, out, grader

    def grade(self, *handins: Path, code: int = 0, **variables: str) -> str:
        wanted = ("--rubric", self.rubric, "--out", self.out, "--sandbox", "auto")
        done = self._grader("grade", *handins, *wanted, **variables)
        assert done.returncode == code, done.stderr
        return done.stdout

    def mark(self, *arguments: str | Path, code: int = 0, **variables: str) -> str:
        done = self._grader("mark", "--rubric", self.rubric, *arguments, **variables)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return " ".join((done.stdout + done.stderr).split())

    def report(self, handin: str = "base") -> Any:
        return read_report_json(self.out / f"{handin}.json")

    def marks(self, handin: str = "base") -> Path:
        return self.out / f"{handin}.marks.yaml"


@pytest.fixture
def course(grader: Grader, rubric: Path, tmp_path: Path) -> Course:
    return Course(grader, rubric, tmp_path / "out")


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The same hand-in a day later."""
    folder = tmp_path / "later" / HANDIN.name
    shutil.copytree(HANDIN, folder)
    with (folder / "ece662" / "layers.py").open("a", encoding="utf-8") as file:
        file.write("\n# A remark that was not there before.\n")
    return folder


def points(report: Any) -> Mapping[str, float]:
    return {one["id"]: one["awarded"] for one in report["criteria"]}


def untimed(criterion: Any) -> Any:
    """A criterion of a report without the times that its checks took."""
    times = {"wall_s": 0, "cpu_s": 0}
    return {**criterion, "checks": [{**check, **times} for check in criterion["checks"]]}


def range_of(report: Any) -> tuple[float, float, float, float]:
    score = report["score"]
    return score["awarded"], score["lower"], score["upper"], score["possible"]


def test_what_people_mark_is_open_and_costs_nothing(course: Course) -> None:
    said = course.grade(HANDIN)
    assert "6 of 6 judged points · 4 more and 2 of bonus are marked by a person: 6–11 of 10" in said
    report = course.report()
    assert range_of(report) == (6, 6, 11, 10)
    assert report["score"]["needs_review"] is False
    (check,) = report["criteria"][1]["checks"]
    assert check["message"] == "A person marks this: Is the proof right? The hand-in has no PDF."
    (shown,) = check["evidence"]["shown"]
    assert shown["where"].startswith("layers.py, line ")
    assert "def affine_forward(x, w, b):" in shown["text"]


def test_a_student_sees_that_a_person_marks(grader: Grader, course: Course) -> None:
    done = grader("check", HANDIN, "--rubric", course.rubric)
    assert done.returncode == 0, done.stderr
    assert "○ marked by a person: proof, essay" in done.stdout


def test_marks_make_points_to_the_maximum(course: Course) -> None:
    course.grade(HANDIN)
    said = course.mark(course.out / "base.json", "--set", "proof=1", "--set", "essay=1")
    assert "11 of 10 points, 1 of them bonus (1 more would be above the maximum)" in said
    report = course.report()
    assert points(report) == {"affine": 6, "proof": 4, "essay": 2}
    assert range_of(report) == (11, 11, 11, 10)


def test_marks_survive_another_grading(course: Course) -> None:
    course.grade(HANDIN, GRADER_SECRET=KEY)
    course.mark(course.out / "base.json", "--set", "proof=2", "--by", "Kim", GRADER_SECRET=KEY)
    marked = course.report()
    kept = course.marks().read_bytes()
    course.grade(HANDIN, code=1, GRADER_SECRET=KEY)  # half of the proof is lost
    again = course.report()
    assert again["score"] == marked["score"]
    assert untimed(again["criteria"][1]) == untimed(marked["criteria"][1])
    assert again["handin"]["notes"] == marked["handin"]["notes"]
    assert again["handin"]["notes"][-1] == "Marks given by people: 1 of 2 criteria, by Kim."
    assert check_signature(again, KEY.encode()) is SignatureState.GENUINE
    assert course.marks().read_bytes() == kept


def test_marks_of_a_hand_in_that_changed_are_refused_until_accepted(
    course: Course, changed: Path
) -> None:
    course.grade(HANDIN)
    course.mark(course.out / "base.json", "--set", "proof=1")
    said = course.grade(changed, code=3)
    assert "needs a person" in said
    report = course.report()
    assert range_of(report) == (6, 6, 11, 10)
    assert "has changed since it was marked on" in report["handin"]["notes"][-1]
    told = course.mark(course.out / "base.json", "--apply", code=2)
    assert "`grader mark REPORT --accept-changed` keeps the marks that it has." in told
    course.mark(course.out / "base.json", "--apply", "--accept-changed")
    report = course.report()
    assert range_of(report) == (10, 10, 11, 10)
    assert report["score"]["needs_review"] is False
    assert not [note for note in report["handin"]["notes"] if "has changed" in note]
    course.grade(changed)


def test_a_file_of_marks_that_is_damaged_stops_no_grading(course: Course) -> None:
    course.grade(HANDIN)
    course.marks().write_text("marks: [", encoding="utf-8")
    course.grade(HANDIN, code=3)
    report = course.report()
    assert range_of(report) == (6, 6, 11, 10)
    assert "cannot be read; they are YAML" in report["handin"]["notes"][-1]


@pytest.mark.skipif(sys.platform == "win32", reason="a kill there is not a signal")
def test_a_marking_that_is_killed_keeps_every_mark_that_was_given(course: Course) -> None:
    course.grade(HANDIN)
    before = course.report()
    run = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "grader",
            "mark",
            "--rubric",
            course.rubric,
            course.out / "base.json",
        ],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert run.stdin is not None
        run.stdin.write(b"2\nA comment.\n")
        run.stdin.flush()
        end_s = time.monotonic() + WALL_S
        while not course.marks().exists() and run.poll() is None and time.monotonic() < end_s:
            time.sleep(0.01)
        run.kill()
        assert run.wait(WALL_S) == -signal.SIGKILL
    finally:
        run.kill()
        run.communicate()
    assert course.report() == before
    assert "A comment." in course.marks().read_text(encoding="utf-8")
    names = [path.name for path in course.out.iterdir() if path.suffix != ".tmp"]
    assert sorted(names) == ["base.json", "base.marks.yaml"]
    course.mark(course.out / "base.json", "--apply")
    assert points(course.report()) == {"affine": 6, "proof": 2, "essay": 0}


def test_a_class_is_marked_in_a_spreadsheet(course: Course, changed: Path, tmp_path: Path) -> None:
    other = changed.rename(tmp_path / "=cmd()")
    course.grade(HANDIN, other)
    reports = sorted(course.out.glob("*.json"))
    table = tmp_path / "open.csv"
    assert "wrote 4 open marks" in course.mark(*reports, "--csv", table)
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["handin"] for row in rows} == {"base", "'=cmd()"}
    credits = {"proof": "0,5", "essay": "1"}
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        for row in rows:
            credit = credits[row["criterion"]] if row["handin"] != "base" else ""
            writer.writerow({**row, "credit": credit, "by": "Kim"})
    assert "took 2 marks" in course.mark(*reports, "--from-csv", table)
    (marked,) = (path for path in reports if path.name != "base.json")
    assert range_of(read_report_json(marked)) == (10, 10, 10, 10)
    assert range_of(course.report()) == (6, 6, 11, 10)


def test_a_table_of_reports_says_how_much_is_judged(grader: Grader, course: Course) -> None:
    course.grade(HANDIN)
    course.mark(course.out / "base.json", "--set", "essay=1")
    done = grader("export", course.out / "base.json", "--format", "json")
    (row,) = json.loads(done.stdout)
    wanted = ("awarded", "bonus", "possible", "judged", "lower", "upper")
    assert {key: row[key] for key in wanted} == {
        "awarded": 8,
        "bonus": 2,
        "possible": 10,
        "judged": 6,
        "lower": 8,
        "upper": 11,
    }


def test_a_report_of_other_points_is_not_marked(course: Course) -> None:
    course.grade(HANDIN)
    text = course.rubric.read_text(encoding="utf-8")
    course.rubric.write_text(text.replace("points: 4", "points: 3"), encoding="utf-8")
    told = course.mark(course.out / "base.json", "--set", "proof=1", code=2)
    assert (
        "The report of base was made with another rubric: the criterion 'proof' has 4 points there "
        "and 3 points in the rubric. Grade the hand-in again."
    ) in told


def test_a_rubric_says_its_bonus_and_its_maximum(grader: Grader, course: Course) -> None:
    done = grader("rubric", "validate", course.rubric)
    assert "10 points (10 visible) and 2 bonus, at most 11 · 3 criteria" in done.stdout
    assert "2 bonus" in grader("rubric", "show", course.rubric).stdout


# A question of the answer sheet, beside one that is judged without it.
QUESTION = """  - id: sizes
    title: The size of the output
    subject: answers
    points: 4
    checks:
      - {kind: answer, name: size, answer: task1, form: shape, expected: 3 x 5, weight: 3}
      - {kind: files, name: data, forbidden: ['*.npz']}
"""


@pytest.fixture
def sheet(course: Course) -> Course:
    """A course with an answer sheet, which the hand-in does not have."""
    text = course.rubric.read_text(encoding="utf-8").removeprefix("maximum: 11\n")
    text = text.replace("handin:\n", "handin:\n  answers: [answers.yaml]\n", 1)
    course.rubric.write_text(text + QUESTION, encoding="utf-8")
    return course


def test_what_a_check_left_to_a_person_is_marked_and_the_rest_stays(
    sheet: Course, tmp_path: Path
) -> None:
    sheet.grade(HANDIN)
    before = sheet.report()
    assert (before["criteria"][3]["lower"], before["criteria"][3]["upper"]) == (1, 4)
    table = tmp_path / "open.csv"
    assert "wrote 3 open marks" in sheet.mark(sheet.out / "base.json", "--csv", table)
    said = sheet.mark(sheet.out / "base.json", "--set", "sizes=half", "--by", "Kim")
    assert "8.5 of 10 judged points" in said
    marked = sheet.report()
    assert marked["criteria"][3]["awarded"] == marked["criteria"][3]["upper"] == 2.5
    assert marked["criteria"][3]["checks"][1] == before["criteria"][3]["checks"][1]
    assert marked["handin"]["notes"][-1] == "Marks given by people: 1 of 3 criteria, by Kim."
    sheet.grade(HANDIN, code=1)
    assert untimed(sheet.report()["criteria"][3]) == untimed(marked["criteria"][3])
    told = sheet.mark(sheet.out / "base.json", "--set", "affine=1", code=2)
    assert "affine cannot be marked: none of its checks is open" in told


def test_a_mark_for_what_was_judged_since_is_left_out(sheet: Course, changed: Path) -> None:
    sheet.grade(HANDIN)
    sheet.mark(sheet.out / "base.json", "--set", "sizes=none", "--set", "proof=1", "--by", "Kim")
    (changed / "answers.yaml").write_text("task1: 3 x 5\n", encoding="utf-8")
    sheet.grade(changed, code=3)
    sheet.mark(sheet.out / "base.json", "--apply", "--accept-changed")
    assert points(sheet.report()) == {"affine": 6, "proof": 4, "essay": 0, "sizes": 4}
    assert sheet.report()["handin"]["notes"][-1] == (
        "Marks given by people: 1 of 2 criteria, by Kim. The mark for sizes was left out: no check "
        "there is open to a mark."
    )
    assert 'level: "none"' in sheet.marks().read_text(encoding="utf-8")
