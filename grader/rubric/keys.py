"""Describes the keys of a rubric file, each as JSON Schema with words for the reader.

The keys that single kinds of check add are described by the kinds; `schema` puts all together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

SCHEMA_VERSION = 1

_ID = "^[a-z][a-z0-9_]*$"
_NAME = "[A-Za-z_][A-Za-z0-9_]*"
_DOTTED = rf"^{_NAME}(\.{_NAME})*$"
_FILE = "[A-Za-z0-9_][A-Za-z0-9_. -]*"
_FOLDER = f"^{_FILE}$"
_PATH = f"^{_FILE}(/{_FILE})*$"

FORMS: Mapping[str, str] = MappingProxyType(
    {
        _ID: "lower-case letters, digits and underscores, with a letter first",
        _DOTTED: "names joined by dots, such as layers.affine_forward",
        _FOLDER: "the name of a folder, without slashes",
        _PATH: "a path below the root, such as layer_utils.py or data/loader.py",
    }
)


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "description": description}


def _formed(pattern: str, description: str) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern, "description": description}


def _listed(items: Mapping[str, Any], description: str, **rules: Any) -> dict[str, Any]:
    """Describes a list without repetitions."""
    shape = {"type": "array", "items": dict(items), "uniqueItems": True}
    return {**shape, **rules, "description": description}


def closed(
    description: str, required: Sequence[str], properties: Mapping[str, Any]
) -> dict[str, Any]:
    """Describes a mapping in which other keys are mistakes."""
    shape: dict[str, Any] = {"type": "object", "description": description}
    if required:
        shape["required"] = list(required)
    return {**shape, "additionalProperties": False, "properties": dict(properties)}


def _visibility(description: str) -> dict[str, Any]:
    return {"enum": ["visible", "after_due", "hidden"], "description": description}


def _limits(description: str) -> dict[str, Any]:
    return closed(
        description,
        (),
        {
            "wall_s": {
                "type": "number",
                "exclusiveMinimum": 0,
                "maximum": 86400,
                "description": "Wall-clock time of one check, in seconds. Default: 10.",
            },
            "memory_mib": {
                "type": "integer",
                "minimum": 64,
                "maximum": 1048576,
                "description": "Address space of the worker, in MiB. Default: 2048.",
            },
        },
    )


_HANDIN = closed(
    "What a hand-in of this assignment looks like.",
    ("roots",),
    {
        "roots": _listed(
            {"type": "string", "pattern": _FOLDER},
            "Accepted names of the package folder.",
            minItems=1,
        ),
        "accept": _listed(
            {"enum": ["folder", "zip", "notebook", "script"]},
            "Accepted kinds of hand-in; notebook and script are single files. "
            "Default: folder and zip.",
            minItems=1,
        ),
        "notebooks": {
            "type": "object",
            "description": "Modules that notebooks may stand for, as paths below the root, each "
            "with patterns of the names that such notebooks have: {hw2.py: ['*hw2*']}.",
            "propertyNames": {"pattern": _PATH},
            "additionalProperties": _listed(
                {"type": "string", "minLength": 1},
                "Patterns of file names, in which * stands for anything; letters of either case "
                "are the same.",
                minItems=1,
            ),
        },
        "answers": _listed(
            {"type": "string", "pattern": _FOLDER},
            "Names that the answer sheet, a YAML file, may have.",
            minItems=1,
        ),
        "provided": _listed(
            {"type": "string", "pattern": _PATH},
            "Modules that the course ships, as paths below the root.",
        ),
        "forbidden": _listed(
            {"type": "string", "pattern": _DOTTED},
            "Libraries that the assignment bans; they are absent while it is graded.",
        ),
    },
)
_DEFAULTS = closed(
    "What holds for every check that does not say otherwise.",
    (),
    {
        "convention": _formed(_ID, "Calling style of the checks whose kind has one."),
        "limits": _limits("What one check may use."),
    },
)
_FAMILIES = {
    "type": "object",
    "description": "Groups of functions that share a private cache and are lent together.",
    "propertyNames": {"pattern": _ID},
    "additionalProperties": _listed(
        {"type": "string", "pattern": _DOTTED},
        "Dotted paths of the functions, below the root.",
        minItems=1,
    ),
}
_SIZE = {"type": "integer", "minimum": 1, "maximum": 100000}
_NETWORK = closed(
    "A mapping with the inputs and outputs of a network.",
    ("inputs", "outputs"),
    {
        "inputs": {
            "type": "array",
            "items": _SIZE,
            "minItems": 1,
            "maxItems": 4,
            "description": "Shape of one example, such as [3, 64, 64].",
        },
        "outputs": _listed(_SIZE, "How many scores an example may get.", minItems=1),
    },
)
CRITERION = closed(
    "Points for one subject, and the checks that decide them.",
    ("id", "title", "subject", "points", "checks"),
    {
        "id": _formed(_ID, "Name of the criterion, unique in the rubric."),
        "title": _text("What is graded, as the report shows it."),
        "subject": _formed(
            _DOTTED, "Dotted path of what is graded, below the root: layers.affine_forward."
        ),
        "points": {
            "type": "number",
            "minimum": 0,
            "maximum": 1000000,
            "description": "What the criterion is worth, in points.",
        },
        "visibility": _visibility("Who sees the criterion, and when. Default: visible."),
        "needs": _listed(
            {"type": "string", "pattern": _ID},
            "Ids of criteria above that this one builds on; if one of them fails, this one is "
            "judged without it or skipped.",
        ),
        "optional": {
            "type": "boolean",
            "description": "Whether a hand-in may lack the subject's file: then nothing is asked "
            "and a person marks this criterion. Default: false, so that it fails.",
        },
        "free_name": {
            "description": "Whether the assignment gives the subject no name: then a hand-in whose "
            "file has nothing of this name is left to a person, unless it has a network of PyTorch "
            "that fits {inputs, outputs}. Default: false, so that it fails.",
            "anyOf": [{"type": "boolean"}, _NETWORK],
        },
        "bonus": {
            "type": "boolean",
            "description": "Whether the points come on top of what is possible. Default: false.",
        },
        "checks": {
            "type": "array",
            "items": {"$ref": "#/$defs/check"},
            "minItems": 1,
            "description": "The questions that decide the points.",
        },
    },
)
SHARED: Mapping[str, Any] = MappingProxyType(
    {
        "kind": _text("What is asked."),
        "name": _formed(
            _ID, "Name of the check, unique in its criterion. Default: the kind, then kind_2."
        ),
        "weight": {
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": 1000000,
            "description": "Share of the points, relative to the other checks. Default: 1.",
        },
        "visibility": _visibility(
            "Who sees the check, and when; at least as restricted as the criterion, which is the "
            "default."
        ),
        "limits": _limits("What this check may use; keys left out are taken from the defaults."),
        "hint": _text("What the student can do when the check fails."),
    }
)
TOP_LEVEL: Mapping[str, Any] = MappingProxyType(
    {
        "schema_version": {
            "const": SCHEMA_VERSION,
            "description": f"Version of this format: {SCHEMA_VERSION}.",
        },
        "assignment": _formed(_ID, "Id of the assignment, the name of the rubric's folder."),
        "title": _text("Title of the assignment, as the report shows it."),
        "handin": _HANDIN,
        "defaults": _DEFAULTS,
        "families": _FAMILIES,
        "maximum": {
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": 1000000,
            "description": "The most that a hand-in can earn, bonus included. Default: no limit.",
        },
        "criteria": {
            "type": "array",
            "items": {"$ref": "#/$defs/criterion"},
            "minItems": 1,
            "description": "What is graded, in the order of the report.",
        },
    }
)
