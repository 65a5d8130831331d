"""Puts a hand-in together: its root, what lies beside it, and what stands for its modules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.errors import HandInError, PackageRootMissing
from grader.handin.answers import first_sheet
from grader.handin.cells import as_module, left_out
from grader.handin.discovery import Found, find_root, gather, present_in
from grader.handin.documents import DocumentReader, Documents, Wanted
from grader.handin.model import Document, IntakeLimits, Listing, is_notebook, size_text
from grader.handin.notebook import Notebook
from grader.handin.standins import (
    Patterns,
    StandIn,
    by_importance,
    choose,
    in_one,
    renamed,
    sole_file,
)
from grader.plain_text import quote, quote_some

_PYTHON = ("python", "ipython", "sage")


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside the package and was read.

    Attributes:
        patterns: Of the names of notebooks that may stand for modules.
        documents: Notebooks and answers.
        judged: The files whose contents belong to the hand-in's digest.
        notes: What was left out, and where the answers are.
        max_module_bytes: That a module made of notebooks may have.
    """

    patterns: Patterns
    documents: Documents
    judged: tuple[Document, ...]
    notes: tuple[str, ...]
    max_module_bytes: int


@dataclass(frozen=True, slots=True)
class Package:
    """The package with all that stands for its modules.

    Attributes:
        found: Its root.
        files: By path below the root.
        left_out: Python files that were not taken, by path in the hand-in.
        modules: The module that a notebook stands for, by the notebook's path.
        notes: Advice.
    """

    found: Found
    files: Mapping[str, bytes]
    left_out: Sequence[str]
    modules: Mapping[str, str]
    notes: Sequence[str]


def read_beside(
    listing: Listing,
    patterns: Patterns,
    sheets: Sequence[str],
    limits: IntakeLimits,
    read: DocumentReader,
) -> Beside:
    """Reads notebooks and the answer sheet, where there are any.

    Raises:
        HandInError: The process that reads them could not be started.
    """
    every = by_importance(filter(is_notebook, listing.others))
    sheet = first_sheet(listing.others, sheets) or ""
    # Where a rubric asks for answers, a notebook may hold them.
    wanted = Wanted(tuple(every[: limits.max_notebooks]), sheet, bool(sheets))
    documents = read(listing, wanted, limits) if wanted.paths else Documents()
    notes = [*documents.refused.values(), *documents.notes]
    if len(every) > limits.max_notebooks:
        notes.append(
            f"Only {limits.max_notebooks} of {len(every)} notebooks were read. Hand in those alone "
            "that are to be graded."
        )
    judged = tuple(
        each
        for each in listing.documents
        if each.sha256 and (is_notebook(each.path) or each.format == "pdf" or each.path == sheet)
    )
    return Beside(patterns, documents, judged, tuple(notes), limits.max_file_bytes)


def assemble(
    listing: Listing,
    roots: Sequence[str],
    expects: Sequence[str],
    root: str | None,
    beside: Beside,
) -> Package:
    """Finds the package and fills the places of missing modules.

    Raises:
        PackageRootMissing: There is none, and nothing stands for its modules.
        PackageRootAmbiguous: There are several.
        HandInError: A file, or the notebook that is the whole hand-in, cannot be read.
    """
    notebooks = {each.path: each for each in beside.documents.notebooks}
    ours = [path for path, each in notebooks.items() if each.language.startswith(_PYTHON)]
    foreign = [path for path in notebooks if path not in ours]

    def standing(present: set[str]) -> list[StandIn]:
        sources = [at for at in listing.sources if at.rpartition("/")[2] not in _names(expects)]
        chosen = choose(beside.patterns, ours, sources, present)
        filled = present | {each.module for each in chosen}
        left = [at for at in sources if at not in {each.source for each in chosen}]
        copies = renamed(expects, left, filled)
        filled |= {each.module for each in copies}
        if len(ours) == 1 and any(each.notebooks for each in chosen):
            text = "\n".join(cell.source for cell in notebooks[ours[0]].cells)
            chosen += in_one(beside.patterns, ours[0], text, filled)
            filled |= {each.module for each in chosen}
        free = [] if filled & set(expects) else sole_file(expects, listing.sources)
        return [*chosen, *copies, *free]

    alone = [path for each in standing(set()) for path in (*each.notebooks, each.source) if path]
    try:
        found = find_root(
            listing,
            roots=roots,
            expects=expects,
            root=root,
            instead=alone,
            patterns=[name for names in beside.patterns.values() for name in names],
        )
    except PackageRootMissing as error:
        raise _with_reasons(
            error, listing, beside, [notebooks[path] for path in foreign]
        ) from error
    chosen = standing(present_in(listing, found.root, expects))
    named = {each.source: each.module for each in chosen if each.source}
    files, rest, notes = gather(listing, found.root, expects, named)
    modules: dict[str, str] = {}
    for each in chosen:
        if each.source:
            notes.append(f"{quote(each.source)} was read as {quote(each.module)}.")
            continue
        parts = [notebooks[path] for path in each.notebooks]
        content = as_module(parts)
        if len(content) > beside.max_module_bytes:
            notes.append(_too_long(each, len(content), beside.max_module_bytes))
            continue
        files[each.module] = content
        modules = dict.fromkeys(each.notebooks, each.module) | modules
        notes += _about(each, parts)
    if foreign and beside.patterns:
        notes.append(_of_other_languages([notebooks[path] for path in foreign]))
    return Package(found, files, rest, modules, notes)


def _names(expects: Sequence[str]) -> set[str]:
    return {path.rpartition("/")[2] for path in expects}


def _with_reasons(
    error: PackageRootMissing, listing: Listing, beside: Beside, foreign: Sequence[Notebook]
) -> HandInError:
    """Adds why notebooks could not be read; where they are all there is, that is the reason."""
    refused = list(beside.documents.refused.values())
    if foreign and beside.patterns:
        refused.append(_of_other_languages(foreign))
    if not refused:
        return error
    if listing.sources or len(beside.documents.notebooks) > len(foreign):
        return PackageRootMissing(f"{error.message} {refused[0]}")
    return HandInError(" ".join(refused[:3]))


def _about(chosen: StandIn, parts: Sequence[Notebook]) -> list[str]:
    cells = sum(cell.kind == "code" for each in parts for cell in each.cells)
    made = (
        f"{chosen.module} was made of the {cells} code cell{'' if cells == 1 else 's'} of "
        f"{quote_some(chosen.notebooks, 5)}."
    )
    return [made, *filter(None, map(left_out, parts))]


def _too_long(chosen: StandIn, size: int, limit: int) -> str:
    return (
        f"{quote_some(chosen.notebooks, 5)} was not read as {chosen.module}: its code is "
        f"{size_text(size)}, and the limit is {size_text(limit)}. Keep data out of the cells and "
        "hand in again."
    )


def _of_other_languages(notebooks: Sequence[Notebook]) -> str:
    first = notebooks[0]
    return (
        f"{quote_some([each.path for each in notebooks], 5)} stands for no module: its language is "
        f"{quote(first.language)}, not Python. Choose a Python kernel and save it again."
    )
