"""Whose doing it was that a worker gave no answer: the hand-in's, or the machine's. In words."""

from __future__ import annotations

import signal
from collections.abc import Mapping

from grader.errors import WorkerDied, WorkerKilled, WorkerOutOfTime, WorkerStarved
from grader.worker.forked import Ending
from grader.worker.inside.scratch import MAX_BYTES, MAX_ENTRIES

STARVED_FROM = 0.25  # of the time limit, that a process was kept waiting by others
_SIGNALS: Mapping[int, str] = {  # where they tell what happened
    signal.SIGABRT: " (abort)",
    signal.SIGSEGV: " (segmentation fault)",
    signal.SIGXCPU: " (it used up its CPU time)",
    signal.SIGXFSZ: " (it wrote a file that is too large)",
}


def late(
    wall_s: float, used_s: float, waited_s: float, share: float = 1.0
) -> WorkerOutOfTime | WorkerStarved:
    """Explains that a program did not end in time.

    Args:
        wall_s: the limit, in seconds of wall-clock time.
        used_s: processor time of all the worker's threads. Threads of its own that keep one
            another waiting use a lot of it.
        waited_s: for how long its first thread was ready and had no processor.
        share: of one processor that this machine allows. Waiting for the rest is no disturbance:
            the limit was made longer for it.
    """
    waited_s = max(0.0, waited_s - (1 - share) * wall_s)
    if waited_s > STARVED_FROM * wall_s and waited_s > used_s:
        return WorkerStarved(
            f"The machine was too busy to judge this: in {wall_s:g} s the hand-in's process got "
            f"{used_s:.1f} s of the processor and waited {waited_s:.1f} s for it. This is no fault "
            "of the hand-in. Grade fewer hand-ins at a time, and run the command again."
        )
    return WorkerOutOfTime(f"did not finish within {wall_s:g} s of wall-clock time.")


def ended(ending: Ending, cpu_limit_s: int) -> WorkerDied | WorkerKilled | WorkerOutOfTime:
    """Explains that a worker ended before it answered.

    Args:
        ending: how it ended.
        cpu_limit_s: the processor time that it was given.
    """
    if ending.overfull:
        return WorkerDied(
            f"wrote more than {MAX_BYTES >> 20} MiB or {MAX_ENTRIES:,} files to its folder, and "
            "its process was ended."
        )
    if ending.signal == signal.SIGKILL and ending.cpu_s >= cpu_limit_s:
        return WorkerOutOfTime(f"used up its {cpu_limit_s} s of CPU time.")
    if ending.signal == signal.SIGKILL:
        # No hand-in can do this to itself: the system-call filter refuses it.
        return WorkerKilled(
            "The process that ran the hand-in was killed from outside, as a machine does that "
            "runs out of memory. This is no fault of the hand-in. Free memory, or grade fewer "
            "hand-ins at a time, and run the command again."
        )
    return WorkerDied(f"ended the process that ran it{_SIGNALS.get(ending.signal, '')}.")
