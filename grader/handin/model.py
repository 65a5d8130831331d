"""Holds what the stages of intake pass on: limits, a listing, and the hand-in itself.

Knows which names are never part of the work and how a hand-in gets its digest;
knows neither folders nor archives, and opens nothing.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from grader.errors import HandInTooLarge, UnsafePath
from grader.handin.notebook import Notebook
from grader.plain_text import is_plain, quote

HandInKind = Literal["folder", "zip", "notebook", "script"]

_IGNORED_DIRECTORIES = frozenset(
    "__pycache__ __MACOSX node_modules venv env site-packages build dist".split()
)
_IGNORED_FILES = frozenset((".DS_Store", "Thumbs.db", "desktop.ini", "Icon\r"))
_UNFIT_IN_FILE_NAMES = frozenset('/\\:*?"<>|')
_ID_CHARS = 100
LISTED_AT_MOST = 1_000  # of the files beside the code


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    """Bounds what intake reads; over a bound it refuses, and says which.

    Attributes:
        max_entries: Members of an archive, or Python files of a folder.
        max_other_entries: Everything else in a folder (names only, never opened).
        max_file_bytes: One Python file, inflated.
        max_total_bytes: All members of an archive inflated; all files read of a folder.
        max_ratio: Inflated over compressed bytes of one member of an archive.
        ratio_from_bytes: Members smaller than this, inflated, may have any ratio.
        max_depth: Folders within folders, the file's own name counted.
        max_path_chars: One path inside the hand-in.
        max_notebook_bytes: One notebook, with its outputs.
        max_notebooks: Notebooks that are read; the rest is only listed.
        max_answers_bytes: The answer sheet.
        max_documents: Files beside the code that are looked into.
    """

    max_entries: int = 5_000
    max_other_entries: int = 100_000
    max_file_bytes: int = 2 * 2**20
    max_total_bytes: int = 256 * 2**20
    max_ratio: int = 200
    ratio_from_bytes: int = 2**20
    max_depth: int = 32
    max_path_chars: int = 400
    max_notebook_bytes: int = 64 * 2**20
    max_notebooks: int = 40
    max_answers_bytes: int = 256 * 2**10
    max_documents: int = 200


def _no_other(path: str, _limit: int) -> bytes:
    raise LookupError(path)


def _no_descriptor(path: str) -> int:
    raise LookupError(path)


@dataclass(frozen=True, slots=True)
class Document:
    """Is a file beside the code, such as a report, of which the content is not kept.

    Attributes:
        path: Posix path in the hand-in, cleaned.
        size_bytes: Its length.
        format: What its first bytes are, such as "pdf"; empty for what is not known.
        pages: Of a PDF, as far as they can be counted; 0 elsewhere.
        whole: False for a PDF that has no end, as after an upload that was cut short.
        sha256: Of what is judged: of notebooks, YAML files and PDFs; empty elsewhere.
    """

    path: str
    size_bytes: int
    format: str = ""
    pages: int = 0
    whole: bool = True
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """Is what a folder or an archive holds, before anyone knows where the work is.

    Attributes:
        kind: Where it came from.
        name: The folder's name, or the archive's without its suffix; not cleaned.
        sources: Paths of all Python files, NFC, sorted.
        others: Paths of all other regular files, sorted.
        ignored: Names of the folders that were not looked into, sorted.
        notes: Advice that came up while listing.
        read: Gives the bytes of one of `sources`; raises HandInError.
        documents: The first of `others`, looked into as far as that needs no parser.
        read_other: Gives the bytes of one of `others` that has at most so many; raises HandInError.
        open_other: Opens the file that one of `others` is, or the archive that it lies in, and
            gives the descriptor, which the caller closes; raises HandInError.
    """

    kind: HandInKind
    name: str
    sources: tuple[str, ...]
    others: tuple[str, ...]
    ignored: tuple[str, ...]
    notes: tuple[str, ...]
    read: Callable[[str], bytes] = field(repr=False, compare=False)
    documents: tuple[Document, ...] = ()
    read_other: Callable[[str, int], bytes] = field(default=_no_other, repr=False, compare=False)
    open_other: Callable[[str], int] = field(default=_no_descriptor, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class HandIn:
    """Is what a student submitted, read once and frozen.

    Attributes:
        id: Display name, fit for a file name; no control, bidi or zero-width marks.
        kind: "folder", "zip", "notebook" or "script", a single Python file.
        digest: "sha256:<hex>" of all that is judged; a folder and a zip of the same work agree.
        root: Posix path of the package inside the hand-in, cleaned; "." for the top.
        root_name: The name to import the package by, in the rubric's spelling.
        files: Posix path below the root → source bytes; only .py, sorted. A notebook that stands
            for a module is among them, as its code cells, each below a line that names it.
        others: Paths of the other regular files, relative to the hand-in, cleaned.
        notes: Advice for the student, one sentence or two each.
        name: Of the file or folder that was handed in, with its suffix, cleaned.
        documents: Files beside the code, sorted by path.
        notebooks: Sorted by path.
        answers: What the answer sheet says: text, numbers, lists and mappings of them, by key.
    """

    id: str
    kind: HandInKind
    digest: str
    root: str
    root_name: str
    files: Mapping[str, bytes] = field(repr=False, hash=False)
    others: tuple[str, ...]
    notes: tuple[str, ...]
    name: str = ""
    documents: tuple[Document, ...] = ()
    notebooks: tuple[Notebook, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    def __post_init__(self) -> None:
        """Freezes and sorts `files` and `answers`, whatever mappings were given."""
        frozen = MappingProxyType(dict(sorted(self.files.items())))
        object.__setattr__(self, "files", frozen)
        object.__setattr__(self, "answers", MappingProxyType(dict(self.answers)))


def digest_of(files: Mapping[str, bytes], documents: Iterable[Document] = ()) -> str:
    """Hashes paths and contents, each with its length in front, in sorted order.

    The lengths keep `{"a.py": b"b"}` and `{"a.pyb": b""}` apart. Of documents it takes the file's
    own name, so that a folder and a zip with another folder around the work agree.
    """
    sha = hashlib.sha256()

    def add(*parts: bytes) -> None:
        for part in parts:
            sha.update(len(part).to_bytes(8, "big"))
            sha.update(part)

    for path, source in sorted(files.items()):
        add(path.encode(), source)
    judged = {(each.path.rpartition("/")[2], each.size_bytes, each.sha256) for each in documents}
    for name, size, digest in sorted(judged):
        add(b"document", name.encode(errors="replace"), str(size).encode(), digest.encode())
    return f"sha256:{sha.hexdigest()}"


def display_id(name: str) -> str:
    """Makes a name to show and to call a report file by.

    >>> display_id("Zoë: hw2\u202e ")
    'Zoë_ hw2'
    """
    plain = "".join(c for c in nfc(name) if is_plain(c))
    fit = "".join("_" if c in _UNFIT_IN_FILE_NAMES else c for c in plain)
    return fit[:_ID_CHARS].strip(" .") or "hand-in"


def ignored_directory(parts: Sequence[str]) -> str | None:
    """Gives the first of these folder names that is never part of the work."""
    for part in parts:
        if part in _IGNORED_DIRECTORIES or part.startswith("."):
            return part
    return None


def is_ignored_file(name: str) -> bool:
    """Tells whether a file is litter of an operating system (`._x` is AppleDouble)."""
    return name in _IGNORED_FILES or name.startswith("._")


def is_source(name: str) -> bool:
    """Tells whether a file is Python by its name."""
    return name.endswith(".py")


def is_notebook(name: str) -> bool:
    """Tells whether a file is a notebook by its name."""
    return name.lower().endswith(".ipynb")


def is_yaml(name: str) -> bool:
    """Tells whether a file may be an answer sheet by its name."""
    return name.lower().endswith((".yaml", ".yml"))


def listed(others: Iterable[str]) -> list[str]:
    """Chooses the files beside the code that are listed: what may be judged comes first."""
    by_use = sorted(others, key=lambda path: (not (is_notebook(path) or is_yaml(path)), path))
    return by_use[:LISTED_AT_MOST]


def is_importable(path: str) -> bool:
    """Tells whether every part of a path below the root can stand in an import.

    >>> is_importable("classifiers/cnn.py"), is_importable("layers (1).py")
    (True, False)
    """
    return all(part.isidentifier() for part in path.removesuffix(".py").split("/"))


def nfc(text: str) -> str:
    """Composes letters and accents, which macOS keeps apart in file names."""
    return unicodedata.normalize("NFC", text)


def refuse_twins(seen: dict[str, str], path: str) -> None:
    """Notes a path in `seen`; refuses one that some file system takes for another.

    Raises:
        UnsafePath: Two paths differ in case or composition only, or not at all.
    """
    key = nfc(nfc(path).casefold())
    if key in seen:
        raise UnsafePath(
            f"The hand-in has both {quote(seen[key])} and {quote(path)}, which are one file on "
            "many machines, so what is graded would depend on the machine. Rename or remove one."
        )
    seen[key] = path


def refuse_too_deep(path: str, limits: IntakeLimits) -> None:
    """Refuses a path with too many names or too many characters.

    Raises:
        HandInTooLarge: It has.
    """
    if path.strip("/").count("/") >= limits.max_depth or len(path) > limits.max_path_chars:
        raise HandInTooLarge(
            f"{quote(path)} lies too deep: at most {limits.max_depth} names in a path and "
            f"{limits.max_path_chars} characters are read. Move the work further up."
        )


def size_text(count: int) -> str:
    """Writes a number of bytes for a person.

    >>> size_text(3 * 2**20)
    '3.0 MiB (3,145,728 bytes)'
    """
    return f"{count / 2**20:.1f} MiB ({count:,} bytes)"
