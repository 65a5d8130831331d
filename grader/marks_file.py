"""Marks as a YAML file beside a report, `alice.marks.yaml` beside `alice.json`.

People may edit it by hand, so that all mistakes are told at once, each with its line. A level is
kept by its description: it means the same when the rubric's levels are numbered anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from grader.errors import RubricError, UsageError
from grader.marks import make_mark
from grader.marks_given import Mark, Marks
from grader.plain_text import clean_text, quote
from grader.records import Criterion, Rubric
from grader.report.storage import write_text
from grader.rubric.problems import Problems, did_you_mean, make_validator, schema_problems
from grader.rubric.source import read_source

SUFFIX = ".marks.yaml"
DIGEST = "^sha256:[0-9a-f]+$"
ID_CHARS = 200

HEAD = (
    "# Marks that people gave to one version of a hand-in. `grader mark REPORT` writes them, and\n"
    "# may be called again after this file was edited; `grader grade` puts them into new reports.\n"
)

_MARK = {
    "type": "object",
    "additionalProperties": False,
    "required": ["criterion"],
    "properties": {
        "criterion": {"type": "string", "description": "Id of the criterion that is marked."},
        "level": {
            "type": ["integer", "string"],
            "description": "Number of a level, 1 is the best, or how its description begins.",
        },
        "credit": {"type": "number", "minimum": 0, "maximum": 1, "description": "0 to 1."},
        "comment": {"type": "string", "description": "For the student."},
        "by": {"type": "string", "description": "Who gave the mark."},
        "at": {"type": "string", "description": "When, ISO 8601."},
    },
}
_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["assignment", "handin", "marks"],
    "properties": {
        "assignment": {"type": "string", "description": "Id of the assignment."},
        "handin": {
            "type": "object",
            "additionalProperties": False,
            "required": ["id", "digest"],
            "description": "Which hand-in was marked, and which version of it.",
            "properties": {
                "id": {"type": "string", "description": "Its name."},
                "digest": {
                    "type": "string",
                    "pattern": DIGEST,
                    "description": "The digest that stands in its report.",
                },
            },
        },
        "marks": {"type": "array", "description": "One for each criterion.", "items": _MARK},
    },
}
_FORMS = {DIGEST: "the digest that stands in the report, sha256: and hexadecimal digits"}


def marks_path(report: Path) -> Path:
    """Names the file of the marks that belong to a report's file."""
    return report.with_suffix(SUFFIX)


def read_marks(path: Path, rubric: Rubric) -> Marks:
    """Reads a file of marks.

    Raises:
        UsageError: it cannot be read, or not all of it is marks of this rubric; the message holds
            every mistake.
    """
    try:
        source = read_source(path)
    except RubricError as error:
        raise UsageError(
            f"The marks {quote(str(path))} cannot be read; they are YAML and follow the rules for "
            f"rubrics.\n{error.message}"
        ) from error
    problems = Problems(source)
    for place, sentence in schema_problems(make_validator(_SCHEMA), source.data, _FORMS):
        problems.add(place, sentence)
    marks = []
    if not problems:
        marks = _marks(source.data["marks"], rubric, problems)
    if problems:
        told = "\n".join(problems.in_order())
        raise UsageError(f"The marks {quote(str(path))} cannot be used:\n{told}")
    handin = source.data["handin"]
    return Marks(
        assignment=source.data["assignment"],
        handin=clean_text(handin["id"], ID_CHARS),
        digest=handin["digest"],
        marks=tuple(marks),
    )


def _marks(data: list[Any], rubric: Rubric, problems: Problems) -> list[Mark]:
    known = {criterion.id: criterion for criterion in rubric.criteria}
    first: dict[str, int] = {}
    marks = []
    for at, one in enumerate(data):
        name = one["criterion"]
        if name not in known:
            sentence = f"{quote(name)} is no criterion of the rubric.{did_you_mean(name, known)}"
            problems.add(("marks", at, "criterion"), sentence)
        elif first.setdefault(name, at) != at:
            line = problems.line(("marks", first[name]))
            sentence = f"{quote(name)} has a mark in line {line} already. Delete one of the two."
            problems.add(("marks", at, "criterion"), sentence)
        elif ("level" in one) == ("credit" in one):
            sentence = "A mark has either a `level` or a `credit`. Give one of them."
            problems.add(("marks", at), sentence)
        else:
            try:
                marks.append(_mark(known[name], one))
            except UsageError as error:
                key = "level" if "level" in one else "credit"
                problems.add(("marks", at, key), error.message)
    return marks


def _mark(criterion: Criterion, data: Mapping[str, Any]) -> Mark:
    if "credit" in data:
        answer = f"{Decimal(str(data['credit'])):f}"
        answer += "" if "." in answer else ".0"  # a share of the points, and no level's number
    else:
        answer = str(data["level"])
    when = clean_text(data.get("at", ""), 40)
    return make_mark(criterion, answer, data.get("comment", ""), data.get("by", ""), when)


def write_marks(marks: Marks, path: Path) -> None:
    """Writes a file of marks, whole or not at all.

    Raises:
        UsageError: the folder is missing, or may not be written to.
        GraderError: the disk is full or failed.
    """
    write_text(marks_text(marks), path)


def marks_text(marks: Marks) -> str:
    """Writes marks as YAML; each text is quoted, so that none is taken for anything else."""
    lines = [
        f"assignment: {_quoted(marks.assignment)}",
        "handin:",
        f"  id: {_quoted(marks.handin)}",
        f"  digest: {_quoted(marks.digest)}",
        "marks:" if marks.marks else "marks: []",
    ]
    for mark in marks.marks:
        answer = f"level: {_quoted(mark.level)}" if mark.level else f"credit: {mark.credit:f}"
        lines += [f"  - criterion: {_quoted(mark.criterion)}", f"    {answer}"]
        for key, text in (("comment", mark.comment), ("by", mark.by), ("at", mark.at)):
            if text:
                lines.append(f"    {key}: {_quoted(text)}")
    return HEAD + "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Quotes a cleaned text: YAML reads JSON's quotation marks and escapes."""
    return json.dumps(text, ensure_ascii=False)
