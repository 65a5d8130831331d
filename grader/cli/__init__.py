"""The command line: finds a command, runs it, and turns faults into words and exit codes.

A command's module is imported when it is asked for, and imports what it needs when it is run:
`grader --help` loads click and nothing else of weight.
"""

from __future__ import annotations

import errno
import io
import os
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from difflib import get_close_matches
from enum import IntEnum
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import click

from grader import __version__
from grader.errors import GraderError, HandInError, RubricError, UsageError
from grader.plain_text import clean_text, quote

if TYPE_CHECKING:
    from grader.report import Report

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "check": "grader.cli.check",
        "grade": "grader.cli.grade",
        "autograde": "grader.cli.autograde",
        "mark": "grader.cli.mark",
        "export": "grader.cli.export",
        "release": "grader.cli.release",
        "rubric": "grader.cli.rubric",
        "data": "grader.cli.data",
        "doctor": "grader.cli.doctor",
    }
)

MESSAGE_CHARS = 20_000
FAULT_CHARS = 1_000

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


class ExitCode(IntEnum):
    """What the exit code of a command says; of several, the largest."""

    FULL_CREDIT = 0  # everything judged got full credit
    CREDIT_LOST = 1
    UNUSABLE = 2  # usage, rubric or hand-in
    NEEDS_PERSON = 3  # something could not be judged, or the grader is at fault
    STOPPED = 130  # by the keyboard, as shells have it
    UNREAD = 141  # whoever read the output has closed it, as `| head` does


def exit_code(report: Report) -> ExitCode:
    """Say by an exit code what became of a hand-in."""
    if report.score.needs_review:
        return ExitCode.NEEDS_PERSON
    return ExitCode.CREDIT_LOST if report.lost_credit else ExitCode.FULL_CREDIT


def explain_fault(error: Exception, *, debug: bool) -> tuple[str, ExitCode]:
    """Turn an exception into sentences that are safe to print, and an exit code."""
    if isinstance(error, GraderError):
        usable = not isinstance(error, UsageError | RubricError | HandInError)
        code = ExitCode.NEEDS_PERSON if usable else ExitCode.UNUSABLE
        return clean_text(error.message, MESSAGE_CHARS, keep_lines=True), code
    if isinstance(error, OSError) and error.errno in DISK_FULL and not debug:
        told = f"The disk is full ({error.strerror}). Make room, then run the command again."
        return told, ExitCode.NEEDS_PERSON
    if debug:
        trace = "".join(traceback.format_exception(error)).rstrip()
    else:
        trace = "Run `grader --debug …` with the same arguments to see where."
    # On one line: an exception may quote the hand-in, whose lines could pass for ours.
    said = clean_text(f"{type(error).__name__}: {error}", FAULT_CHARS)
    told = (
        f"The grader itself failed ({said}). This is a fault of the "
        f"grader, not of the hand-in; please report it.\n{trace}"
    )
    return clean_text(told, MESSAGE_CHARS, keep_lines=True), ExitCode.NEEDS_PERSON


def say(text: str, *, err: bool = False) -> None:
    """Print lines that the stream can carry."""
    from grader.report.terminal import fit

    stream = sys.stderr if err else sys.stdout
    click.echo(fit(text, stream.encoding or "ascii"), err=err)


def say_safely(text: str, *, err: bool = False) -> None:
    """Print a sentence that may quote a hand-in: at a terminal, what runs over is indented."""
    from grader.report.terminal import width_of
    from grader.report.wrapping import hang

    stream = sys.stderr if err else sys.stdout
    say("\n".join(hang(text, width_of(stream))) if stream.isatty() else text, err=err)


class Commands(click.Group):
    """A group whose commands are imported when they are asked for.

    A command returns its exit code; an exception becomes a message, never a traceback.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands, in the order of the help."""
        return list(COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command, and name the nearest one where there is none."""
        near = get_close_matches(args[0], COMMANDS, n=1)
        if args[0] not in COMMANDS and near and not args[0].startswith("-"):
            ctx.fail(f"No such command {quote(args[0])}. Did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        return cast("click.Command", getattr(import_module(COMMANDS[cmd_name]), cmd_name))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command and exit with its code."""
        try:
            _check_folder()
            code = super().invoke(ctx)
        except (click.exceptions.NoArgsIsHelpError, click.exceptions.Exit):
            raise
        except BrokenPipeError:  # click would end with 1, which says that credit was lost
            _drop_what_is_left()
            code = ExitCode.UNREAD
        except click.UsageError as error:
            # `grader grade *` makes an option of a hand-in that is named like one.
            told = clean_text(error.format_message(), MESSAGE_CHARS, keep_lines=True)
            raise click.UsageError(told, error.ctx) from error
        except (KeyboardInterrupt, click.Abort):
            say("Stopped.", err=True)
            code = ExitCode.STOPPED
        except Exception as error:
            message, code = explain_fault(error, debug=ctx.params["debug"])
            say_safely(f"grader: {message}", err=True)
        ctx.exit(int(code or 0))


def _check_folder() -> None:
    """Refuse to work in a folder that is gone: a shell stays in it, and every path fails."""
    try:
        os.getcwd()
    except FileNotFoundError as error:
        raise UsageError(
            "The current folder is not there any more: it was removed or moved meanwhile. Change "
            "into one that is there, as by `cd`, and run the command again."
        ) from error


def _drop_what_is_left() -> None:
    """Let what is buffered go nowhere: Python would fail once more when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with suppress(io.UnsupportedOperation):  # one in memory takes all
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 everything judged got full credit, 1 credit was lost, "
    "2 usage, rubric or hand-in unusable, 3 something needs a person.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of a fault of the grader itself.")
@click.version_option(__version__, prog_name="grader")
def cli(debug: bool) -> None:
    """Grade deep-learning assignments against a rubric."""
