"""`grader rubric preview`: scores stored reports again by an edited rubric."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli import ExitCode, explain_fault, say, say_safely

if TYPE_CHECKING:
    from grader.preview.previewed import Points
    from grader.preview.stored import StoredReport
    from grader.preview.told import PassMark, Told
    from grader.records import Rubric


@click.command()
@click.argument("rubric_file", metavar="RUBRIC", type=click.Path(path_type=Path))
@click.argument(
    "paths", metavar="REPORT...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--before",
    "before_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The rubric that the reports were made with: edits are then told by name.",
)
@click.option(
    "--pass-mark",
    metavar="POINTS",
    help="Say who crosses this mark: points, or a share of what is possible as in 50%.",
)
@click.option("--all", "everybody", is_flag=True, help="Tell every hand-in that changes.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--html",
    "html_path",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a page with all of it as well.",
)
def preview(
    rubric_file: Path,
    paths: tuple[Path, ...],
    before_file: Path | None,
    pass_mark: str | None,
    everybody: bool,
    as_json: bool,
    html_path: Path | None,
) -> int:
    """Say whose points an edited rubric would change, and why.

    RUBRIC is the edited file, REPORT what `grader grade` wrote with the rubric of before. No
    student code runs: points, weights, shares of credit, curves, tolerances, visibility, bonus and
    maximum are applied to what the reports measured. What these do not tell is a range.
    """
    from grader.checks import CHECK_KINDS
    from grader.cli.preview_text import preview_lines
    from grader.preview.rescore import Preview
    from grader.preview.told import tell
    from grader.rubric import load_rubric

    mark = _mark(pass_mark)
    rubric = load_rubric(rubric_file, CHECK_KINDS)
    before = load_rubric(before_file, CHECK_KINDS) if before_file else None
    reading = _Reading(paths, rubric)
    # Reports are many values without circles; looking for circles takes as long as reading them.
    gc.disable()
    try:
        told = tell(Preview(rubric, before), reading, mark)
    finally:
        gc.enable()
    if not told.handins:
        say("No report could be used, so there is nothing to preview.", err=True)
        return reading.code
    _tell_origin(told, rubric, before)
    if html_path is not None:
        from grader.preview.page import preview_page
        from grader.report.storage import write_text

        write_text(preview_page(told, rubric.assignment), html_path)
    if as_json:
        say(json.dumps(_json(told), indent=2, allow_nan=False))
    else:
        say("\n".join(preview_lines(told, everybody=everybody)))
    return reading.code


def _mark(text: str | None) -> PassMark | None:
    from grader.preview.told import PassMark

    if text is None:
        return None
    try:
        amount = Decimal(text.removesuffix("%").strip())
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise click.UsageError(
            f"--pass-mark {text!r} is no number of points. Give one as in 50, or 50%."
        )
    return PassMark(amount, text.endswith("%"))


class _Reading:
    """Reads reports one by one, and says at once of each that cannot be used why.

    Attributes:
        code: what the exit code comes to by those.
    """

    def __init__(self, paths: Sequence[Path], rubric: Rubric) -> None:
        self._paths = paths
        self._assignment = rubric.assignment
        self.code = ExitCode.FULL_CREDIT

    def __iter__(self) -> Iterator[StoredReport]:
        from grader.errors import GraderError
        from grader.plain_text import quote_if_odd
        from grader.preview.stored import read_stored, refuse_other_assignment

        for path in self._paths:
            try:
                report = read_stored(path)
                refuse_other_assignment(report, self._assignment, str(path))
            except GraderError as error:
                self._leave_out(*explain_fault(error, debug=False))
                continue
            if report.finished:
                yield report
                continue
            self._leave_out(
                f"{quote_if_odd(str(path))} is left out: its grading did not come to its end. "
                "Grade the hand-in again.",
                ExitCode.NEEDS_PERSON,
            )

    def _leave_out(self, said: str, code: ExitCode) -> None:
        say_safely(said, err=True)
        self.code = max(self.code, code)


def _tell_origin(told: Told, rubric: Rubric, before: Rubric | None) -> None:
    """Says what is odd about which rubrics the reports were made with."""
    from grader.report.wording import plural

    if before is not None:
        whole = len(told.handins)
        other = whole - told.digests.get(before.digest, 0)
        if other:
            say(
                f"{other} of {plural(whole, 'report')} {'was' if other == 1 else 'were'} made with "
                "another rubric than the one given with --before, so edits between those two are "
                "not seen.",
                err=True,
            )
    elif told.digests.keys() == {rubric.digest}:
        say("The reports were made with this very rubric, so nothing was edited.", err=True)
    elif len(told.digests) > 1:
        say(
            "The reports were made with different rubrics. Changes of inputs between these are not "
            "seen.",
            err=True,
        )


def _json(told: Told) -> dict[str, Any]:
    def pair(points: Points) -> list[float]:
        return [float(points.lower), float(points.upper)]

    found: dict[str, Any] = {
        "edits": {name or "rubric": list(said) for name, said in told.edits.items()},
        "possible": [float(points) for points in told.possible],
        "mean": {"before": pair(told.means[0]), "after": pair(told.means[1])},
        "hand_ins": [
            {
                "id": one.handin,
                "before": pair(one.before),
                "after": pair(one.after),
                "criteria": [
                    {
                        "id": change.id,
                        "before": pair(change.before),
                        "after": pair(change.after),
                        "because": list(change.because),
                        "cannot_be_told": list(change.untold),
                    }
                    for change in one.changes
                ],
            }
            for one in told.handins
        ],
        "classes": [
            {
                "from": float(one.start),
                "to": float(one.end),
                "before": one.before,
                "after": one.after,
            }
            for one in told.classes
        ],
    }
    if told.marks is not None and told.crossing is not None:
        found["pass_mark"] = {
            "before": float(told.marks[0]),
            "after": float(told.marks[1]),
            "now_pass": list(told.crossing.now_pass),
            "now_fail": list(told.crossing.now_fail),
            "may_cross": list(told.crossing.may),
        }
    return found
