"""The results of one submission, as files that are whole and true at every moment of a run.

A platform reads them when the run is over, however it ended: by itself, at its deadline, or by a
kill. So they are there before anything else is done, and renewed whenever more is known.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from grader.cli.gradescope_metadata import POINTS_KEY
from grader.records import EMPTY, Rubric, Visibility

if TYPE_CHECKING:
    from grader.report import Report
    from grader.report.keeper import ReportKeeper

RESULTS: Final = "results.json"
REPORT: Final = "report.json"

BEGUN: Final = (
    "Grading has begun and has not come to its first result. If this is all that there is when it "
    "is over, the run was ended from outside: this is no fault of your work. Staff: run the "
    "autograder again."
)
FAILED: Final = (
    "The autograder failed, and this submission has not been judged as it should have been. This "
    "is a fault of the course's machine or of its set-up, not of your work, and the points shown "
    "here are not your grade. Staff: the autograder's log says what is wrong; mend it and run the "
    "autograder again."
)
REFUSED: Final = "This submission cannot be read, so nothing in it was graded."
TOO_LATE: Final = (
    "The run was ended because its time was over; what stands here is what was known until then. "
    "What was not reached is no fault of your work. Staff: allow more time, and run the autograder "
    "again."
)


class Results:
    """Writes the results of one run, each file whole, one after the other.

    Args:
        folder: where they go.
        earlier: points of the submission before, by criterion's id.
        with_report: whether the report goes there as well.
    """

    def __init__(
        self, folder: Path, earlier: Mapping[str, float] = EMPTY, with_report: bool = True
    ) -> None:
        self._folder = folder
        self._earlier = earlier
        self._with_report = with_report
        self._secret = b""
        self._weights: Mapping[str, Decimal] = EMPTY
        self._keepers: list[ReportKeeper] = []
        self._latest: Report | None = None

    def begin(self) -> None:
        """Write that nothing is known yet, before anything that could fail.

        Raises:
            UsageError: the folder is missing, or may not be written to.
            GraderError: the disk is full or failed.
        """
        self._write({"score": 0, "output": BEGUN})

    def know(self, rubric: Rubric, secret: bytes) -> None:
        """Learn what the checks weigh, and the secret that reports are signed with."""
        self._secret = secret
        checks = (spec for criterion in rubric.criteria for spec in criterion.checks)
        self._weights = {spec.id: spec.weight for spec in checks}

    def keep(self, report: Report) -> None:
        """Have written soon what is known by now."""
        from grader.report.keeper import ReportKeeper

        if not self._keepers:
            self._keepers.append(ReportKeeper(self._folder / RESULTS, text=self.text_of))
            if self._with_report:
                self._keepers.append(ReportKeeper(self._folder / REPORT, self._secret))
        self._latest = report
        for keeper in self._keepers:
            keeper.keep(report)

    def finish(self, report: Report) -> None:
        """Write what is known in the end.

        Raises:
            UsageError: the folder is gone, or may not be written to any more.
            GraderError: the disk is full or failed.
        """
        from grader.report import sign, write_report
        from grader.report.storage import write_text

        self._close()
        if self._with_report:
            write_report(sign(report, self._secret), self._folder / REPORT)
        write_text(self.text_of(report), self._folder / RESULTS)

    def refuse(self, why: str) -> None:
        """Write why the submission cannot be read."""
        self._close()
        self._write({"score": 0, "output": f"{REFUSED} {why}"})

    def fail(self) -> None:
        """Write that the fault is ours, above what is known."""
        self._end_with(FAILED)

    def end(self) -> None:
        """Write that the time was over, above what is known."""
        self._end_with(TOO_LATE)

    def text_of(self, report: Report, first: str = "") -> str:
        """Render a report in Gradescope's form, with what has changed since the one before.

        Args:
            report: what is known.
            first: a sentence to stand above all others.
        """
        from grader.report.gradescope import gradescope_results

        data: dict[str, Any] = json.loads(gradescope_results(report, self._weights))
        points = _points_told(report)
        data["extra_data"] = {**data.get("extra_data", {}), POINTS_KEY: points}
        changes = _changes(report, self._earlier, points) if report.finished else ""
        said = (first, changes, data.get("output", ""))
        data["output"] = "\n\n".join(each for each in said if each)
        return json.dumps(data, indent=2, allow_nan=False) + "\n"

    def _end_with(self, sentence: str) -> None:
        self._close()
        if self._latest is None:
            self._write({"score": 0, "output": sentence})
            return
        from grader.report.storage import write_text

        write_text(self.text_of(self._latest, sentence), self._folder / RESULTS)

    def _close(self) -> None:
        for keeper in self._keepers:
            keeper.close()

    def _write(self, data: Mapping[str, Any]) -> None:
        from grader.report.storage import write_text

        shown = {**data, "output_format": "text", "stdout_visibility": "hidden"}
        write_text(json.dumps(shown, indent=2) + "\n", self._folder / RESULTS)


def _points_told(report: Report) -> dict[str, float]:
    """Lists the points of the criteria all of which students may see."""
    return {
        one.id: float(one.awarded)
        for one in report.criteria
        if one.visibility is Visibility.VISIBLE
        and all(check.visibility is Visibility.VISIBLE for check in one.checks)
    }


def _changes(report: Report, earlier: Mapping[str, float], points: Mapping[str, float]) -> str:
    """Says what became of each criterion since the submission before."""
    titles = {one.id: one.title for one in report.criteria}
    both = [name for name in points if name in earlier]
    if not both:
        return ""
    up, down = (
        _names(both, titles, lambda name: points[name] > earlier[name]),
        _names(both, titles, lambda name: points[name] < earlier[name]),
    )
    if not up and not down:
        return "Since your last submission: no visible criterion has changed."
    parts = [f"more points for {up}"] * bool(up) + [f"fewer points for {down}"] * bool(down)
    return f"Since your last submission: {'; '.join(parts)}."


def _names(ids: list[str], titles: Mapping[str, str], wanted: Callable[[str], bool]) -> str:
    return ", ".join(titles[name] for name in ids if wanted(name))
