"""`grader rubric audit`: does a right solution get all points, and does a wrong one lose some?"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from grader.cli import MESSAGE_CHARS, ExitCode, say, say_safely
from grader.plain_text import clean_text

if TYPE_CHECKING:
    from grader.calibration import Reached, TrainingRow, Trials
    from grader.records import Rubric

WIDTH: Final = 80
LEAST_RUNS: Final = 2  # have a standard deviation
HEADING: Final = (
    f"{'trained on':<22}{'runs':>4}{'mean':>7}{'std':>6}{'least':>6}{'full':>6}{'s each':>8}"
    "  full credit missed"
)


def named_rubric(which: str) -> Rubric:
    """Loads the rubric of an assignment, or one in a file.

    Raises:
        RubricError: the rubric is missing or at fault.
    """
    from grader.assignments import rubrics_dir
    from grader.checks import CHECK_KINDS
    from grader.rubric import find_rubric, load_rubric

    path = Path(which)
    if path.suffix not in {".yaml", ".yml"} and not path.is_file():
        path = find_rubric(which, rubrics_dir())
    return load_rubric(path, CHECK_KINDS)


@click.command()
@click.argument("which", metavar="ID|FILE")
@click.option(
    "--calibrate",
    is_flag=True,
    help="Train the reference, and hold what it reaches against the thresholds.",
)
@click.option(
    "--seeds",
    "runs",
    metavar="N",
    type=click.IntRange(min=LEAST_RUNS),
    default=5,
    show_default=True,
    help="Trainings in each setting.",
)
@click.option(
    "--only",
    metavar="ID",
    multiple=True,
    help="Try what is wrong nearest to this criterion only, or train for it; may be repeated.",
)
@click.option(
    "--data",
    "data_dir",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder of the data sets, see `grader data`.",
)
@click.option(
    "--device",
    metavar="DEVICE",
    default="auto",
    show_default=True,
    help="Where networks are trained: auto, cpu, cuda or cuda:N.",
)
@click.option("--write", is_flag=True, help="Write what was reached into the rubric file.")
@click.option(
    "--sample",
    metavar="N",
    type=click.IntRange(min=1),
    help="Try N wrong solutions of each sort, always the same ones; all unless given.",
)
@click.option("--whole", is_flag=True, help="Ask all that a wrong solution reaches; takes longer.")
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    help="Processes; as many as there are processors unless given.",
)
@click.option(
    "--json",
    "json_path",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what was found as JSON.",
)
@click.option(
    "--html",
    "html_path",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what was found as a page.",
)
def audit(
    which: str,
    calibrate: bool,
    runs: int,
    only: tuple[str, ...],
    data_dir: Path | None,
    device: str,
    write: bool,
    sample: int | None,
    whole: bool,
    jobs: int | None,
    json_path: Path | None,
    html_path: Path | None,
) -> int:
    """Find wrong solutions that a rubric lets pass.

    Puts to the rubric what students misunderstand, generic slips in the course's own solution, and
    functions that return nothing, a constant and the like. The exit code is 1 where one of them
    loses no points, does not do the same as the right solution, and is not listed with a reason in
    survivors.yaml beside the rubric.

    With --calibrate, the reference is trained several times in every setting that this machine can
    do. A threshold that it would miss more than once in 1,000 trainings is a mistake of the rubric,
    and the exit code is 1.
    """
    from grader.cli.inputs import split_ids

    if not calibrate:
        from grader.cli.rubric_survivors import find_survivors

        chosen = split_ids(only)
        return find_survivors(
            named_rubric(which), chosen, sample, whole, jobs, json_path, html_path
        )
    from grader.calibration import Trials, read_reference, training_rows
    from grader.cli.training_options import machine_for
    from grader.staging import start_service

    rubric = named_rubric(which)
    machine = machine_for(True, device, data_dir, os.environ)
    if not any(training_rows(rubric)):
        say("No check of this rubric trains a network, so there is nothing to calibrate.")
        return ExitCode.FULL_CREDIT
    with start_service(rubric) as service:
        handin = read_reference(rubric, service)
        trials = Trials(rubric, handin, machine, runs, service)
        return _Audit(trials, write).run(trials.rows(split_ids(only)))


class _Audit:
    """Trains setting by setting, and says what came of each as soon as it is known."""

    def __init__(self, trials: Trials, write: bool) -> None:
        self._trials = trials
        self._write = write
        self._path = Path(trials.rubric.path)
        self._digest = trials.rubric.digest
        self._wrong: list[tuple[tuple[str | int, ...], str]] = []
        self._unwritten: dict[str, None] = {}

    def run(self, rows: Iterable[TrainingRow]) -> ExitCode:
        from grader.calibration import mistakes

        check, settings, trained = "", 0, 0
        for row in rows:
            if row.spec.id != check:
                say(clean_text(row.spec.id, WIDTH) if check else f"{HEADING}\n{row.spec.id}")
                check = row.spec.id
            reached = self._train(row)
            say("\n".join(_lines(row, reached)))
            self._wrong += [((*row.path, *key), said) for key, said in mistakes(row, reached)]
            settings, trained = settings + 1, trained + (not reached.not_here)
            if self._write and reached.is_whole:
                self._write_down(row, reached)
        return self._conclude(settings, trained)

    def _train(self, row: TrainingRow) -> Reached:
        from grader.cli.progress import progress

        with progress(sys.stderr, row.spec.id) as observer:
            observer.planned(self._trials.runs)
            return self._trials.train(row, observer.progressed, observer.finished)

    def _write_down(self, row: TrainingRow, reached: Reached) -> None:
        from grader.checks import CHECK_KINDS
        from grader.errors import UsageError
        from grader.rubric.calibrated import write_calibration

        try:
            self._digest = write_calibration(
                self._path, row.path, reached.calibration, CHECK_KINDS, self._digest
            )
        except UsageError as error:  # the other settings may still be written
            self._unwritten[error.message] = None

    def _conclude(self, settings: int, trained: int) -> ExitCode:
        """Says what is wrong, at the lines where it stands now."""
        from grader.report.wording import plural
        from grader.rubric.problems import Problems
        from grader.rubric.source import read_source

        problems = Problems(read_source(self._path))
        for path, said in self._wrong:
            problems.add(path, said)
        for text in (*problems.in_order(), *self._unwritten):
            say_safely(f"\n{clean_text(text, MESSAGE_CHARS)}")
        say(
            f"\n{trained} of {plural(settings, 'setting')} trained here, "
            f"{plural(len(problems), 'mistake')} of the rubric."
        )
        if self._unwritten:
            return ExitCode.UNUSABLE
        return ExitCode.CREDIT_LOST if problems else ExitCode.FULL_CREDIT


def _lines(row: TrainingRow, reached: Reached) -> Iterator[str]:
    """Yields the table's row of one setting, and what has to be said of it."""
    from grader.report.wrapping import wrap
    from grader.thresholds import chance_of_miss, odds

    setting = row.setting
    notes = []
    if reached.is_whole:
        found = reached.calibration
        missed = chance_of_miss(setting, found, reached.examples)
        each_s = sum(reached.wall_s) / found.runs
        yield (
            f"  {f'{setting.data} on {reached.device}':<20}{found.runs:>4}{found.mean:>7.3f}"
            f"{found.std:>6.3f}{min(reached.accuracies):>6.3f}{setting.curve.full_from:>6g}"
            f"{each_s:>8.1f}  {odds(missed)}"
        )
        if reached.why_cpu:
            notes.append(f"Not on a GPU: {reached.why_cpu}.")
        if reached.ended:
            often = f"{len(reached.ended)} of {found.runs} trainings"
            notes.append(f"Ended early in {often}: {reached.ended[-1]}.")
    else:
        yield f"  {setting.data}"
        notes.append(reached.not_here or "Its trainings failed, see below.")
    for note in notes:
        yield from (f"    {line}" for line in wrap(clean_text(note, MESSAGE_CHARS), WIDTH - 4))
