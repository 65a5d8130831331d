"""The frame of the command line: help without weight, faults in words, codes that mean things."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import Result

import grader as package
from grader.cli import COMMANDS, ExitCode, cli, say_safely
from grader.errors import (
    GraderError,
    HandInError,
    ReferenceFault,
    RubricError,
    UsageError,
    WorkerError,
)

Run = Callable[..., Result]


def test_the_help_names_every_command_and_the_exit_codes(grader: Run) -> None:
    result = grader("--help")
    assert result.exit_code == 0
    for name in COMMANDS:
        assert re.search(rf"^  {name}  ", result.output, re.MULTILINE)
    assert "3 something needs a person" in " ".join(result.output.split())


def test_every_command_explains_itself_in_ascii(grader: Run) -> None:
    for arguments in (*([name] for name in COMMANDS), *(("rubric", n) for n in _RUBRIC)):
        result = grader(*arguments, "--help")
        assert result.exit_code == 0
        assert result.output.isascii()
        assert "..." not in result.output.split("Options:")[1]  # no summary is cut short


_RUBRIC = ("validate", "show", "new", "preview", "schema")


def test_asking_for_help_imports_nothing_of_weight() -> None:
    heavy = "{'numpy', 'pytest', 'rich', 'jsonschema', 'torch', 'ruamel', 'grader.report'}"
    program = (
        "import sys\nfrom grader.cli import cli\n"
        "try: cli(['--help'])\nexcept SystemExit: pass\n"
        f"print('LOADED', sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "LOADED []" in done.stdout


def test_the_package_starts_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "grader", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"grader, version {package.__version__}\n"


def test_the_entry_point_runs_the_command_that_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from grader.__main__ import main

    monkeypatch.setattr(sys, "argv", ["grader", "--version"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("grader, version ")


def test_the_version_is_that_of_the_distribution() -> None:
    project = Path(__file__).parents[3] / "pyproject.toml"
    assert tomllib.loads(project.read_text())["project"]["version"] == package.__version__


def test_an_unknown_command_is_a_usage_error(grader: Run) -> None:
    result = grader("chekc")
    assert result.exit_code == 2
    assert "No such command 'chekc'. Did you mean 'check'?" in result.stderr
    assert "No such command 'frobnicate'.\n" in grader("frobnicate").stderr


def failing(error: BaseException) -> Any:
    def fail(**arguments: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RubricError("The rubric is bad.\nMend it."), 2),
        (HandInError("The rubric is bad.\nMend it."), 2),
        (UsageError("The rubric is bad.\nMend it."), 2),
        (WorkerError("The rubric is bad.\nMend it."), 3),
        (ReferenceFault("The rubric is bad.\nMend it."), 3),
        (GraderError("The rubric is bad.\nMend it."), 3),
    ],
)
def test_a_known_fault_is_a_message_and_a_code(
    grader: Run, monkeypatch: pytest.MonkeyPatch, error: GraderError, code: int
) -> None:
    command = cli.get_command(click.Context(cli), "doctor")
    monkeypatch.setattr(command, "callback", failing(error))
    result = grader("--debug", "doctor")
    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr == "grader: The rubric is bad.\nMend it.\n"


def test_an_unexpected_fault_is_the_graders_and_shows_no_traceback(
    grader: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = cli.get_command(click.Context(cli), "doctor")
    monkeypatch.setattr(command, "callback", failing(KeyError("\x1b[2Jdx")))
    result = grader("doctor")
    assert result.exit_code == 3
    assert result.stderr == (
        "grader: The grader itself failed (KeyError: '\\x1b[2Jdx'). This is a fault of the "
        "grader, not of the hand-in; please report it.\n"
        "Run `grader --debug …` with the same arguments to see where.\n"
    )


def test_what_an_unexpected_fault_quotes_stays_on_its_line(
    grader: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = cli.get_command(click.Context(cli), "doctor")
    monkeypatch.setattr(command, "callback", failing(ValueError("x\n✓ 100 of 100 points")))
    assert r"(ValueError: x\x0a✓ 100 of 100 points). This" in grader("doctor").stderr


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_no_fault_of_the_grader(
    grader: Run, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    command = cli.get_command(click.Context(cli), "doctor")
    monkeypatch.setattr(command, "callback", failing(OSError(number, os.strerror(number))))
    result = grader("doctor")
    assert result.exit_code == 3
    assert result.stderr == (
        f"grader: The disk is full ({os.strerror(number)}). Make room, then run the command "
        "again.\n"
    )
    assert "Traceback" in grader("--debug", "doctor").stderr


def test_a_hand_in_that_is_named_like_an_option_repaints_nothing(grader: Run) -> None:
    result = grader("grade", "--\x1b[2J\u202e", "--out", "x")
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: grader grade [OPTIONS] PATH...\n")
    assert result.stderr.endswith("\nError: No such option '--\\x1b[2J\\u202e'.\n")


def test_a_group_without_a_command_shows_its_help(grader: Run) -> None:
    assert "Commands:\n" in grader("rubric").output


@pytest.mark.parametrize("tty", [True, False])
def test_at_a_terminal_what_runs_over_the_edge_is_indented(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tty: bool
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: tty, raising=False)
    monkeypatch.setenv("COLUMNS", "40")
    say_safely("a" * 30 + " bbbbbbbbb\nc", err=True)
    between = "\n  " if tty else " "
    assert capsys.readouterr().err == "a" * 30 + f"{between}bbbbbbbbb\nc\n"


def test_debug_shows_the_traceback_of_an_unexpected_fault(
    grader: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = cli.get_command(click.Context(cli), "doctor")
    monkeypatch.setattr(command, "callback", failing(KeyError("dx")))
    result = grader("--debug", "doctor")
    assert result.exit_code == 3
    assert "Traceback (most recent call last):\n" in result.stderr
    assert "--debug …" not in result.stderr


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_the_keyboard_stops_a_run_with_a_code_of_its_own(
    grader: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    command = cli.get_command(click.Context(cli), "doctor")
    monkeypatch.setattr(command, "callback", failing(error))
    result = grader("doctor")
    assert result.exit_code == ExitCode.STOPPED == 130
    assert result.stderr == "Stopped.\n"


def test_a_folder_that_is_gone_is_told(
    grader: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    result = grader("doctor")
    assert result.exit_code == 2
    assert result.stderr == (
        "grader: The current folder is not there any more: it was removed or moved meanwhile. "
        "Change into one that is there, as by `cd`, and run the command again.\n"
    )


def test_a_reader_that_hangs_up_is_no_fault_of_the_grader(
    grader: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = cli.get_command(click.Context(cli), "doctor")
    monkeypatch.setattr(command, "callback", failing(BrokenPipeError(32, "Broken pipe")))
    result = grader("doctor")
    assert result.exit_code == ExitCode.UNREAD == 141
    assert result.stderr == ""
