"""The names for Python are stable: what there is, and how it is called."""

from __future__ import annotations

import doctest
import inspect
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from grader import api
from grader.errors import GraderError, UsageError
from grader.report import write_report
from tests.unit.marked_course import report_of
from tests.unit.preview.course import rubric_of, write

ROOT = Path(__file__).parents[2]

# A change here is a change for whoever uses the package: say it in the changelog.
SIGNATURES = {
    "assignments": "() -> 'tuple[str, ...]'",
    "audit": (
        "(rubric: 'Rubric', *, nearest: 'Sequence[str]' = (), sorts: 'Sequence[WrongSort]' = "
        "('mutant', 'misconception', 'canary', 'single'), sample: 'int | None' = None, "
        "jobs: 'int' = 1, whole: 'bool' = False) -> 'Findings'"
    ),
    "check": (
        "(path: 'str | Path', rubric: 'Rubric | None' = None, *, only: 'Sequence[str]' = (), "
        "root: 'str | None' = None, sandbox: 'Sandbox' = 'auto', machine: 'Machine' = NOTHING) "
        "-> 'Report'"
    ),
    "export_csv": "(reports: 'Iterable[Report]') -> 'str'",
    "export_gradescope": "(report: 'Report') -> 'str'",
    "export_html": "(report: 'Report', handin: 'HandIn | None' = None) -> 'str'",
    "export_junit": "(report: 'Report') -> 'str'",
    "export_markdown": "(report: 'Report') -> 'str'",
    "for_students": "(report: 'Report', after_due: 'bool' = False) -> 'Report'",
    "grade": (
        "(path: 'str | Path', rubric: 'Rubric', *, secret: 'bytes' = b'', "
        "root: 'str | None' = None, sandbox: 'Sandbox' = 'require', "
        "machine: 'Machine' = NOTHING) -> 'Report'"
    ),
    "grade_all": (
        "(paths: 'Iterable[str | Path]', rubric: 'Rubric', *, secret: 'bytes' = b'', "
        "sandbox: 'Sandbox' = 'require', machine: 'Machine' = NOTHING) "
        "-> 'Iterator[tuple[Path, Report | GraderError]]'"
    ),
    "load_rubric": "(which: 'str | Path') -> 'Rubric'",
    "preview": (
        "(rubric: 'Rubric', reports: 'Iterable[str | Path]', before: 'Rubric | None' = None) "
        "-> 'tuple[PreviewedHandIn, ...]'"
    ),
    "read_handin": (
        "(path: 'str | Path', rubric: 'Rubric', root: 'str | None' = None) -> 'HandIn'"
    ),
    "read_report": "(path: 'Path') -> 'Report'",
    "write_report": "(report: 'Report', path: 'Path') -> 'None'",
}
CLASSES = {
    "Findings",
    "GraderError",
    "HandIn",
    "Machine",
    "Outcome",
    "PreviewedHandIn",
    "Report",
    "Rubric",
    "UsageError",
    "Visibility",
}


def test_the_public_names_are_these() -> None:
    assert set(api.__all__) == CLASSES | set(SIGNATURES)
    assert sorted(api.__all__) == list(api.__all__)
    assert {name for name in api.__all__ if inspect.isclass(getattr(api, name))} == CLASSES


@pytest.mark.parametrize("name", SIGNATURES)
def test_functions_are_called_as_ever(name: str) -> None:
    found = str(inspect.signature(getattr(api, name)))
    assert found.replace(repr(api.NOTHING), "NOTHING") == SIGNATURES[name]


def test_the_examples_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = doctest.testmod(api)
    assert (found.failed, found.attempted > 5) == (0, True)


def test_an_assignment_that_cannot_be_told_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        api.check(tmp_path)
    assert str(caught.value) == (
        f"Which assignment '{tmp_path}' belongs to cannot be told from its files. Give its rubric, "
        "as in load_rubric(ID)."
    )


def test_a_course_s_folder_in_a_student_s_copy_comes_first(tmp_path: Path) -> None:
    (tmp_path / ".grader").mkdir()
    rubric_of(tmp_path / ".grader")
    with pytest.raises(GraderError, match="hw"):  # it is not the folder of this rubric's package
        api.check(tmp_path)


def test_one_hand_in_that_is_missing_does_not_stop_the_others(tmp_path: Path) -> None:
    rubric = rubric_of(tmp_path)
    found = list(api.grade_all([tmp_path / "a", tmp_path / "b"], rubric, sandbox="off"))
    assert [path.name for path, _ in found] == ["a", "b"]
    assert all(isinstance(became, GraderError) for _, became in found)


def test_reports_are_exported_as_text(tmp_path: Path) -> None:
    report = report_of()
    assert api.export_csv([report, report]).count("alice") >= 2
    assert "tests" in json.loads(api.export_gradescope(report))
    assert "<html" in api.export_html(report)
    assert ElementTree.fromstring(api.export_junit(report)).tag == "testsuites"  # noqa: S314 # ours
    assert "alice" in api.export_markdown(report)
    write_report(report, tmp_path / "alice.json")
    assert api.read_report(tmp_path / "alice.json") == report


def test_a_preview_takes_paths(tmp_path: Path) -> None:
    before = rubric_of(tmp_path, name="before.yaml")
    path = write(tmp_path, before)
    after = rubric_of(tmp_path, ("points: 6", "points: 8"))
    (found,) = api.preview(after, [path], before)
    assert (found.before.lower, found.after.lower) == (10, 12)
