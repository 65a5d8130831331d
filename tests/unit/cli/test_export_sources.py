"""`grader export --format html --handins DIR`: pages with the lines of code that were graded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import Result

from grader.cli import export_sources
from grader.errors import HandInNotFound
from grader.report import write_report
from tests.formats.reports import mixed

Run = Callable[..., Result]
SOURCE = "\n".join(f"line_{number} = {number}" for number in range(1, 21))
NO_LINES = "? mia.json: its page shows no lines of code, for "


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a report, and a folder of hand-ins to which it belongs."""
    monkeypatch.chdir(tmp_path)
    report = mixed()
    write_report(report, tmp_path / "mia.json")
    (tmp_path / "all" / f"{report.handin.id}.zip").parent.mkdir()
    (tmp_path / "all" / f"{report.handin.id}.zip").write_bytes(b"")
    (tmp_path / "all" / "another").mkdir()
    return tmp_path


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The hand-in that is read of a path, which may be changed."""
    files = {"layers.py": SOURCE.encode()}
    handin = SimpleNamespace(digest=mixed().handin.digest, files=files, notebooks=(), error=None)

    def open_handin(path: Path, rubric: str, root: None) -> SimpleNamespace:
        assert (path.suffix, rubric) == (".zip", "the rubric")
        if handin.error is not None:
            raise handin.error
        return handin

    monkeypatch.setattr(export_sources, "choose_rubric", lambda *_: "the rubric")
    monkeypatch.setattr(export_sources, "open_handin", open_handin)
    return handin


@pytest.fixture
def export(grader: Run, folder: Path, opened: SimpleNamespace) -> Run:
    def run(*arguments: str) -> Result:
        given = ("mia.json", "--format", "html", *arguments)
        return grader("export", *given, env={"GRADER_SECRET": ""})

    return run


def test_a_page_shows_the_lines_where_the_hand_in_is_at_hand(export: Run) -> None:
    assert "line_12" not in export().stdout
    result = export("--handins", "all")
    assert "line_12" in result.stdout
    assert NO_LINES not in result.stderr


def test_pages_of_a_folder_show_them_too(export: Run, folder: Path) -> None:
    (folder / "pages").mkdir()
    export("--handins", "all", "--out", "pages")
    assert "line_12" in (folder / "pages" / "mia.html").read_text()


def test_a_hand_in_that_has_changed_is_not_shown(export: Run, opened: SimpleNamespace) -> None:
    opened.digest = "sha256:other"
    result = export("--handins", "all")
    assert result.exit_code == 0
    assert "line_12" not in result.stdout
    name = f"'{mixed().handin.id}.zip'"
    assert f"{NO_LINES}{name} is not what was graded: it has changed since.\n" in result.stderr


def test_a_hand_in_that_cannot_be_read_is_told_with_the_reason(
    export: Run, opened: SimpleNamespace
) -> None:
    opened.error = HandInNotFound("It holds no Python.")
    said = export("--handins", "all").stderr
    assert f"{NO_LINES}'{mixed().handin.id}.zip' cannot be read again. It holds no Python." in said


def test_a_hand_in_that_is_not_there_is_told(export: Run, folder: Path) -> None:
    (folder / "none").mkdir()
    said = export("--handins", "none").stderr
    assert f"{NO_LINES}no hand-in of the name '{mixed().handin.id}' lies in 'none'.\n" in said


def test_a_folder_that_is_not_there_is_refused(export: Run) -> None:
    result = export("--handins", "nowhere")
    assert result.exit_code == 2
    assert result.stderr.endswith(
        "grader: The folder of hand-ins 'nowhere' cannot be listed: No such file or directory. "
        "Name the one that they were graded from with --handins DIR.\n"
    )


def test_other_formats_show_no_lines(grader: Run, export: Run) -> None:
    result = grader("export", "mia.json", "--format", "markdown", "--handins", "all")
    assert result.exit_code == 2
    assert "--handins is for --format html, and does nothing for markdown." in result.stderr
