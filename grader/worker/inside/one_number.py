"""Lets an array of one number stand for that number, as NumPy did before 2.4.

`out[n, f, i, j] = row @ column + b` and `float(loss)` were right for as long as these courses
exist, and such a matrix product has two axes. No name can be given back for that, as `numpy_names`
does: the hand-in's code is compiled with each place where a number is taken in a call of ours.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from .origin import ImportNote, make_note, where_used

# In a module's namespace. A class would mangle names that did not end in underscores.
ELEMENTS: Final = "__elements__"
NUMBER: Final = "__number__"
_TAKE_NUMBERS: Final = frozenset({"complex", "float", "int"})
_ADVICE: Final = (
    "An array of one number was given where a number is taken, which NumPy refuses since 2.4; "
    "write `.item()` behind it."
)


def _may_name_an_element(index: ast.expr) -> bool:
    """Says whether an index may leave no axis; a slice keeps one, and a text is a dict's."""
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    return not any(
        isinstance(part, ast.Slice | ast.JoinedStr)
        or (isinstance(part, ast.Constant) and not isinstance(part.value, int))
        for part in parts
    )


def open_statement(statement: ast.stmt) -> None:
    """Puts targets that may be elements, and what is to become a number, into calls of ours."""
    for node in ast.walk(statement):  # no recursion: a sum of a thousand terms is nested as deep
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Store)
            and _may_name_an_element(node.slice)
        ):
            node.value = _called(ELEMENTS, node.value)
        elif isinstance(node, ast.Call) and _takes_numbers(node.func):
            node.args = [
                each if isinstance(each, ast.Starred) else _called(NUMBER, each)
                for each in node.args
            ]


def _called(name: str, value: ast.expr) -> ast.expr:
    function = ast.copy_location(ast.Name(name, ast.Load()), value)
    return ast.copy_location(ast.Call(function, [value], []), value)


def _takes_numbers(function: ast.expr) -> bool:
    """Says whether it is `float` or the like, or one of the functions of `math`."""
    if isinstance(function, ast.Attribute):
        return isinstance(function.value, ast.Name) and function.value.id == "math"
    return isinstance(function, ast.Name) and function.id in _TAKE_NUMBERS


def make_functions(notes: list[ImportNote]) -> dict[str, Callable[[Any], Any]]:
    """Makes the functions by their names; the first time that they change anything is noted."""
    noted = False

    def is_one(value: Any) -> bool:
        return type(value) is np.ndarray and value.ndim > 0 and value.size == 1

    def note() -> None:
        nonlocal noted
        if not noted:
            noted = True
            notes.append(make_note(*where_used(), "old_numpy_name", _ADVICE))

    class Elements:
        """An array as the target of an assignment."""

        __slots__ = ("array",)

        def __init__(self, array: Any) -> None:
            self.array = array

        def __getitem__(self, key: Any) -> Any:
            return self.array[key]

        def __setitem__(self, key: Any, value: Any) -> None:
            try:
                self.array[key] = value
            except (TypeError, ValueError):
                if not is_one(value):
                    raise
                self.array[key] = value.reshape(())
                note()

    def elements(target: Any) -> Any:
        return Elements(target) if type(target) is np.ndarray else target

    def number(value: Any) -> Any:
        if not is_one(value):
            return value
        note()
        return value.reshape(())

    return {ELEMENTS: elements, NUMBER: number}
