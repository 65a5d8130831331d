"""The keys of the kind `notebook` in a rubric."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


def _closed(
    description: str, properties: Mapping[str, Any], required: tuple[str, ...] = ()
) -> dict[str, Any]:
    shape: dict[str, Any] = {"description": description, "type": "object"}
    if required:
        shape["required"] = list(required)
    return {**shape, "additionalProperties": False, "properties": dict(properties)}


def _text(description: str) -> dict[str, Any]:
    return {"description": description, "type": "string", "minLength": 1}


def _count(description: str) -> dict[str, Any]:
    return {"description": description, "type": "integer", "minimum": 1}


def _names(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "type": "array",
        "items": {"type": "string", "minLength": 1},
        "minItems": 1,
    }


_CELLS = _closed(
    "Which code cells are meant. All, unless given.",
    {
        "notebook": _text("Pattern of the notebook's name, such as '*KNN*'."),
        "section": _text(
            "Regular expression for a heading: the cells below it, until the next of its rank or "
            "above. Where no heading fits, cells of the whole notebook are meant."
        ),
        "uses": _names("Names that occur, all of them, in the cell or in functions it calls."),
        "any_of": _names("Names, one of which occurs in the cell or in functions it calls."),
        "without": _names(
            "Names, none of which occur in the cell itself; where a single cell fits otherwise, "
            "they say nothing."
        ),
        "code": _text(
            "Regular expression for the cell's code, without comments and strings, or for that "
            "together with what was assigned to its variables until then."
        ),
        "since": _text(
            "Regular expression for the code of the first of the section's cells that is meant; "
            "all from there on are."
        ),
        "loosely": {
            "description": "Whether what a cell prints counts for more than its code: where none "
            "fits by its names, a cell that prints all that is asked for is left to a person.",
            "type": "boolean",
        },
    },
)
_ITEM = _closed(
    "A number that is printed by one of the cells, or by the next where they print nothing.",
    {
        "name": _text("What it is, for messages."),
        "between": {
            "description": "The smallest and the largest that are right.",
            "type": "array",
            "items": {"type": "number"},
            "minItems": 2,
            "maxItems": 2,
        },
        "integer": {
            "description": "Whether only numbers without a point count. Default: false.",
            "type": "boolean",
        },
        "share": {
            "description": "Whether per cent count as well: 87.1 for 0.871. Default: false.",
            "type": "boolean",
        },
        "near": _text("Regular expression for the line that it stands in, or the line above."),
        "count": _count("How many such numbers. Default: 1."),
        "unclear": _text(
            "Regular expression for lines whose numbers may not be meant, such as those of a "
            "training's progress: they do not count, and where others are too few a person looks."
        ),
        "earlier": _text(
            "Regular expression for lines in the section's cells before those that are meant: one "
            "number of them counts, such as a result that others are compared with."
        ),
        "weight": {
            "description": "Share of the credit, relative to the other numbers. Default: 1.",
            "type": "number",
            "exclusiveMinimum": 0,
        },
    },
    ("name", "between"),
)
PROPERTIES: Mapping[str, Any] = MappingProxyType(
    {
        "cells": _CELLS,
        "credit": {
            "description": "Whether a part of what is asked earns its share. Default: share.",
            "enum": ["share", "all"],
        },
        "executed": {
            "description": "Every cell that shows something was run, without an error at its end, "
            "and its output is saved.",
            "const": True,
        },
        "prints": {
            "description": "Numbers that are among those that the cells printed.",
            "type": "array",
            "items": _ITEM,
            "minItems": 1,
        },
        "figures": _closed(
            "Pictures that the cells drew and that are saved.",
            {
                "at_least": _count("Pictures that are not blank. Default: 1."),
                "series": _count("Curves or images in them, by the code. Default: 1."),
                "axes": {
                    "description": "Whether both axes have names, by the code. Default: false.",
                    "type": "boolean",
                },
            },
        ),
        "forbids": _names(
            "Names that the cells must not use; comments and strings do not count. "
            "weights=DEFAULT stands for weights='DEFAULT' in the code of the cells themselves."
        ),
        "of_call": _text(
            "With forbids: a function; the ban holds for what its first call in these cells is "
            "given, followed through variables and functions."
        ),
        "text": _closed(
            "Something is written in Markdown cells; whether it is right a person says.",
            {
                "matches": _text("Regular expression that a cell has to have in order to count."),
                "at_least_words": _count("Words in these cells together. Default: 1."),
            },
        ),
    }
)
