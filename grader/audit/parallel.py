"""Puts many wrong solutions to a rubric in several processes at a time.

Each process has a stand of its own. They are handed one solution after the other, so that none
waits for a slow one; what comes back is put in the order of the solutions.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.context import SpawnProcess
from pathlib import Path
from queue import Empty
from typing import Any, Final

from grader.audit.probing import Prober
from grader.audit.trying import Verdict, try_wrong
from grader.audit.wrong import Wrong
from grader.checks import CHECK_KINDS
from grader.errors import GraderError, WorkerDidNotStart
from grader.rubric import load_rubric
from grader.variant_trials import TrialStand, trial_stand

LOOK_EVERY_S: Final = 1.0  # whether all processes are alive
Tell = Callable[[Verdict], None]


def try_all(
    stand: TrialStand, wrongs: Sequence[Wrong], jobs: int, whole: bool, tell: Tell
) -> tuple[Verdict, ...]:
    """Puts wrong solutions to a rubric.

    Args:
        stand: of the rubric; it is the only one where one process is asked for.
        wrongs: the solutions.
        jobs: processes.
        whole: see `try_wrong`.
        tell: is told each verdict as soon as it is known.

    Raises:
        WorkerDidNotStart: a fault of the machine.
    """
    if jobs == 1 or len(wrongs) < 2 * jobs:
        return tuple(_one_by_one(stand, wrongs, whole, tell))
    context = multiprocessing.get_context("spawn")
    tasks, answers = context.Queue(), context.Queue()
    for number, wrong in enumerate(wrongs):
        tasks.put((number, wrong))
    for _ in range(jobs):
        tasks.put(None)
    path = str(stand.rubric.path)
    processes = [
        context.Process(target=_serve, args=(path, whole, tasks, answers), daemon=True)
        for _ in range(jobs)
    ]
    for process in processes:
        process.start()
    found: dict[int, Verdict] = {}
    try:
        while len(found) < len(wrongs):
            number, verdict = _next(answers, processes)
            if not isinstance(verdict, Verdict):
                raise WorkerDidNotStart(str(verdict))
            found[number] = verdict
            tell(verdict)
        for process in processes:
            process.join()
    finally:
        for process in processes:
            if process.is_alive():
                process.terminate()
                process.join()
        tasks.cancel_join_thread()
    return tuple(found[number] for number in range(len(wrongs)))


def _one_by_one(
    stand: TrialStand, wrongs: Sequence[Wrong], whole: bool, tell: Tell
) -> Iterator[Verdict]:
    prober = Prober(stand)
    for wrong in wrongs:
        verdict = try_wrong(stand, prober, wrong, whole)
        tell(verdict)
        yield verdict


def _serve(path: str, whole: bool, tasks: Any, answers: Any) -> None:
    """Runs in a process of its own until there is nothing left to do."""
    try:
        with trial_stand(load_rubric(Path(path), CHECK_KINDS)) as stand:
            prober = Prober(stand)
            while (task := tasks.get()) is not None:
                number, wrong = task
                answers.put((number, try_wrong(stand, prober, wrong, whole)))
    except GraderError as error:
        answers.put((-1, str(error)))


def _next(answers: Any, processes: Sequence[SpawnProcess]) -> tuple[int, Any]:
    while True:
        try:
            found: tuple[int, Any] = answers.get(timeout=LOOK_EVERY_S)
            return found
        except Empty:
            if any(process.exitcode for process in processes):
                return -1, (
                    "A process that puts wrong solutions to the rubric has ended. This is a fault "
                    "of the machine or of the grader. Look whether there is memory left, and run "
                    "the command again with --jobs 1."
                )
