"""Finds the student's package in a listing and gathers its files; opens no path itself.

Students wrap the folder in others, rename it, hand in the course's own copy beside
theirs, or flatten it. What can be meant in one way only is accepted with a note; what
can be meant in two ways is refused with all the choices named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType

from grader.errors import PackageRootAmbiguous, PackageRootMissing
from grader.handin.model import Listing, is_importable, is_notebook, nfc
from grader.plain_text import quote, quote_some

_ASIDE = re.compile(
    r"solution|upstream|reference|starter|original|backup|(?<![a-z])old(?![a-z])", re.IGNORECASE
)
_HIDDEN_SUFFIXES = (".py.txt", ".ipynb.txt")
_ARCHIVE_SUFFIXES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz")


@dataclass(frozen=True, slots=True)
class Found:
    """Is the package root, "." for the hand-in's top, and how it was settled on."""

    root: str
    notes: tuple[str, ...] = ()


def find_root(
    listing: Listing,
    *,
    roots: Sequence[str],
    expects: Sequence[str],
    root: str | None = None,
    instead: Sequence[str] = (),
    patterns: Sequence[str] = (),
) -> Found:
    """Finds the folder that holds the modules the rubric asks about.

    Args:
        listing: What the hand-in holds.
        roots: Names the folder may have, the most likely first.
        expects: Paths of modules below it.
        root: The user's choice, which then needs no search.
        instead: Paths of notebooks, and of oddly named files, that stand for modules where no
            folder holds any of `expects`.
        patterns: Of the names that such notebooks may have.

    Raises:
        PackageRootMissing: No folder holds any of `expects`, or `root` holds no Python.
        PackageRootAmbiguous: Several folders do, and nothing tells them apart.
    """
    if root is not None:
        return _chosen(listing, root, expects)
    if not expects:  # nothing that is asked is in a module
        tops = {at.partition("/")[0] for at in (*listing.sources, *listing.others) if "/" in at}
        return Found(next((top for top in sorted(tops) if spelling_of(top, roots)), "."))
    held = _count_expected(listing.sources, expects)
    named = [at for at in held if spelling_of(folder_name(listing, at), roots)]
    if named:
        return _settle(listing, named, roots)
    strong = [at for at, count in held.items() if count > 1] or list(held)
    if not strong and instead:
        return Found(_folder_of(instead))
    if not strong:
        raise PackageRootMissing(_missing(listing, roots, expects, patterns))
    found = _settle(listing, strong, roots)
    if not roots:
        return found
    note = (
        f"No folder is named {_either(roots)}; {_place(found.root)} was read instead, because it "
        f"holds {quote_some(_present(listing, found.root, expects), 4)}."
    )
    return Found(found.root, (note, *found.notes))


def present_in(listing: Listing, root: str, expects: Sequence[str]) -> set[str]:
    """Names the modules that a package has, those included that lie beside their folder."""
    prefix = _prefix(root)
    paths = [at.removeprefix(prefix) for at in listing.sources if at.startswith(prefix)]
    fit = {path for path in paths if is_importable(path)}
    return fit | set(_flattened(fit, expects).values())


def gather(
    listing: Listing,
    root: str,
    expects: Sequence[str],
    named: Mapping[str, str] = MappingProxyType({}),
) -> tuple[dict[str, bytes], list[str], list[str]]:
    """Reads the package's importable files.

    Args:
        listing: What the hand-in holds.
        root: The package's folder.
        expects: Paths of modules below it.
        named: Modules that files of another name stand for, by path in the hand-in.

    Returns:
        Files by path below the root; Python files left out, by path in the hand-in;
        notes.

    Raises:
        HandInError: A file cannot be read.
    """
    prefix = _prefix(root)
    below = {at: at.removeprefix(prefix) for at in listing.sources if at.startswith(prefix)}
    taken = {at: path for at, path in below.items() if is_importable(path)} | dict(named)
    notes = []
    unfit = [at for at in below if at not in taken]
    if unfit:
        notes.append(
            f"Not read, because no import can name them: {quote_some(unfit, 5)}. If one of them is "
            "the version to grade, give it the module's own name."
        )
    files = {path: listing.read(at) for at, path in taken.items()}
    for at, path in named.items():
        # Whoever calls a file `Layers.py` may import it by that name.
        own = below.get(at, path)
        if own.casefold() == path.casefold():
            files.setdefault(own, files[path])
    for flat, full in _flattened(files, expects).items():
        files[full] = files.pop(flat)
        notes.append(
            f"{quote(flat)} lies beside the other modules instead of in a folder of its own, so it "
            f"was read as {quote(full)}."
        )
    return files, [at for at in listing.sources if at not in taken], notes


def folder_name(listing: Listing, root: str) -> str:
    """Gives the name of the folder that a root stands for."""
    return nfc(listing.name) if root == "." else root.rpartition("/")[2]


def spelling_of(name: str, roots: Sequence[str]) -> str | None:
    """Gives the spelling in `roots` of a folder's name, whatever its case."""
    by_case = {known.casefold(): known for known in reversed(roots)}
    return name if name in roots else by_case.get(name.casefold())


def is_aside(at: str) -> bool:
    """Tells whether a path lies in a folder that, by its name, holds another version."""
    return any(_ASIDE.search(part) for part in at.split("/")[:-1])


def _count_expected(sources: Iterable[str], expects: Sequence[str]) -> Counter[str]:
    held: Counter[str] = Counter()
    for at in sources:
        for expected in expects:
            if f"/{at}".endswith(f"/{expected}"):
                held[at[: -len(expected)].rstrip("/") or "."] += 1
    return held


def _settle(listing: Listing, candidates: list[str], roots: Sequence[str]) -> Found:
    """Chooses among candidates by rules that leave no doubt, or refuses."""
    order = sorted(candidates, key=lambda at: (at != ".", at.count("/"), at))
    outer = [at for at in order if not any(_is_below(at, other) for other in order)]
    mine = [at for at in outer if not is_aside(at)] or outer
    exact = [at for at in mine if folder_name(listing, at) in roots]
    if len(outer) == 1:
        winner, why = outer[0], "it lies inside the folder that was read"
    elif _are_same(listing, outer):
        winner, why = outer[0], "the Python files are the same"
    elif len(mine) == 1:
        winner, why = mine[0], "it lies below a folder whose name says that it is not your version"
    elif len(exact) == 1:
        winner, why = exact[0], "its name is not spelt as the assignment spells it"
    else:
        raise PackageRootAmbiguous(
            f"{quote(listing.name)} holds {len(order)} folders that could be the work: "
            f"{quote_some(order)}. Only one of them can be graded. Remove the others, or choose "
            "one with --root PATH; if they are several people's, give each as a hand-in of its own."
        )
    aside = [at for at in order if at != winner]
    if not aside:
        return Found(winner)
    note = f"Read {_place(winner)}, and left aside {quote_some(aside)}: {why}."
    return Found(winner, (f"{note} Choose another one with --root PATH.",))


def _chosen(listing: Listing, root: str, expects: Sequence[str]) -> Found:
    at = nfc(PurePosixPath(root.replace("\\", "/")).as_posix())
    readable = (*listing.sources, *filter(is_notebook, listing.others))
    if not any(path.startswith(_prefix(at)) for path in readable):
        folders = sorted({str(PurePosixPath(source).parent) for source in listing.sources})
        listed = f"The folders with Python files are: {quote_some(folders)}." if folders else ""
        raise PackageRootMissing(
            f"{quote(listing.name)} has no folder {quote(root)} with Python files in it, where "
            f"--root looks. --root takes a path inside the hand-in, such as "
            f"assignment/package. {listed}{_unread(listing)}".rstrip()
        )
    if _present(listing, at, expects):
        return Found(at)
    return Found(at, (f"--root chose {_place(at)}, which holds none of {quote_some(expects, 6)}.",))


def _folder_of(paths: Sequence[str]) -> str:
    """Gives the one folder in which all these lie, or else the top."""
    folders = {path.rpartition("/")[0] for path in paths}
    return (folders.pop() or ".") if len(folders) == 1 else "."


def _missing(
    listing: Listing, roots: Sequence[str], expects: Sequence[str], patterns: Sequence[str]
) -> str:
    paths = (*listing.sources, *listing.others)
    top = sorted({path.partition("/")[0] for path in paths})
    packed = [path for path in listing.others if path.lower().endswith(_ARCHIVE_SUFFIXES)]
    named = f" named {_either(roots)}" if roots else ""
    at_top = f"At its top it has {quote_some(top)}." if top else "It is empty."
    notebooks = f", and no notebook named {_either(patterns)}," if patterns else ""
    texts = [path for path in listing.others if path.lower().endswith(_HIDDEN_SUFFIXES)]
    renamed = (
        f" An editor has put .txt behind the name of {quote_some(texts, 3)}, which some systems do "
        "not show. Take it off."
        if texts
        else ""
    )
    hint = (
        f" Not unpacked: {quote_some(packed, 3)}. Inside a hand-in only one zip is unpacked, where "
        "it is the only one and no Python file or notebook lies beside it. Hand in what is in them."
        if packed
        else ""
    )
    return (
        f"No folder{named} that holds any of {quote_some(expects, 6)}{notebooks} was found in "
        f"{quote(listing.name)}. {at_top}{_unread(listing)}{hint}{renamed} Hand in the "
        "assignment's folder with its modules under the names they were given, or say where they "
        "are with --root PATH."
    )


def _unread(listing: Listing) -> str:
    if not listing.ignored:
        return ""
    return f" Folders with these names were not looked into: {quote_some(listing.ignored)}."


def _flattened(files: Iterable[str], expects: Sequence[str]) -> dict[str, str]:
    """Maps files at the top to the places the rubric expects them, if those are empty."""
    present = set(files)
    moves: dict[str, str] = {}
    for full in expects:
        folder, _, flat = full.rpartition("/")
        has_folder = any(path.startswith(f"{folder}/") for path in present)
        if folder and not has_folder and flat in present and flat not in expects:
            moves.setdefault(flat, full)
    return moves


def _are_same(listing: Listing, candidates: Sequence[str]) -> bool:
    def package(root: str) -> dict[str, bytes]:
        prefix = _prefix(root)
        inside = [at for at in listing.sources if at.startswith(prefix)]
        return {at.removeprefix(prefix): listing.read(at) for at in inside}

    first = package(candidates[0])
    return all(package(other) == first for other in candidates[1:])


def _is_below(at: str, other: str) -> bool:
    return at != other and (other == "." or at.startswith(f"{other}/"))


def _present(listing: Listing, root: str, expects: Sequence[str]) -> list[str]:
    return [path for path in expects if _prefix(root) + path in listing.sources]


def _prefix(root: str) -> str:
    return "" if root == "." else f"{root}/"


def _place(root: str) -> str:
    return "the top of the hand-in" if root == "." else quote(root)


def _either(names: Sequence[str]) -> str:
    return " or ".join(quote(name) for name in names)
