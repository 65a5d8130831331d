"""What a change of a hand-in can reach, read off its sources: each definition, and what it names.

A definition's digest is that of its syntax tree, so comments and empty lines change nothing; what
messages quote of it, its lines and where they stand, has a digest of its own. Nothing is executed.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from .compiled import CompiledModule, CompiledPackage, Origin
from .parsing import ABSURD
from .survey import parsed_tree
from .syntax import first_line

NAME_CHARS: Final = 200  # of a text that may be a name
EVERYTHING: Final = "*"  # is named by what looks names up by texts that it makes itself

_DEFINITIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
# By these a source can come to names that do not stand in it, or read sources.
_LOOKS_UP: Final = frozenset(
    "globals locals vars dir exec eval compile __import__ __dict__ __globals__ __builtins__ "
    "__subclasses__ __init_subclass__ __set_name__ __loader__ importlib inspect linecache "
    "traceback gc attrgetter methodcaller getmembers _getframe settrace setprofile".split()
)


def footprints(package: CompiledPackage, origins: Collection[Origin]) -> dict[str, Any]:
    """Says of each module what it defines and names.

    Args:
        package: the compiled sources.
        origins: whose modules are told.

    Returns:
        By origin, a list of modules: `file`; `fault`, of a file that cannot be parsed; `opaque`,
        where the module counts as one piece; `parts`, a list of definitions as (name, digest,
        digest of the wording, names, imported names), the first for all other statements, under
        the name `""`; and `binds`, the names that these bind.
    """
    told: dict[str, list[dict[str, Any]]] = {}
    if "handin" in origins:
        own = package.modules.values()
        told["handin"] = [_module(each) for each in own if each.origin == "handin"]
    if "provided" in origins:
        told["provided"] = [_module(each) for each in package.provided.values()]
    return told


def _module(module: CompiledModule) -> dict[str, Any]:
    if module.error is not None:
        fault = [module.error.message[:500], module.error.line]
        return {**_whole(module), "fault": fault}
    if module.interactive:
        return _whole(module)
    try:
        return {"file": module.filename, "fault": None, "opaque": False, **_parts(module)}
    except (SyntaxError, *ABSURD):
        return _whole(module)


def _whole(module: CompiledModule) -> dict[str, Any]:
    """Takes a module for one piece, from which everything may be reached."""
    digest = _digest([module.source])
    return {
        "file": module.filename,
        "fault": None,
        "opaque": True,
        "parts": [("", digest, digest, [EVERYTHING], [])],
        "binds": sorted({name.partition(".")[0] for name in module.definitions}),
    }


def _parts(module: CompiledModule) -> dict[str, Any]:
    lines = module.source.split("\n")
    before: set[str] = set()  # names that are defined or bound above a statement
    parts: list[tuple[str, str, str, list[str], list[str]]] = []
    rest: list[ast.stmt] = []
    contents, wordings = [], []
    for statement in parsed_tree(module).body:
        names, imported = mentions([statement]), set(_imported([statement]))
        # A statement means another thing when what it names moves from above it to below.
        above = sorted(before & (names | _bound([statement])))
        content = ast.dump(statement) + " ".join(above)
        first = first_line(statement)
        wording = "\n".join([str(first), *lines[first - 1 : statement.end_lineno]])
        if isinstance(statement, _DEFINITIONS):
            told = (_digest([content]), _digest([wording]), sorted(names), sorted(imported))
            parts.append((statement.name, *told))
            before.add(statement.name)
            continue
        if isinstance(statement, ast.ImportFrom) and any(
            each.name == "*" for each in statement.names
        ):
            above = sorted(before)  # any of these may be covered
            content = ast.dump(statement) + " ".join(above)
        before |= _bound([statement])
        rest.append(statement)
        contents.append(content)
        wordings.append(wording)
        parts += _aliases(statement)
    # What is imported under its own name is found by that name, and nothing calls it meanwhile.
    runs = [each for each in rest if not isinstance(each, ast.ImportFrom)]
    # A module with such a function answers for any name.
    names = mentions(runs) | ({EVERYTHING} if "__getattr__" in before else set())
    told = (_digest(contents), _digest(wordings), sorted(names), sorted(_imported(rest)))
    return {"parts": [("", *told), *parts], "binds": sorted(_bound(runs))}


def mentions(statements: Iterable[ast.stmt]) -> set[str]:
    """Collects all that could be a name of something else, texts included.

    `EVERYTHING` is among them where a statement looks up names that do not stand in it.
    """
    found: set[str] = set()
    for statement in statements:
        for node in ast.walk(statement):
            found.update(_names(node))
    if found & _LOOKS_UP:
        found.add(EVERYTHING)
    return found


def _names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name):
            yield name
        case ast.Attribute(value=ast.Name(id="sys"), attr="modules"):
            yield EVERYTHING
        case ast.Attribute(attr=name):
            yield name
        case ast.Constant(value=str(text)) if len(text) <= NAME_CHARS:
            parts = text.split(".")
            if all(part.isidentifier() for part in parts):
                yield from parts
        case ast.Call(func=ast.Name(id="getattr"), args=[of, name, *_]):
            of_itself = isinstance(of, ast.Name) and of.id in ("self", "cls")
            if not of_itself and not isinstance(name, ast.Constant):
                yield EVERYTHING


def _imported(statements: Iterable[ast.stmt]) -> Iterator[str]:
    """Names what may be a module that an import runs."""
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Import | ast.ImportFrom):
                for alias in node.names:
                    yield from alias.name.split(".")
            if isinstance(node, ast.ImportFrom) and node.module:
                yield from node.module.split(".")


def _aliases(statement: ast.stmt) -> Iterator[tuple[str, str, str, list[str], list[str]]]:
    """Makes a definition of each other name under which something is imported."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            if alias.asname and alias.asname != alias.name:
                yield alias.asname, "", "", alias.name.split("."), []


def _bound(statements: Iterable[ast.stmt]) -> set[str]:
    """Names what statements bind by other means than a definition or a plain import of the top."""
    bound: set[str] = set()
    for statement in statements:
        if isinstance(statement, ast.ImportFrom):
            bound.update(alias.asname or alias.name for alias in statement.names)
            continue
        for node in ast.walk(statement):
            match node:
                case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                    bound.add(name)
                case ast.Attribute(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                    bound.add(name)  # `Net.forward = f`
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    bound.add(name)
                case ast.ClassDef(name=name):
                    bound.add(name)
    return bound


def _digest(texts: Iterable[str]) -> str:
    joined = "\0".join(texts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:32]
