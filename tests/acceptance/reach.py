"""What a change of a hand-in can reach, read off the sources: which definitions use which.

Names stand for all that they could refer to: rather too many definitions than too few.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping


def definitions(source: bytes, uses: defaultdict[str, set[str]]) -> set[str]:
    """Adds what each definition of a file uses; returns the names that are defined."""
    defined: dict[str, None] = {}
    for node in ast.parse(source).body:
        names = _names(node)
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                uses[name] |= names
                defined[name] = None
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                uses[name] |= names
                defined[name] = None
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Name(id=name))], value=ast.Name(id=of)
            ):
                uses[name].add(of)
                defined[name] = None
                defined.pop(of, None)  # a method; outside of its class nobody calls it by this name
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name))]):
                uses[name] |= names
                defined[name] = None
            case ast.ImportFrom(names=aliases):
                for alias in aliases:
                    if alias.asname:
                        uses[alias.asname].add(alias.name)
    return set(defined)


def is_plain(source: bytes) -> bool:
    """Tells whether a file defines and imports, and does nothing else that could change others."""
    for node in ast.parse(source).body:
        match node:
            case ast.FunctionDef() | ast.ClassDef() | ast.Import() | ast.ImportFrom():
                pass
            case ast.Assign(targets=[ast.Name() | ast.Attribute(value=ast.Name())]):
                pass
            case ast.AnnAssign(target=ast.Name()) | ast.Expr(value=ast.Constant()):
                pass
            case _:
                return False
    return True


def reached(names: Iterable[str], uses: Mapping[str, set[str]]) -> set[str]:
    """Follows uses to their end, from some names."""
    found: set[str] = set()
    ahead = set(names)
    while ahead:
        name = ahead.pop()
        found.add(name)
        ahead |= uses.get(name, set()) - found
    return found


def _names(node: ast.AST) -> set[str]:
    inside = list(ast.walk(node))
    read = {inner.id for inner in inside if isinstance(inner, ast.Name)}
    # `modules.LinearModule(...)` uses LinearModule as well.
    return read | {inner.attr for inner in inside if isinstance(inner, ast.Attribute)}
