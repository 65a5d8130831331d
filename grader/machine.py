"""What the machine offers to training: a device, threads, data sets, and whether to train."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.records import EMPTY

if TYPE_CHECKING:
    from grader.datasets.model import DataSet

CPU = "cpu"
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
def exclusive(device: str, folder: Path | None = None) -> Iterator[None]:
    """Holds a GPU for one training at a time, whichever grader on this machine asks; waits for it.

    The kernel lets go of the lock when its holder ends, however that happens.

    Args:
        device: `cpu`, which many may use, or `cuda` with or without a number.
        folder: where the lock lies; that of temporary files unless given.
    """
    if device == CPU:
        yield
        return
    number = device.partition(":")[2] or "0"
    path = (folder or Path(tempfile.gettempdir())) / f"grader-gpu-{number}.lock"
    descriptor = _opened(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


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
