"""Reads the misconceptions: YAML files in, frozen records out.

A misconception is the reference with a few edits of its source, so that every assignment whose
reference hand-in is built on that source shows it in its own style of calling. One file holds those
of one family; `misconceptions.schema.json` beside them describes it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from grader.errors import RubricNotFound, RubricSchemaError
from grader.rubric.problems import Problems, make_validator, schema_problems
from grader.rubric.source import Source, read_source

CATALOGUE = Path(__file__).resolve().parents[2] / "reference" / "misconceptions"
SCHEMA = "misconceptions.schema.json"
_FORMS: Mapping[str, str] = {
    "^[a-z][a-z0-9_]*$": "lower-case letters, digits and underscores",
    "^[a-z][a-z0-9]*(_[a-z0-9]+)*$": "lower-case words with underscores between them",
    "^([A-Za-z0-9_]+/)*[A-Za-z0-9_]+\\.py$": "a path such as layers/affine.py",
    "^(?![A-Z][a-z]).*[^.]$": "a clause without a capital at its beginning and a full stop",
    "[.?]$": "sentences that end with a full stop or a question mark",
    "[.]$": "a sentence that ends with a full stop",
}


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement in a source.

    Attributes:
        find: occurs exactly once.
        put: takes its place.
    """

    find: str
    put: str


@dataclass(frozen=True, slots=True)
class Misconception:
    """A wrong variant of the reference that has a name and an explanation.

    Attributes:
        name: unique among all.
        family: what it is about, such as normalization.
        file: the source that is edited, below the folder `reference`.
        edits: applied one after the other.
        says: what is wrong, as a clause that follows "a batch norm in which".
        hint: what to look at, for students; without the answer.
        because: where the mistake comes from, for the course.
        subjects: dotted subjects of rubrics that it is about first; empty where that is plain.
    """

    name: str
    family: str
    file: str
    edits: tuple[Edit, ...]
    says: str
    hint: str
    because: str
    subjects: tuple[str, ...] = ()

    @property
    def assignment(self) -> str | None:
        """The assignment whose reference hand-in has the file; None for the shared library."""
        parts = self.file.split("/")
        return parts[1] if parts[0] == "handins" and len(parts) > 3 else None


def read_catalogue(
    folder: Path = CATALOGUE, families: Collection[str] = ()
) -> tuple[Misconception, ...]:
    """Reads the misconceptions, family by family.

    Args:
        folder: has one YAML file for each family, and the schema.
        families: which to read; all when empty.

    Raises:
        RubricNotFound: there is none, as in a student's copy.
        RubricSyntaxError: a file is not YAML.
        RubricSchemaError: files depart from the schema, or names are taken twice; all mistakes.
    """
    sources = [
        read_source(path)
        for path in sorted(folder.glob("*.yaml"))
        if not families or path.stem in families
    ]
    if not sources:
        raise RubricNotFound(
            f"{folder} has no misconceptions. They come with the course's installation of the "
            "grader; a student's copy has none. Install the grader from the course's repository."
        )
    taken: dict[str, str] = {}
    mistakes = [said for source in sources for said in _mistakes(source, taken)]
    if mistakes:
        raise RubricSchemaError(mistakes)
    return tuple(
        _misconception(source.data["family"], item)
        for source in sources
        for item in source.data["misconceptions"]
    )


@cache
def _schema() -> Any:
    return make_validator(json.loads((CATALOGUE / SCHEMA).read_text(encoding="utf-8")))


def _mistakes(source: Source, taken: dict[str, str]) -> Iterator[str]:
    """Yields what is wrong with a file; adds its names to those that are taken."""
    problems = Problems(source)
    for path, said in schema_problems(_schema(), source.data, _FORMS):
        problems.add(path, said)
    if not problems:
        family, file = source.data["family"], Path(source.name).stem
        if family != file:
            problems.add(
                ("family",),
                f"The family is {family!r} and the file is called {file!r}. Call both alike.",
            )
        for at, item in enumerate(source.data["misconceptions"]):
            name = item["name"]
            if name in taken:
                problems.add(
                    ("misconceptions", at, "name"),
                    f"{name!r} is the name of another one in the family {taken[name]!r}. "
                    "Choose a name of its own.",
                )
            taken.setdefault(name, family)
    yield from problems.in_order()


def _misconception(family: str, item: Mapping[str, Any]) -> Misconception:
    return Misconception(
        name=item["name"],
        family=family,
        file=item["file"],
        edits=tuple(Edit(each["find"], each["put"]) for each in item["edits"]),
        says=item["says"],
        hint=item["hint"],
        because=item["because"],
        subjects=tuple(item.get("subjects", ())),
    )
