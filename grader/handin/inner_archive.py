"""One archive inside a hand-in: which it is, and how what it holds takes its place.

Platforms put each student's zip into a folder, or into a zip of their own, and students zip what
is zipped already. Where an archive is all that could be the work it can be meant in one way only.
An archive inside that one is not opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grader.handin.model import (
    Document,
    IntakeLimits,
    Listing,
    is_notebook,
    refuse_too_deep,
    refuse_twins,
)
from grader.plain_text import quote

_SUFFIX = ".zip"


def inner_archive(listing: Listing) -> str:
    """Gives the path of the archive that holds the work; empty if there is none, or no doubt less.

    There is doubt where a Python file or a notebook lies beside it, or another archive.
    """
    packed = [path for path in listing.others if path.lower().endswith(_SUFFIX)]
    code = listing.sources or any(map(is_notebook, listing.others))
    return packed[0] if len(packed) == 1 and not code else ""


def within(outer: Listing, at: str, inner: Listing, limits: IntakeLimits) -> Listing:
    """Puts what an archive holds in its place, below a folder of its name.

    Args:
        outer: What the archive lies in; documents are read from it as from the outer archive.
        at: Its path there.
        inner: What it holds.
        limits: Bounds on paths.

    Raises:
        HandInTooLarge: Something lies too deep.
        UnsafePath: The outer one has a file of the same path.
    """
    prefix = f"{at}/"
    others = [path for path in outer.others if path != at]
    held = [prefix + path for path in (*inner.sources, *inner.others)]
    seen: dict[str, str] = {}
    for path in (*others, *held):
        refuse_twins(seen, path)
        refuse_too_deep(path, limits)

    def read_other(path: str, limit: int) -> bytes:
        if path.startswith(prefix):
            return inner.read_other(path.removeprefix(prefix), limit)
        return outer.read_other(path, limit)

    return replace(
        outer,
        sources=tuple(sorted(prefix + path for path in inner.sources)),
        others=tuple(sorted((*others, *(prefix + path for path in inner.others)))),
        ignored=tuple(sorted({*outer.ignored, *inner.ignored})),
        notes=(
            *outer.notes,
            *inner.notes,
            f"{quote(at)} was unpacked, because nothing else here could be the work.",
        ),
        read=lambda source: inner.read(source.removeprefix(prefix)),
        documents=_documents(outer.documents, at, inner.documents),
        read_other=read_other,
    )


def _documents(
    outer: Sequence[Document], at: str, inner: Sequence[Document]
) -> tuple[Document, ...]:
    kept = [each for each in outer if each.path != at]
    moved = [replace(each, path=f"{at}/{each.path}") for each in inner]
    return tuple(sorted((*kept, *moved), key=lambda each: each.path))
