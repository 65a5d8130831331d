"""Tells what in a source only refuses bad input, which no assignment asks for."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

ARRAYS: Final = "arrays.py"  # of the library: it converts and refuses, and computes nothing


@dataclass(frozen=True, slots=True)
class Refusals:
    """Functions of a library that look at what they are given.

    Attributes:
        only: names of those that do nothing but refuse bad input, or convert it.
        raising: names of all that may refuse.
    """

    only: frozenset[str] = frozenset()
    raising: frozenset[str] = frozenset()


def refusals_of(library: Mapping[str, bytes]) -> Refusals:
    """Finds the functions of a library that refuse bad input."""
    only, raising = set(), set()
    for file, source in library.items():
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef):
                if file == ARRAYS or only_refuses(node.body):
                    only.add(node.name)
                if any(isinstance(each, ast.Raise) for each in ast.walk(node)):
                    raising.add(node.name)
    return Refusals(frozenset(only), frozenset(raising))


def called(node: ast.Call) -> str:
    """Names the function that is called; empty where it has no name."""
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def only_refuses(body: list[ast.stmt]) -> bool:
    """Tells whether statements do nothing but raise, perhaps on a condition."""
    told = [
        each
        for each in body
        if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
    ]
    return bool(told) and all(
        isinstance(each, ast.Raise)
        or (isinstance(each, ast.If) and not each.orelse and only_refuses(each.body))
        for each in told
    )
