"""`grader export --format F`: files, folders and streams get what the format is."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import Result

from grader.cli import exporting, inputs
from grader.errors import RubricNotFound
from grader.report import sign, write_report
from tests.formats.reports import mixed, passing, unfinished

Run = Callable[..., Result]
SHEET = "Student,ID,SIS Login ID,HW 1 (7)\r\nPoints Possible,,,10\r\nDoe,11,alice,\r\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with the reports of Alice, who passed, of Mia and of Bob."""
    monkeypatch.chdir(tmp_path)
    write_report(sign(passing(), b"s3cret"), tmp_path / "alice.json")
    mia = mixed()
    write_report(replace(mia, handin=replace(mia.handin, id="mia")), tmp_path / "mia.json")
    write_report(unfinished(), tmp_path / "bob.json")
    (tmp_path / "sheet.csv").write_bytes(SHEET.encode())
    return tmp_path


@pytest.fixture
def export(grader: Run, folder: Path) -> Run:
    def run(*arguments: str | Path, **env: str) -> Result:
        return grader("export", *arguments, env={"GRADER_SECRET": "", **env})

    return run


def test_one_report_goes_to_stdout_or_into_a_file(folder: Path, export: Run) -> None:
    assert export("alice.json", "--format", "markdown").stdout.startswith("## ✓ 10 of 10 points\n")
    result = export("alice.json", "--format", "markdown", "--out", "a.md")
    assert result.stdout == "✓ wrote 1 of 1 reports to 'a.md'\n"
    assert (folder / "a.md").read_text().startswith("## ✓ 10 of 10 points\n")


def test_several_reports_become_files_of_a_folder(folder: Path, export: Run) -> None:
    result = export("alice.json", "mia.json", "none.json", "--format", "lti", "--out", "o/lti")
    assert result.exit_code == 2
    assert result.stdout == "✓ wrote 2 of 3 reports to 'o/lti'\n"
    assert sorted(one.name for one in (folder / "o/lti").iterdir()) == ["alice.json", "mia.json"]
    assert json.loads((folder / "o/lti/mia.json").read_text())["userId"] == "mia"


def test_one_report_goes_into_a_folder_that_is_there(folder: Path, export: Run) -> None:
    (folder / "o").mkdir()
    export("alice.json", "--format", "junit", "--out", "o")
    assert (folder / "o" / "alice.xml").is_file()


def test_several_reports_need_a_folder(export: Run) -> None:
    result = export("alice.json", "mia.json", "--format", "html")
    assert result.exit_code == 2
    assert result.stderr == (
        "grader: --format html holds one report, and 2 were given. Give --out DIR, a folder in "
        "which each becomes a file.\n"
    )
    (Path("file")).write_text("")
    result = export("alice.json", "mia.json", "--format", "html", "--out", "file/x")
    assert "The folder 'file/x' cannot be made: Not a directory. Name another" in result.stderr


def test_two_reports_of_one_name_are_refused(folder: Path, export: Run) -> None:
    (folder / "x").mkdir()
    write_report(passing(), folder / "x" / "alice.json")
    result = export("alice.json", "x/alice.json", "--format", "lti", "--out", "o")
    assert "Several reports are called 'alice.json', and each becomes a file of" in result.stderr
    assert not (folder / "o").exists()


def test_students_are_told_nothing_hidden_unless_it_is_for_staff(export: Run) -> None:
    for form in ("markdown", "junit", "junit2", "lti", "html"):
        told = export("mia.json", "--format", form).stdout
        assert "secret it is wrong" not in told
        assert "late it is wrong" not in told
        assert "late it is wrong" in export("mia.json", "--format", form, "--after-due").stdout
        whole = export("mia.json", "--format", form, "--for", "staff").stdout
        assert "secret it is wrong" in whole


def test_gradescope_holds_all_and_takes_no_audience(export: Run) -> None:
    assert "secret it is wrong" in export("mia.json", "--format", "gradescope").stdout
    result = export("mia.json", "--format", "gradescope", "--for", "staff")
    assert result.stderr.startswith("grader: --for does nothing for --format gradescope, which")


def test_the_rubrics_weights_share_points_where_it_is_the_same_rubric(
    export: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [one.id for criterion in mixed().criteria for one in criterion.checks]
    checks = [SimpleNamespace(id=name, weight=Decimal(1)) for name in names]
    rubric = SimpleNamespace(digest="sha256:aa", criteria=[SimpleNamespace(checks=checks)])
    monkeypatch.setattr(inputs, "choose_rubric", lambda *_: rubric)

    def visible() -> object:
        made = json.loads(export("mia.json", "--format", "gradescope").stdout)
        return made["tests"][1].get("max_score")

    assert visible() == 2
    rubric.digest = "sha256:other"
    assert visible() is None

    def missing(*_: object) -> object:
        raise RubricNotFound("There is none.")

    monkeypatch.setattr(inputs, "choose_rubric", missing)
    assert visible() is None


def test_a_sheet_is_filled_and_what_was_not_is_said(folder: Path, export: Run) -> None:
    given = ("--format", "canvas", "--sheet", "sheet.csv", "--out", "sheet.csv")
    result = export("alice.json", "mia.json", "bob.json", *given)
    assert result.exit_code == 3  # Bob's is not finished
    assert (folder / "sheet.csv").read_bytes() == SHEET.replace("ce,", "ce,10").encode()
    assert result.stdout == "✓ put 1 mark of 3 reports into 'sheet.csv'\n"
    assert "? mia.json: no grade yet, for a person must look at" in result.stderr
    assert "? bob.json: Not signed: nothing tells" in result.stderr
    assert "? No row of the sheet was found for 'mia', 'bob'.\n" in result.stderr


def test_only_genuine_reports_are_filled_in_when_verified(folder: Path, export: Run) -> None:
    text = (folder / "alice.json").read_text()
    (folder / "alice.json").write_text(text.replace('"awarded": 10', '"awarded": 9', 1))
    given = ("--verify", "--format", "canvas", "--sheet", "sheet.csv", "--out", "new.csv")
    result = export("alice.json", *given, **{"GRADER_SECRET": "s3cret"})
    assert result.exit_code == 3
    assert result.stderr == "No report could be used, so nothing was written.\n"
    assert not (folder / "new.csv").exists()


def test_a_sheet_and_a_place_for_it_are_needed(export: Run) -> None:
    for given in (("--out", "a.csv"), ("--sheet", "sheet.csv")):
        result = export("alice.json", "--format", "moodle", *given)
        assert result.stderr.splitlines()[-1] == (
            "grader: --format moodle fills a sheet that was downloaded. Give --sheet FILE, and "
            "--out FILE for the filled one, which may be the same."
        )


def test_files_that_cannot_be_read_are_named(
    folder: Path, export: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said(name: str) -> str:
        result = export("alice.json", "--format", "nbgrader", "--roster", name)
        assert result.exit_code == 2
        return result.stderr.splitlines()[-1]

    assert said("none.csv") == (
        "grader: The roster 'none.csv' cannot be read: No such file or directory. Check the path."
    )
    (folder / "r.csv").write_bytes(b"id,handin\n1,\xff\n")
    assert "The roster 'r.csv' is not UTF-8 (byte 12). Download it again, or" in said("r.csv")
    monkeypatch.setattr(exporting, "SHEET_BYTES", 5)
    (folder / "r.csv").write_bytes(b"id,handin\n")
    assert "The roster 'r.csv' is larger than 0 MB, which no roster is." in said("r.csv")


def test_a_roster_names_students(folder: Path, export: Run) -> None:
    (folder / "r.csv").write_text("id,handin\nu1,alice\n")
    assert (
        "u1,,,,10,0.0,10,10"
        in export("alice.json", "--format", "nbgrader", "--roster", "r.csv").stdout
    )
    found = export("alice.json", "--format", "lti", "--roster", "r.csv").stdout
    assert json.loads(found)["userId"] == "u1"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--format", "lti", "--scale"), "--scale is for --format canvas or moodle, and does"),
        (("--sheet", "sheet.csv"), "--sheet is for --format canvas or moodle, and does nothing"),
        (("--format", "html", "--classroom", "c"), "--classroom is for --format github, and does"),
    ],
)
def test_an_option_of_another_format_is_refused(
    export: Run, given: tuple[str, ...], said: str
) -> None:
    result = export("alice.json", *given)
    assert result.exit_code == 2
    assert said in result.stderr


def test_github_gets_a_summary_annotations_and_a_result(folder: Path, export: Run) -> None:
    (folder / "summary").write_text("before\n")
    (folder / "output").write_text("a=b\n")
    files = {"GITHUB_STEP_SUMMARY": "summary", "GITHUB_OUTPUT": "output"}
    result = export("mia.json", "--format", "github", "--classroom", "c.json", **files)
    assert result.exit_code == 0
    assert all(line.startswith("::") for line in result.stdout.splitlines())
    assert "::error file=layers.py,line=12," in result.stdout
    assert (folder / "summary").read_text().startswith("before\n## ? 8 of 15 judged points")
    packed = base64.b64encode((folder / "c.json").read_bytes()).decode()
    assert (folder / "c.json.b64").read_text() == f"{packed}\n"
    assert (folder / "output").read_text() == f"a=b\nresult={packed}\n"


def test_githubs_summary_can_go_into_a_file(
    folder: Path, export: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    export("alice.json", "--format", "github", "--out", "s.md", GITHUB_STEP_SUMMARY="x")
    assert (folder / "s.md").read_text().startswith("## ✓ 10 of 10 points")
    assert not (folder / "x").exists()
    monkeypatch.setattr("grader.cli.export_github.SUMMARY_BYTES", 10)
    export("alice.json", "--format", "github", "--out", "s.md")
    assert (folder / "s.md").read_text().startswith("The report is too long for a summary.")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("alice.json", "mia.json", "--out", "s.md"), "--format github is for one hand-in, the"),
        (("alice.json",), "There is no place for the summary: GITHUB_STEP_SUMMARY is not set, as"),
    ],
)
def test_github_takes_one_report_and_a_place(
    export: Run, given: tuple[str, ...], said: str
) -> None:
    result = export(*given, "--format", "github", GITHUB_STEP_SUMMARY="")
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_summary_that_cannot_be_written_is_named(export: Run) -> None:
    result = export("alice.json", "--format", "github", GITHUB_STEP_SUMMARY="no/where")
    assert "'no/where' cannot be written to: No such file or directory. Check what" in result.stderr
