"""What the machine offers to training: a device, threads, data sets, and whether to train."""

from __future__ import annotations

import fcntl
import math
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.records import EMPTY

if TYPE_CHECKING:
    from grader.datasets.model import DataSet

CPU = "cpu"
ASKED_AGAIN_S = 0.2  # short beside a training, and no load
MOST_THREADS = 2  # a worker gets twice its wall-clock limit of processor time


@dataclass(frozen=True, slots=True)
class Machine:
    """What is there to train with.

    Attributes:
        trains: whether training is wanted; it takes minutes, so a student's check leaves it out
            unless asked.
        device: `cpu`, `cuda` or `cuda:N`.
        why_cpu: why a GPU that was asked for is not used; empty where none was.
        threads: for one training on the CPU.
        data: by name of the data set, a function that opens it.
    """

    trains: bool = False
    device: str = CPU
    why_cpu: str = ""
    threads: int = 1
    data: Mapping[str, Callable[[], DataSet]] = field(default_factory=lambda: EMPTY)

    @property
    def has_gpu(self) -> bool:
        """Whether training runs on a GPU."""
        return self.device != CPU

    def on_cpu(self, because: str) -> Machine:
        """Returns the same machine without its GPU."""
        return replace(self, device=CPU, why_cpu=because)


NOTHING: Final = Machine()


def threads_here(processors: int) -> int:
    """Returns the number of threads that one training gets on a machine's processors."""
    return max(1, min(MOST_THREADS, processors))


@contextmanager
def exclusive(
    device: str, folder: Path | None = None, left_s: Callable[[], float] = lambda: math.inf
) -> Iterator[None]:
    """Holds a GPU for one training at a time, whichever grader on this machine asks; waits for it.

    The kernel lets go of the lock when its holder ends, however that happens.

    Args:
        device: `cpu`, which many may use, or `cuda` with or without a number.
        folder: where the lock lies; that of temporary files unless given.
        left_s: seconds that it may still wait; asked again and again.

    Raises:
        TimeoutError: somebody else held the GPU for that long.
    """
    if device == CPU:
        yield
        return
    number = device.partition(":")[2] or "0"
    path = (folder or Path(tempfile.gettempdir())) / f"grader-gpu-{number}.lock"
    descriptor = _opened(path)
    try:
        _wait_for(descriptor, device, left_s)
        yield
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int, device: str, left_s: Callable[[], float]) -> None:
    if left_s() == math.inf:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if not left_s():
                raise TimeoutError(f"Another grader held {device}.") from None
            time.sleep(ASKED_AGAIN_S)


def _opened(path: Path) -> int:
    """Opens a lock file that everybody on the machine may open; nothing is ever written to it."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        # First without O_CREAT: the kernel may refuse that to others than the owner, see
        # `fs.protected_regular`.
        return os.open(path, flags)
    except FileNotFoundError:
        descriptor = os.open(path, flags | os.O_CREAT, 0o644)
        os.fchmod(descriptor, 0o644)  # whatever the umask
        return descriptor
