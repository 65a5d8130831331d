"""What a module's functions and classes ask for, read from its signatures without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signature:
    """A function's name and the arguments that have no default, `self` left out."""

    name: str
    arguments: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class ClassSignature:
    """A class.

    Attributes:
        bases: last names of its bases, such as `Module`.
        construct: arguments of its `__init__` that have no default.
        methods: its public methods by name.
    """

    name: str
    bases: tuple[str, ...]
    construct: tuple[str, ...]
    methods: Mapping[str, Signature]
    line: int


@dataclass(frozen=True, slots=True)
class Module:
    """The public functions and classes of a module, in its order.

    Attributes:
        path: dotted, below the package's root.
    """

    path: str
    functions: tuple[Signature, ...]
    classes: tuple[ClassSignature, ...]


def read_module(path: str, source: bytes) -> Module:
    """Reads the signatures of a module.

    Args:
        path: dotted, below the package's root.
        source: its text.

    Raises:
        SyntaxError: it is no Python.
        ValueError: it holds a null byte.
    """
    body = ast.parse(source).body
    return Module(path, tuple(_functions(body)), tuple(_classes(body)))


def _functions(body: list[ast.stmt], *, methods: bool = False) -> Iterator[Signature]:
    for node in body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield Signature(node.name, _needed(node.args, methods), node.lineno)


def _classes(body: list[ast.stmt]) -> Iterator[ClassSignature]:
    for node in body:
        if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
            continue
        made = [one for one in node.body if isinstance(one, ast.FunctionDef)]
        construct = next((_needed(one.args, True) for one in made if one.name == "__init__"), ())
        bases = (one.attr if isinstance(one, ast.Attribute) else one for one in node.bases)
        names = (one.id if isinstance(one, ast.Name) else str(one) for one in bases)
        methods = {one.name: one for one in _functions(node.body, methods=True)}
        yield ClassSignature(node.name, tuple(names), construct, methods, node.lineno)


def _needed(arguments: ast.arguments, method: bool) -> tuple[str, ...]:
    given = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    needed = given[: len(given) - len(arguments.defaults)]
    return tuple(needed[1:] if method else needed)
