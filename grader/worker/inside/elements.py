"""Lets an element of an array take an array of one number, as NumPy did before 2.4.

`out[n, f, i, j] = row @ column + b` was right for as long as this course exists, and such a matrix
product has two axes. No name can be given back for that, as `numpy_names` does: the hand-in's code
is compiled with every target that may be an element in a call of `elements`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from .origin import ImportNote, make_note, where_used

# In a module's namespace. A class would mangle a name that did not end in underscores.
ELEMENTS: Final = "__elements__"
_ADVICE: Final = (
    "An element of an array was given an array of one number, which NumPy refuses since 2.4; write "
    "`.item()` behind the number."
)


def _may_name_an_element(index: ast.expr) -> bool:
    """Says whether an index may leave no axis; a slice keeps one, and a text is a dict's."""
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    return not any(
        isinstance(part, ast.Slice | ast.JoinedStr)
        or (isinstance(part, ast.Constant) and not isinstance(part.value, int))
        for part in parts
    )


def open_elements(statement: ast.stmt) -> None:
    """Puts what is subscripted on the left of an assignment into a call of `elements`."""
    for node in ast.walk(statement):  # no recursion: a sum of a thousand terms is nested as deep
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Store)
            and _may_name_an_element(node.slice)
        ):
            name = ast.copy_location(ast.Name(ELEMENTS, ast.Load()), node.value)
            node.value = ast.copy_location(ast.Call(name, [node.value], []), node.value)


def make_elements(notes: list[ImportNote]) -> Callable[[Any], Any]:
    """Makes the function that the targets are given to; its first use is noted."""
    noted = False

    class Elements:
        """An array as the target of an assignment."""

        __slots__ = ("array",)

        def __init__(self, array: Any) -> None:
            self.array = array

        def __getitem__(self, key: Any) -> Any:
            return self.array[key]

        def __setitem__(self, key: Any, value: Any) -> None:
            nonlocal noted
            try:
                self.array[key] = value
            except (TypeError, ValueError):
                if type(value) is not np.ndarray or value.ndim == 0 or value.size != 1:
                    raise
                self.array[key] = value.reshape(())
                if not noted:
                    noted = True
                    notes.append(make_note(*where_used(), "old_numpy_name", _ADVICE))

    def elements(target: Any) -> Any:
        return Elements(target) if type(target) is np.ndarray else target

    return elements
