"""Makes the sources of a variant: those of the reference with some edits. It runs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.errors import VariantError
from grader.variants.catalogue import Edit, Misconception

_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Sources:
    """What a variant of the reference is made of, each by path below its package's root.

    Attributes:
        handin: the reference hand-in.
        library: the package `reference` that it is built on.
    """

    handin: Mapping[str, bytes]
    library: Mapping[str, bytes]


def overlaid(sources: Mapping[str, bytes], file: str, edits: Iterable[Edit]) -> Mapping[str, bytes]:
    """Applies edits to one of several sources, one after the other.

    Args:
        sources: by path; they are not changed.
        file: the path of the one to edit.
        edits: what to replace in it.

    Raises:
        VariantError: there is no such file, or a text to replace does not occur exactly once.

    >>> overlaid({"a.py": b"y = x + b"}, "a.py", [Edit(" + b", "")])
    {'a.py': b'y = x'}
    """
    if file not in sources:
        raise VariantError(
            f"There is no source {file!r} to edit, so the variant cannot be made. Name one of "
            f"{', '.join(sorted(sources)) or 'none'}."
        )
    text = sources[file].decode("utf-8")
    for edit in edits:
        found = text.count(edit.find)
        if found != 1:
            raise VariantError(
                f"{file} has the text {_start_of(edit.find)!r} {_times(found)}; an edit needs "
                "it exactly once. Bring the edit up to date with the source, or quote more of it."
            )
        text = text.replace(edit.find, edit.put)
    return {**sources, file: text.encode("utf-8")}


def variant_of(
    reference: Sources, misconception: Misconception, assignment: str, roots: Sequence[str]
) -> Sources | None:
    """Makes the sources of a misconception for one assignment.

    Args:
        reference: the assignment's right sources.
        misconception: what is edited.
        assignment: id of the assignment.
        roots: names that the hand-in's package may have.

    Returns:
        The sources; None where the misconception is about another assignment's own file.

    Raises:
        VariantError: an edit does not fit the source.
    """
    if misconception.assignment is None:
        library = overlaid(reference.library, misconception.file, misconception.edits)
        return Sources(reference.handin, library)
    if misconception.assignment != assignment:
        return None
    _, _, root, file = misconception.file.split("/", 3)
    if root not in roots:
        raise VariantError(
            f"{misconception.file!r} lies in {root!r}, which is no folder of a hand-in of "
            f"{assignment}. Name a file in {' or '.join(roots)}."
        )
    return Sources(overlaid(reference.handin, file, misconception.edits), reference.library)


def _start_of(text: str) -> str:
    line = text.strip().partition("\n")[0]
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def _times(count: int) -> str:
    return "nowhere" if count == 0 else f"{count} times"
