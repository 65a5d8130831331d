"""`grader export`: says of each report whether it is genuine, and puts the good ones in a table."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import Result

from grader.cli import cli
from grader.cli.export import SENTENCES, UNFINISHED
from grader.report.signature import SignatureState

Run = Callable[..., Result]


@pytest.fixture
def out(grader: Run, stages: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that holds the signed reports of Alice and Bob; it is the current one."""
    folder = tmp_path / "out"
    given = ("alice", "bob", "--assignment", "hw1", "--out", folder)
    assert grader("grade", *given, env={"GRADER_SECRET": "s3cret"}).exit_code == 0
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def export(grader: Run) -> Run:
    def run(*arguments: str | Path, key: str = "s3cret") -> Result:
        return grader("export", *arguments, env={"GRADER_SECRET": key})

    return run


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1))


def handins(table: str) -> list[str]:
    return [row["handin"] for row in csv.DictReader(io.StringIO(table))]


def test_every_state_of_a_signature_has_its_sentence() -> None:
    assert set(SENTENCES) == set(SignatureState)


def test_genuine_reports_are_told_and_nothing_is_written(out: Path, export: Run) -> None:
    result = export("alice.json", "bob.json", "--verify")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout == (
        "✓ alice.json: Genuine: it is as `grader grade` wrote it with this secret.\n"
        "✓ bob.json: Genuine: it is as `grader grade` wrote it with this secret.\n"
    )
    assert sorted(os.listdir(out)) == ["alice.json", "bob.json"]


def test_a_changed_report_needs_a_person_and_is_left_out(out: Path, export: Run) -> None:
    change(out / "bob.json", '"awarded": 10.5', '"awarded": 99.5')
    result = export("bob.json", "alice.json", "--verify", "--format", "csv")
    assert result.exit_code == 3
    assert handins(result.stdout) == ["alice"]
    assert "99.5" not in result.stdout
    assert result.stderr == (
        "✗ bob.json: Not genuine: it was changed after it was written, or it was signed with "
        "another secret; the two cannot be told apart. Grade the hand-in again if this is the "
        "right secret.\n"
        "✓ alice.json: Genuine: it is as `grader grade` wrote it with this secret.\n"
    )


def test_another_secret_fits_no_report(out: Path, export: Run) -> None:
    result = export("alice.json", "--verify", "--out", "all.csv", key="other")
    assert result.exit_code == 3
    assert "✗ alice.json: Not genuine: " in result.stdout
    assert result.stderr == "No report could be used, so nothing was written.\n"
    assert not (out / "all.csv").exists()


def test_an_unsigned_report_does_not_verify(
    grader: Run, out: Path, export: Run, stages: Any
) -> None:
    grader("grade", "carol", "--assignment", "hw1", "--out", out)
    result = export("carol.json", "alice.json", "--verify")
    assert result.exit_code == 3
    assert result.stdout.startswith(
        "✗ carol.json: Not signed: it was written without a secret, so nothing tells whether it "
        "was changed. Grade the hand-in again with GRADER_SECRET or --secret-file.\n✓ alice.json"
    )
    change(out / "alice.json", '"signature": "hmac', '"signature": "", "s": "hmac')
    assert export("alice.json", "--verify").exit_code == 2  # a key that no report has


def test_what_is_no_report_is_told_and_does_not_stop_the_others(out: Path, export: Run) -> None:
    (out / "x\x1b[2J.json").write_text("[]")
    result = export("x\x1b[2J.json", "none.json", "alice.json", "--format", "csv")
    assert result.exit_code == 2
    assert handins(result.stdout) == ["alice"]
    first, second = result.stderr.splitlines()
    assert first.startswith(r"'x\x1b[2J.json' is not a report: at $, [] is not of type 'object'.")
    assert second.startswith("The report 'none.json' cannot be read: No such file or directory.")


def test_of_several_faults_the_largest_code_counts(out: Path, export: Run) -> None:
    change(out / "bob.json", '"hw1"', '"hw2"')
    assert export("none.json", "bob.json", "alice.json", "--verify").exit_code == 3
    assert export("none.json", "alice.json", "--verify").exit_code == 2


def test_a_table_says_of_each_report_what_its_signature_is(
    grader: Run, out: Path, export: Run
) -> None:
    grader("grade", "carol", "--assignment", "hw1", "--out", out)
    change(out / "bob.json", '"hw1"', '"hw2"')
    three = ("alice.json", "bob.json", "carol.json")

    def states(result: Result) -> list[str]:
        assert result.exit_code == 0
        assert result.stderr == ""
        return [row["signature"] for row in csv.DictReader(io.StringIO(result.stdout))]

    assert states(export(*three)) == ["genuine", "not_genuine", "unsigned"]
    assert states(export(*three, key="")) == ["unchecked", "unchecked", "unsigned"]


def test_the_list_holds_what_the_table_holds(out: Path, export: Run) -> None:
    rows = json.loads(export("alice.json", "bob.json", "--format", "json").stdout)
    assert [row["handin"] for row in rows] == ["alice", "bob"]
    (table,) = csv.DictReader(io.StringIO(export("alice.json").stdout))
    assert list(table) == list(rows[0])
    assert float(table["awarded"]) == rows[0]["awarded"] == 10.5


def test_a_file_is_written_whole_and_named(out: Path, export: Run) -> None:
    result = export("alice.json", "none.json", "--format", "json", "--out", "all.json")
    assert result.exit_code == 2
    assert result.stdout == "✓ wrote 1 of 2 reports to 'all.json'\n"
    assert [row["report"] for row in json.loads((out / "all.json").read_text())] == ["alice.json"]
    result = export("alice.json", "--verify", "--out", "all.csv")
    assert handins((out / "all.csv").read_text()) == ["alice"]
    assert result.stdout.splitlines()[-1] == "✓ wrote 1 of 1 reports to 'all.csv'"


def test_a_place_that_cannot_be_written_is_named(out: Path, export: Run) -> None:
    result = export("alice.json", "--out", "none/all.csv")
    assert result.exit_code == 2
    assert "'none/all.csv' was not written: there is no folder 'none'." in result.stderr


def test_verifying_needs_the_secret(grader: Run, out: Path) -> None:
    result = grader("export", "alice.json", "--verify")
    assert result.exit_code == 2
    assert result.stderr == (
        "grader: Signatures cannot be verified without the course's secret. Set GRADER_SECRET, or "
        "give --secret-file FILE: the secret that `grader grade` had.\n"
    )
    Path("key").write_text("s3cret\n")
    assert grader("export", "alice.json", "--verify", "--secret-file", "key").exit_code == 0


@pytest.fixture
def unfinished(grader: Run, out: Path, stages: Any) -> Path:
    """The signed report of Dave, whose run was ended after three of five checks."""
    stages.grading_faults["dave"], stages.fault_after = KeyboardInterrupt(), 3
    given = ("dave", "--assignment", "hw1", "--out", out)
    assert grader("grade", *given, env={"GRADER_SECRET": "s3cret"}).exit_code == 130
    return out / "dave.json"


def test_an_unfinished_report_is_in_the_table_and_told(unfinished: Path, export: Run) -> None:
    result = export("alice.json", "dave.json")
    assert result.exit_code == 3
    rows = {row["handin"]: row for row in csv.DictReader(io.StringIO(result.stdout))}
    assert {name: row["finished"] for name, row in rows.items()} == {"alice": "yes", "dave": "no"}
    assert rows["dave"]["needs_review"] == "yes"
    assert result.stderr == f"✗ dave.json: {UNFINISHED}\n"


def test_an_unfinished_report_does_not_verify(unfinished: Path, export: Run) -> None:
    result = export("dave.json", "alice.json", "--verify", "--format", "csv")
    assert result.exit_code == 3
    assert handins(result.stdout) == ["alice"]
    first, second = result.stderr.splitlines()
    assert first == (
        "✗ dave.json: Not finished: the run that wrote it was ended before its last check, or is "
        "still going on, so its points are not the hand-in's. Grade the hand-in again, or wait "
        "for the run's end."
    )
    assert second == f"✓ alice.json: {SENTENCES['genuine']}"


def test_an_unfinished_report_that_is_made_a_finished_one_is_not_genuine(
    unfinished: Path, export: Run
) -> None:
    change(unfinished, '"finished":false', '"finished":true')
    assert f"✗ dave.json: {SENTENCES['not_genuine']}" in export("dave.json", "--verify").stdout


def test_a_format_that_there_is_not_is_refused(out: Path, export: Run) -> None:
    result = export("alice.json", "--format", "xlsx")
    assert result.exit_code == 2
    assert "'xlsx' is not one of 'csv', 'json'" in result.stderr


def test_every_format_that_is_offered_can_be_written(out: Path, export: Run) -> None:
    command = cli.get_command(click.Context(cli), "export")
    assert command is not None
    (choice,) = [one.type for one in command.params if one.name == "form"]
    assert isinstance(choice, click.Choice)
    for name in {*choice.choices} - {"canvas", "moodle", "github"}:
        assert "alice" in export("alice.json", "--format", name, "--for", "staff").stdout or (
            name == "gradescope"
        )
