"""What a rubric says of an answer: its key in the sheet, its form, and which answers are right."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from grader.checks.answer_forms import (
    EXACTLY,
    FORMULAS,
    Choice,
    Form,
    Formula,
    Number,
    Shape,
    words_for,
)
from grader.checks.answer_formula import evaluate, normal_name
from grader.checks.answer_reading import (
    UnreadableError,
    WrongFormError,
    read_number,
    read_shape,
)
from grader.checks.answer_table import Table


@dataclass(frozen=True, slots=True)
class AnswerParams:
    """Parameters of an answer check.

    Attributes:
        key: dotted, into the sheet.
        form: what the answer may be, and which are right.
        judged: whether a right answer is known; else only the form is asked for.
    """

    key: str
    form: Form
    judged: bool

    @property
    def called(self) -> str:
        """Names the question for people.

        >>> AnswerParams("task1.c", Number(()), True).called
        'task 1c'
        """
        numbered = re.fullmatch(r"([a-z]+)_?(\d+)(?:\.(\w))?", self.key)
        if numbered is None:
            return f"'{self.key}'"
        return f"{numbered[1]} {numbered[2]}{numbered[3] or ''}"

    @property
    def place(self) -> str:
        """Writes the key as it stands in a sheet."""
        return f"`{': '.join(self.key.split('.'))}:`"


def parse(data: Mapping[str, Any]) -> AnswerParams:
    """Reads the parameters of a check.

    Raises:
        ValueError: a right answer is not of the form; a key belongs to another form, or is missing;
            or a tolerance has no reason.
    """
    form, own = data["form"], data.keys() & _OF_FORMS.keys()
    for key in sorted(own):
        if form not in _OF_FORMS[key] and data.get("of") not in _OF_FORMS[key]:
            raise ValueError(
                f"{key!r} is not a key of answers of the form {form}; it belongs to "
                f"{' and '.join(_OF_FORMS[key])}."
            )
    if "tolerance" in data and "because" not in data:
        raise ValueError("A tolerance needs a reason. Give it as `because`.")
    right = [data["expected"], *data.get("also", ())] if "expected" in data else []
    if not right and "also" in data:
        raise ValueError("also lists further right answers, and there is no first. Give expected.")
    try:
        made = _MAKERS[form](data, right)
    except (UnreadableError, WrongFormError, TypeError) as error:
        raise ValueError(f"A right answer is not of the form {form}: {error}") from error
    return AnswerParams(data["answer"], made, bool(right))


def _number(data: Mapping[str, Any], right: list[Any]) -> Number:
    units = tuple(data.get("unit", ()))
    share = "share" in units
    return Number(
        right=tuple(read_number(each, share=share)[0] for each in right),
        units=tuple(unit for unit in units if unit != "share"),
        share=share,
        tolerance=float(data.get("tolerance", EXACTLY)),
        anywhere=data["form"] == "text_number",
    )


def _shape(data: Mapping[str, Any], right: list[Any]) -> Shape:
    shapes = tuple(read_shape(each) for each in right)
    return Shape(shapes, len(shapes[0]) if shapes else 2)


def _choice(data: Mapping[str, Any], right: list[Any]) -> Choice:
    options = words_for(_needed(data, "options"))
    unknown = [str(label) for label in right if str(label) not in options]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is none of the options {', '.join(options)}.")
    return Choice(options, tuple(map(str, right)))


def _formula(data: Mapping[str, Any], right: list[Any]) -> Formula:
    variables = {
        normal_name(name): (float(low), float(high))
        for name, (low, high) in _needed(data, "variables").items()
    }
    middle = {name: (low + high) / 2 for name, (low, high) in variables.items()}
    for each in right:
        evaluate(str(each), middle)
    tolerance = float(data.get("tolerance", FORMULAS))
    return Formula(tuple(map(str, right)), variables, tolerance)


def _table(data: Mapping[str, Any], right: list[Any]) -> Table:
    make: Callable[[Mapping[str, Any], list[Any]], Form] = _MAKERS[data.get("of", "number")]
    judged = bool(right)
    cells = data if judged else {**data, "expected": None}
    if not judged:
        rows, columns = _needed(cells, "size")
        right = [[[None] * columns] * rows]
    tables = [[row if isinstance(row, list) else [row] for row in table] for table in right]
    sizes = {tuple(map(len, table)) for table in tables}
    if len(sizes) != 1 or len(set(next(iter(sizes)))) != 1:
        raise ValueError("All right tables have the same rows, and all rows the same columns.")
    names = tuple(
        (each,) if isinstance(each, str) else tuple(each) for each in data.get("rows", ())
    )
    if names and len(names) != len(tables[0]):
        raise ValueError(f"rows names {len(names)} rows of {len(tables[0])}.")
    forms = tuple(
        tuple(tuple(make(cells, [cell] if judged else []) for cell in row) for row in table)
        for table in tables
    )
    return Table(forms, names, data.get("credit", "whole"))


def _needed(data: Mapping[str, Any], key: str) -> Any:
    if key not in data:
        raise ValueError(f"Answers of the form {data['form']} need {key!r}.")
    return data[key]


_MAKERS: Final[Mapping[str, Callable[[Mapping[str, Any], list[Any]], Any]]] = {
    "number": _number,
    "text_number": _number,
    "shape": _shape,
    "choice": _choice,
    "formula": _formula,
    "table": _table,
}
# Keys that only some forms have.
_OF_FORMS: Final[Mapping[str, tuple[str, ...]]] = {
    "unit": ("number", "table"),
    "tolerance": ("number", "text_number", "formula", "table"),
    "options": ("choice",),
    "variables": ("formula",),
    "of": ("table",),
    "rows": ("table",),
    "size": ("table",),
    "credit": ("table",),
}
_COUNT: Final = {"type": "integer", "minimum": 1, "maximum": 100}

PROPERTIES: Final[Mapping[str, Any]] = {
    "answer": {
        "description": "Dotted key into the answer sheet, such as task1.c; `1c`, `Task 1 (c)` "
        "and the like in a sheet are the same.",
        "type": "string",
        "pattern": "^[a-z0-9_]+([.][a-z0-9_]+)*$",
    },
    "form": {
        "description": "What the answer is; text_number is a number anywhere in a text.",
        "enum": list(_MAKERS),
    },
    "expected": {
        "description": "What is right; of a choice its label. Without it, only the form is "
        "asked for.",
        "type": ["number", "string", "array"],
    },
    "also": {
        "description": "Further answers that are right.",
        "type": "array",
        "items": {"type": ["number", "string", "array"]},
        "minItems": 1,
    },
    "unit": {
        "description": "Words that may follow the number; `share` for a share of 1, which may "
        "be given in per cent.",
        "type": "array",
        "items": {"type": "string", "minLength": 1},
        "minItems": 1,
        "uniqueItems": True,
    },
    "tolerance": {
        "description": "Relative; numbers are compared exactly unless it is given.",
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 1,
    },
    "because": {
        "description": "The reason for the tolerance.",
        "type": "string",
        "minLength": 1,
    },
    "options": {
        "description": "Of a choice: by label, the names that each option goes by.",
        "type": "object",
        "minProperties": 2,
        "additionalProperties": {
            "type": ["string", "array"],
            "items": {"type": "string", "minLength": 1},
        },
    },
    "variables": {
        "description": "Of formulas: by name, the range that values are drawn from.",
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {
            "type": "array",
            "items": {"type": "number"},
            "minItems": 2,
            "maxItems": 2,
        },
    },
    "of": {
        "description": "Of a table: the form of its cells. Default: number.",
        "enum": ["number", "formula"],
    },
    "rows": {
        "description": "Of a table: the rows' names, or lists of their spellings; then rows "
        "may come in any order.",
        "type": "array",
        "items": {"type": ["string", "array"], "items": {"type": "string", "minLength": 1}},
        "minItems": 1,
    },
    "size": {
        "description": "Of a table without expected: its rows and columns.",
        "type": "array",
        "items": _COUNT,
        "minItems": 2,
        "maxItems": 2,
    },
    "credit": {
        "description": "What a table that is right in part is worth: its share of right cells, "
        "of right rows, or nothing. Default: whole, so nothing.",
        "enum": ["whole", "rows", "cells"],
    },
}
