"""Assembles the JSON Schema of a rubric file from the kinds of check.

The schema is committed as `rubric.schema.json`, so that editors complete and explain keys;
`python -m grader.rubric.schema` writes that file anew. What a schema cannot say is in `meaning`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.rubric.keys import CRITERION, SCHEMA_VERSION, SHARED, TOP_LEVEL, closed

if TYPE_CHECKING:
    from grader.checks.kind import CheckKind

SCHEMA_FILE = Path(__file__).with_name("rubric.schema.json")


def rubric_schema(kinds: Sequence[CheckKind]) -> dict[str, Any]:
    """Assembles the schema; every call gives a value of its own.

    A key of a kind may bring `$defs`, for forms that hold themselves; they are lifted to the top,
    where `{"$ref": "#/$defs/<name>"}` finds them.

    Args:
        kinds: The kinds of check that a rubric may use, in the order of the documentation.

    Raises:
        ValueError: A kind calls one of its keys like one that all kinds share, or a definition
            like another one.
    """
    schema = closed(
        "What an assignment asks for, what it is worth, and how it is judged.",
        ("schema_version", "assignment", "title", "handin", "criteria"),
        TOP_LEVEL,
    )
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:grader:rubric:{SCHEMA_VERSION}",
        "title": "Rubric",
    }
    bodies = {check_definition(kind.name): _check(kind) for kind in kinds}
    definitions = {"criterion": CRITERION, "check": _any_check(kinds), **bodies}
    for kind in kinds:
        _lift(kind, definitions)
    plain: dict[str, Any] = _plain({**head, **schema, "$defs": definitions})
    return plain


def check_definition(kind: str) -> str:
    """Names the definition of a kind's checks below `$defs`."""
    return f"check_{kind}"


def _any_check(kinds: Sequence[CheckKind]) -> dict[str, Any]:
    """Describes a check of any kind: `kind` decides which definition holds."""
    names = [kind.name for kind in kinds]
    return {
        "type": "object",
        "description": "One question put to the hand-in.",
        "required": ["kind"],
        "properties": {"kind": {"enum": names, "description": "What is asked."}},
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
                "then": {"$ref": f"#/$defs/{check_definition(name)}"},
            }
            for name in names
        ],
    }


def _check(kind: CheckKind) -> dict[str, Any]:
    both = sorted(SHARED.keys() & kind.properties.keys())
    if both:
        raise ValueError(
            f"The kind {kind.name!r} has a key {both[0]!r} of its own, which all kinds share."
        )
    # A convention may come from the defaults, so no single check has to name one.
    required = ["kind", *(name for name in kind.required if name != "convention")]
    name = {"const": kind.name, "description": kind.summary}
    own = {
        key: {rule: value for rule, value in schema.items() if rule != "$defs"}
        for key, schema in kind.properties.items()
    }
    return closed(kind.summary, required, {**SHARED, "kind": name, **own})


def _lift(kind: CheckKind, definitions: dict[str, Any]) -> None:
    """Adds the definitions that a kind's keys bring."""
    for schema in kind.properties.values():
        for name, definition in schema.get("$defs", {}).items():
            if definitions.setdefault(name, definition) != definition:
                raise ValueError(
                    f"The kind {kind.name!r} defines {name!r}, which is defined differently before."
                )


def _plain(value: Any) -> Any:
    """Copies read-only mappings and tuples into what JSON has."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def schema_text(kinds: Sequence[CheckKind]) -> str:
    """Gives the text of the committed file."""
    return json.dumps(rubric_schema(kinds), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Writes the committed file from the kinds that the grader knows."""
    from grader.checks import CHECK_KINDS

    SCHEMA_FILE.write_text(schema_text(tuple(CHECK_KINDS.values())), encoding="utf-8")


if __name__ == "__main__":  # pragma: no cover - `main` has a test of its own
    main()
