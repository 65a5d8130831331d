"""A book of mistakes: what each known mistake gives in each check, as sketches, with its words.

Where a mistake leaves no wrong array, the book has what the check says of it.

A course's book lies beside its rubric; a student's copy has it in its recording. It holds no code.
What was asked when it was made shows in the sketches of the right arrays: where these differ from
what is expected now, the check's page is out of date and says nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from grader.feedback.sketches import Sketch, sketch_from, sketch_of
from grader.records import EMPTY, Compared

FILE: Final = "mistakes.json"  # beside the rubric
FORMAT: Final = 1
FILE_BYTES: Final = 16 * 2**20

Arrays = Mapping[str, Sketch | None]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake that has a name.

    Attributes:
        name: of the misconception.
        says: what is wrong, as a clause.
        hint: what to look at, without the answer.
        digest: of what it changes in the reference.
    """

    name: str
    says: str
    hint: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What is known of one check.

    Attributes:
        right: sketches of the right arrays, by key; see `key_of`.
        given: sketches of the arrays that mistakes give otherwise, by the mistake's name, the
            likeliest first. `None` stands for an array that is not given at all.
        said: what the check says of mistakes that leave no wrong array; see `symptoms`.
    """

    right: Arrays
    given: Mapping[str, Arrays]
    said: Mapping[str, str] = field(default_factory=lambda: EMPTY)

    @property
    def fails(self) -> Collection[str]:
        """Names the mistakes that fail the check."""
        return self.given.keys() | self.said.keys()


@dataclass(frozen=True, slots=True)
class Book:
    """All pages by check id, and the mistakes by name."""

    mistakes: Mapping[str, Mistake] = field(default_factory=lambda: EMPTY)
    pages: Mapping[str, Page] = field(default_factory=lambda: EMPTY)

    def of_checks(self, ids: Collection[str]) -> Book:
        """Returns the pages of some checks, with the mistakes that they name."""
        pages = {name: page for name, page in self.pages.items() if name in ids}
        named = {name for page in pages.values() for name in page.fails}
        return Book({name: each for name, each in self.mistakes.items() if name in named}, pages)


def key_of(compared: Compared) -> str:
    """Names an array of a check: by its case and its name."""
    return f"{compared.case}|{compared.name}"


def sketches_of(arrays: Iterable[Compared], expected: bool = False) -> Arrays:
    """Sketches arrays by their keys: the hand-in's, or those that were expected."""
    return {key_of(each): sketch_of(each.expected if expected else each.actual) for each in arrays}


def book_value(book: Book) -> Any:
    """Makes JSON of a book; mistakes that give the same share their sketches."""
    return {
        "format": FORMAT,
        "mistakes": {
            name: [each.says, each.hint, each.digest] for name, each in book.mistakes.items()
        },
        "pages": {
            check: {
                "right": _written(page.right),
                "given": _grouped(page.given),
                **({"said": dict(page.said)} if page.said else {}),
            }
            for check, page in book.pages.items()
        },
    }


def _written(arrays: Arrays) -> dict[str, Any]:
    return {key: sketch and sketch.to_json() for key, sketch in arrays.items()}


def _grouped(given: Mapping[str, Arrays]) -> list[Any]:
    groups: dict[str, list[str]] = {}
    for name, arrays in given.items():
        groups.setdefault(json.dumps(_written(arrays), sort_keys=True), []).append(name)
    return [[names, json.loads(text)] for text, names in groups.items()]


def book_from(value: Any) -> Book:
    """Reads the JSON of a book; an empty one where it is none."""
    try:
        if value["format"] != FORMAT:
            return Book()
        mistakes = {
            str(name): Mistake(str(name), *map(str, words))
            for name, words in value["mistakes"].items()
        }
        pages = {
            str(check): Page(
                _read(page["right"]),
                {
                    str(name): _read(arrays)
                    for names, arrays in page["given"]
                    for name in names
                    if name in mistakes
                },
                {
                    str(name): str(said)
                    for name, said in page.get("said", {}).items()
                    if name in mistakes
                },
            )
            for check, page in value["pages"].items()
        }
    except (KeyError, TypeError, ValueError, AttributeError):
        return Book()
    return Book(mistakes, pages)


def _read(arrays: Mapping[str, Any]) -> Arrays:
    return {str(key): sketch_from(each) for key, each in arrays.items()}


def read_book(file: Path) -> Book:
    """Reads a book's file; an empty book where there is none, or one that cannot be read."""
    try:
        with file.open("rb") as stream:
            text = stream.read(FILE_BYTES + 1)
        return book_from(json.loads(text)) if len(text) <= FILE_BYTES else Book()
    except (OSError, ValueError, RecursionError):
        return Book()


def book_text(book: Book) -> str:
    """Writes a book as JSON, a line for each group of mistakes."""
    value = book_value(book)
    lines = ["{", f'"format": {FORMAT},', '"mistakes": {']
    lines.append(
        ",\n".join(
            f"{json.dumps(name)}: {json.dumps(words, ensure_ascii=False)}"
            for name, words in value["mistakes"].items()
        )
    )
    lines += ["},", '"pages": {']
    pages = []
    for check, page in value["pages"].items():
        given = ",\n".join(json.dumps(group, separators=(",", ":")) for group in page["given"])
        right = json.dumps(page["right"], separators=(",", ":"))
        said = ",\n".join(
            f"{json.dumps(name)}: {json.dumps(text, ensure_ascii=False)}"
            for name, text in page.get("said", {}).items()
        )
        also = f', "said": {{\n{said}\n}}' if said else ""
        pages.append(f'{json.dumps(check)}: {{"right": {right}, "given": [\n{given}\n]{also}}}')
    return "\n".join([*lines, ",\n".join(pages), "}", "}", ""])
