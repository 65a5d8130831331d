"""Reads a hand-in; an archive in a worker, as everything that a student's bytes are parsed by.

Whatever a forged archive does to the code that reads it happens in a confined process, which ends
afterwards.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from grader import assignments
from grader.errors import UnsafeArchive, WorkerDied, WorkerOutOfTime
from grader.handin import HandIn, IntakeLimits, read_handin
from grader.handin.model import Listing
from grader.handin.packed import unpack
from grader.plain_text import quote
from grader.records import Limits, Rubric
from grader.worker.program import Fault, Program
from grader.worker.service import WorkerService
from grader.worker.session import Setup, WorkerSession

READING = Limits(wall_s=30.0, memory_mib=1024)
# The part of the grader that reads archives, and the name that it goes by.
_PACKAGE = "grader"
_MODULES = ("errors", "plain_text", "handin/model", "handin/archive", "handin/packed")


def read_for(rubric: Rubric, path: Path, root: str | None, service: WorkerService) -> HandIn:
    """Reads a hand-in by its assignment's rules.

    Args:
        rubric: gives the rules.
        path: a folder or an archive.
        root: the package's folder in it, where somebody named one.
        service: has the worker in which an archive is read.

    Raises:
        HandInError: it is missing, unsafe, or not of this assignment.
        WorkerDidNotStart: a fault of the machine.
    """
    return read_handin(
        path,
        roots=rubric.handin.roots,
        accept=rubric.handin.accept,
        expects=assignments.expected_files(rubric),
        root=root,
        read_archive=_ReaderApart(service).read,
    )


class _ReaderApart:
    def __init__(self, service: WorkerService) -> None:
        self._service = service

    @contextmanager
    def read(self, raw: io.FileIO, path: Path, limits: IntakeLimits) -> Iterator[Listing]:
        """Lists an archive in a worker; see `grader.handin.archive.open_archive`."""
        with raw:
            yield self._listing(raw.fileno(), path, limits)

    def _listing(self, descriptor: int, path: Path, limits: IntakeLimits) -> Listing:
        program = Program()
        read = program.resolve("handin.packed.read_packed")
        arguments = [program.file(0), path.name, asdict(limits)]
        answer = program.export(program.call(read, arguments))
        host = self._service.host()
        session = WorkerSession(
            host, Setup("intake", (_PACKAGE,), files=(descriptor,)), limits=READING
        )
        try:
            host.load("intake", _sources(), {})()
            packed = session.run(program).value(answer)
            if isinstance(packed, Fault):
                raise _unreadable(path, packed.message)
            return unpack(packed, path.stem)
        except (WorkerDied, WorkerOutOfTime) as error:
            raise _unreadable(path, f"The process that read it {error}") from error
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            # Whoever has taken over the process that reads can send anything.
            raise _unreadable(path, "What its reading gave makes no sense.") from error
        finally:
            session.close()
            host.close()


def _sources() -> dict[str, bytes]:
    here = Path(__file__).parent
    return {f"{name}.py": (here / f"{name}.py").read_bytes() for name in _MODULES}


def _unreadable(path: Path, why: str) -> UnsafeArchive:
    return UnsafeArchive(
        f"{quote(path.name)} cannot be read as an archive. {why} Make the zip again with your "
        "system's own compress command, open it once yourself, and hand that in."
    )
