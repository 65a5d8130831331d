"""Reads a hand-in; in workers, whatever of it has to be parsed.

Whatever a forged archive or notebook does to the code that reads it happens in a confined process,
which ends afterwards.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from grader import assignments
from grader.errors import UnsafeArchive, WorkerDied, WorkerOutOfTime
from grader.handin import HandIn, IntakeLimits, read_handin
from grader.handin.documents import Documents, Wanted
from grader.handin.model import Listing
from grader.handin.packed import unpack
from grader.handin.packed_documents import unpack_documents
from grader.plain_text import clean_text, quote
from grader.records import Limits, Rubric
from grader.worker.inside.wire import Slot
from grader.worker.program import Fault, Program
from grader.worker.service import WorkerService
from grader.worker.session import Setup, WorkerSession

READING = Limits(wall_s=30.0, memory_mib=1024)
DEATHS_AT_MOST = 3  # notebooks that may overcome their reader, before the rest is not tried
NO_SENSE = "What was read of it does not fit together."
NOT_TRIED = "It was not tried, because files before it ended the process that reads them."
# The parts of the grader that read archives and documents, and the name that they go by.
_PACKAGE = "grader"
_ARCHIVES = (
    "errors",
    "plain_text",
    *(
        f"handin/{name}"
        for name in (
            "notebook",
            "model",
            "document",
            "inner_archive",
            "magic",
            "archive",
            "packed",
        )
    ),
)
_DOCUMENTS = (
    *_ARCHIVES[:-1],
    *(
        f"handin/{name}"
        for name in (
            "pictures",
            "notebook_json",
            "notebook_cells",
            "answers",
            "documents",
            "packed_documents",
        )
    ),
)


def read_for(rubric: Rubric, path: Path, root: str | None, service: WorkerService) -> HandIn:
    """Reads a hand-in by its assignment's rules.

    Args:
        rubric: gives the rules.
        path: a folder, an archive or a notebook.
        root: the package's folder in it, where somebody named one.
        service: has the workers in which archives and documents are read.

    Raises:
        HandInError: it is missing, unsafe, or not of this assignment.
        WorkerDidNotStart: a fault of the machine.
    """
    apart = _ReaderApart(service)
    return read_handin(
        path,
        roots=rubric.handin.roots,
        accept=rubric.handin.accept,
        expects=assignments.expected_files(rubric),
        root=root,
        notebooks=rubric.handin.notebooks,
        answers=rubric.handin.answers,
        read_archive=apart.read,
        read_documents=apart.read_documents,
    )


class _ReaderApart:
    def __init__(self, service: WorkerService) -> None:
        self._service = service

    @contextmanager
    def read(self, raw: io.FileIO, path: Path, limits: IntakeLimits) -> Iterator[Listing]:
        """Lists an archive in a worker; see `grader.handin.archive.open_archive`."""
        with raw:
            listing = self._listing(raw.fileno(), path, limits)
            yield replace(listing, open_other=lambda _: os.dup(raw.fileno()))

    def read_documents(self, listing: Listing, wanted: Wanted, limits: IntakeLimits) -> Documents:
        """Reads notebooks and answers in a worker; see `grader.handin.documents`.

        Where one of them overcomes the process, each is read in a process of its own.
        """
        try:
            return self._documents(listing, wanted, limits)
        except _Overcome as error:
            if len(wanted.paths) == 1:
                return _refused(wanted, str(error))
        parts: list[Documents] = []
        deaths = 0
        for one in _one_by_one(wanted):
            if deaths == DEATHS_AT_MOST:
                parts.append(_refused(one, NOT_TRIED))
                continue
            try:
                parts.append(self._documents(listing, one, limits))
            except _Overcome as error:
                deaths += 1
                parts.append(_refused(one, str(error)))
        return _joined(parts)

    def _listing(self, descriptor: int, path: Path, limits: IntakeLimits) -> Listing:
        try:
            packed = self._ask(
                self._service,
                _ARCHIVES,
                "handin.packed.read_packed",
                (descriptor,),
                lambda files: [files[0], path.name, asdict(limits)],
            )
            return unpack(packed, path.stem)
        except _Overcome as error:
            raise _unreadable(path, str(error)) from error
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            # Whoever has taken over the process that reads can send anything.
            raise _unreadable(path, NO_SENSE) from error

    def _documents(self, listing: Listing, wanted: Wanted, limits: IntakeLimits) -> Documents:
        is_archive = listing.kind == "zip"
        sent = wanted if is_archive else _sendable(wanted, limits)
        bounds = asdict(replace(limits, max_documents=0))  # they were looked into before
        with ExitStack() as held:
            files = []
            for path in wanted.paths[:1] if is_archive else wanted.paths:
                files.append(listing.open_other(path))
                held.callback(os.close, files[-1])
            packed = self._ask(
                self._service.for_library("documents"),
                _DOCUMENTS,
                "handin.packed_documents.read_packed_documents",
                tuple(files),
                lambda slots: [
                    slots,
                    is_archive,
                    [list(sent.notebooks), sent.sheet, sent.marked],
                    bounds,
                ],
            )
        try:
            return unpack_documents(packed, sent)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            # As above.
            raise _Overcome(NO_SENSE) from error

    def _ask(
        self,
        service: WorkerService,
        modules: Sequence[str],
        dotted: str,
        files: tuple[int, ...],
        arguments: Callable[[list[Slot]], list[Any]],
    ) -> Any:
        """Has a function of the grader's own called in a worker that has some open files."""
        program = Program()
        function = program.resolve(dotted)
        slots = [program.file(index) for index in range(len(files))]
        answer = program.export(program.call(function, arguments(slots)))
        host = service.host()
        session = WorkerSession(host, Setup("intake", (_PACKAGE,), files=files), limits=READING)
        try:
            host.load("intake", _sources(modules), {})()
            found = session.run(program).value(answer)
        except (WorkerDied, WorkerOutOfTime) as error:
            raise _Overcome(f"Reading it {error}") from error
        finally:
            session.close()
            host.close()
        if isinstance(found, Fault):
            raise _Overcome(found.message)
        return found


class _Overcome(Exception):  # noqa: N818  # it says what became of a process
    """What is read has overcome its reader; the text says how."""


def _sources(modules: Sequence[str]) -> dict[str, bytes]:
    here = Path(__file__).parent
    return {f"{name}.py": (here / f"{name}.py").read_bytes() for name in modules}


def _sendable(wanted: Wanted, limits: IntakeLimits) -> Wanted:
    """Cleans the paths of a folder's files, which may hold what no message can."""

    def clean(path: str) -> str:
        return clean_text(path, limits.max_path_chars)

    return replace(wanted, notebooks=tuple(map(clean, wanted.notebooks)), sheet=clean(wanted.sheet))


def _one_by_one(wanted: Wanted) -> Iterator[Wanted]:
    for path in wanted.notebooks:
        yield Wanted((path,), marked=wanted.marked and not wanted.sheet)
    if wanted.sheet:
        yield Wanted(sheet=wanted.sheet)


def _refused(wanted: Wanted, why: str) -> Documents:
    """Says of the one file that was wanted why it is not read."""
    (path,) = wanted.paths
    sentence = (
        f"{quote(path)} cannot be read. {why} Open it, save it anew without what is not asked for, "
        "and hand that in."
    )
    return Documents(refused={path: sentence}) if wanted.notebooks else Documents(notes=(sentence,))


def _joined(parts: Sequence[Documents]) -> Documents:
    answering = next((each for each in parts if each.answers), Documents())
    return Documents(
        tuple(notebook for each in parts for notebook in each.notebooks),
        {path: why for each in parts for path, why in each.refused.items()},
        answering.answers,
        tuple(note for each in parts for note in each.notes),
    )


def _unreadable(path: Path, why: str) -> UnsafeArchive:
    return UnsafeArchive(
        f"{quote(path.name)} cannot be read as an archive. {why} Make the zip again with your "
        "system's own compress command, open it once yourself, and hand that in."
    )
