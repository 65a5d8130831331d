"""`grader export --format github`: the summary, the annotations and the result of one step.

GitHub reads commands from every line of a step's output that begins with two colons. So nothing
that may quote a hand-in is printed here but as the text of a command.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.cli import say
from grader.cli.export_request import Wanted
from grader.errors import UsageError
from grader.plain_text import quote
from grader.report.github import classroom_result, workflow_commands
from grader.report.markdown import markdown
from grader.report.model import Report
from grader.report.storage import write_text

SUMMARY = "GITHUB_STEP_SUMMARY"
OUTPUT = "GITHUB_OUTPUT"
# GitHub takes 1 MiB from a step and shows nothing of a summary that is longer.
SUMMARY_BYTES = 1_000_000

TOO_LONG = (
    "The report is too long for a summary. The annotations of this step say what went wrong first; "
    "`grader check` on your own machine says all of it.\n"
)


def write_github(reports: Sequence[Report], wanted: Wanted, environment: Mapping[str, str]) -> None:
    """Write a summary to a file, annotations to stdout, and the result if it was asked for.

    Args:
        reports: one, as its audience may see it.
        wanted: where to.
        environment: names the files that GitHub reads after the step.

    Raises:
        UsageError: there are several reports, there is no place for the summary, or a file cannot
            be written.
    """
    if len(reports) != 1:
        raise UsageError(
            f"--format github is for one hand-in, the repository's, and {len(reports)} reports "
            "were given. Give one."
        )
    (report,) = reports
    text = markdown(report)
    if len(text.encode()) > SUMMARY_BYTES:
        text = TOO_LONG
    if wanted.out is not None:
        write_text(text, wanted.out)
    elif environment.get(SUMMARY):
        _append(Path(environment[SUMMARY]), text)
    else:
        raise UsageError(
            f"There is no place for the summary: {SUMMARY} is not set, as GitHub does in a "
            "workflow. Give --out FILE."
        )
    if wanted.classroom is not None:
        result = classroom_result(report, wanted.handin_folder)
        packed = base64.b64encode(result.encode()).decode()
        write_text(result, wanted.classroom)
        write_text(packed + "\n", wanted.classroom.with_name(wanted.classroom.name + ".b64"))
        if environment.get(OUTPUT):
            _append(Path(environment[OUTPUT]), f"result={packed}\n")
    say(workflow_commands(report, wanted.handin_folder).removesuffix("\n"))


def _append(path: Path, text: str) -> None:
    """Add to a file that other commands of the step write to as well."""
    try:
        with path.open("a", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise UsageError(
            f"{quote(str(path))} cannot be written to: {error.strerror}. Check what the variables "
            f"{SUMMARY} and {OUTPUT} name."
        ) from error
