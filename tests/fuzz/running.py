"""Runs one input of one target: within a deadline, with warnings as errors, and named if it fails.

Knows no target. Both ways of fuzzing go through here, so that they mean the same by a finding.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

Target = Callable[[bytes], None]

DEADLINE_CPU_S = 2.0
MEMORY_MIB = 1024  # that a process may take while it feeds inputs
CORPUS = Path(__file__).parent / "corpus"


class DeadlinePassed(BaseException):
    """The input has used up its CPU time. No `except Exception` may take it for something else."""


def attempt(target: Target, data: bytes, cpu_s: float = DEADLINE_CPU_S) -> None:
    """Runs a target on one input; whatever it raises is a finding.

    The deadline counts CPU seconds, so that a busy machine makes nobody late.

    Raises:
        DeadlinePassed: the input took too long.
    """

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise DeadlinePassed(f"the input took more than {cpu_s:g} s of CPU time")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, cpu_s)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            target(data)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def bounded_memory(mib: int) -> Iterator[None]:
    """Lets this process take so much more address space, so that one greedy input gets no more.

    What is asked for beyond is refused with MemoryError, which is a finding like any other.
    """
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    bound = pages * os.sysconf("SC_PAGE_SIZE") + mib * 2**20
    before, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (bound, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, hard))


def name_of(error: BaseException) -> str:
    """Names a finding by what was raised and by the grader's function that raised it.

    >>> name_of(ValueError("no"))
    'ValueError-in-the_target'
    """
    place = "the_target"
    for frame in traceback.extract_tb(error.__traceback__):
        folder, _, file = frame.filename.rpartition("/")
        if "/grader" in folder and "/tests/" not in folder:
            place = f"{file.removesuffix('.py')}.{frame.name}"
    return f"{type(error).__name__}-in-{re.sub(r'[^a-zA-Z0-9_.]+', '_', place)}"


def save(data: bytes, error: BaseException, folder: Path) -> Path:
    """Keeps an input that failed, as the one example of its kind of failure; the shortest stays."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name_of(error)}.bin"
    if not path.exists() or len(data) < path.stat().st_size:
        path.write_bytes(data)
    return path


def kept(target: str) -> list[Path]:
    """Lists the inputs that have once made a target fail."""
    return sorted((CORPUS / target).glob("*"))


def resident_mib() -> float:
    """Reads how much memory this process holds; Linux alone tells."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
