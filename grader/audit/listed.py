"""Reads `survivors.yaml` beside a rubric: wrong solutions that lose nothing, and why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from grader.errors import RubricSchemaError
from grader.records import EMPTY, Rubric
from grader.rubric.problems import Problems, make_validator, schema_problems
from grader.rubric.source import read_source

FILE: Final = "survivors.yaml"
_REASON_CHARS: Final = 10
_SCHEMA: Final[Mapping[str, Any]] = {
    "type": "object",
    "properties": {
        "survivors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "minLength": 1},
                    "what": {"type": "string", "minLength": 1},
                    "because": {"type": "string", "minLength": _REASON_CHARS},
                },
                "required": ["name", "because"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["survivors"],
    "additionalProperties": False,
}


def listed_survivors(rubric: Rubric) -> Mapping[str, str]:
    """Reads the reasons by a mutant's fingerprint, or the name of a misconception or canary.

    Args:
        rubric: the file is looked for beside it; without one nothing is listed.

    Raises:
        RubricSyntaxError: the file is not YAML.
        RubricSchemaError: it departs from the form, or lists a name twice; all mistakes.
    """
    path = Path(rubric.path).parent / FILE
    if not rubric.path or not path.is_file():
        return EMPTY
    source = read_source(path)
    problems = Problems(source)
    for at, said in schema_problems(make_validator(_SCHEMA), source.data, {}):
        problems.add(at, said)
    found: dict[str, str] = {}
    for number, item in enumerate(source.data["survivors"] if not problems else ()):
        if item["name"] in found:
            problems.add(
                ("survivors", number, "name"),
                f"{item['name']!r} is listed before. Remove one of the two.",
            )
        found[item["name"]] = item["because"]
    if problems:
        raise RubricSchemaError(list(problems.in_order()))
    return found
