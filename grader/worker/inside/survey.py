"""Looks up in a hand-in's sources what a rubric asks about: where loops are, and which names occur.

Done on request and not for every file, because most rubrics ask for neither. Nothing is executed.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any, Final

from .parsing import parse_source
from .sources import CompiledModule, CompiledPackage

LOOPS_AT_MOST: Final = 200  # of one file

_LOOPS: Final = (
    *(ast.For, ast.AsyncFor, ast.While),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def survey(package: CompiledPackage, wanted: Collection[str]) -> dict[str, Any]:
    """Says of each of the hand-in's own files where it has loops and where it uses some names.

    Args:
        package: the compiled sources.
        wanted: the names to look for; only these are told.

    Returns:
        By file name: `loops`, a list of (qualified name, line); `names` and `uses`, as
        `names_used` and `names_by_definition` give them. Files that cannot be parsed are left out.
    """
    found = {}
    for module in package.modules.values():
        if module.origin == "handin" and module.error is None:
            tree = parsed_tree(module)
            found[module.filename] = {
                "loops": sorted(loops(tree), key=lambda loop: loop[1])[:LOOPS_AT_MOST],
                "names": names_used(tree, wanted),
                "uses": names_by_definition(tree) if wanted else {},
            }
    return found


def parsed_tree(module: CompiledModule) -> ast.Module:
    """Parses what is run of a module, with the module's lines."""
    parsed = parse_source(module.source, module.filename)
    gone = {part.first for part in module.left_out}
    kept = tuple(part for part in parsed.parts if part.first not in gone)
    return replace(parsed, parts=kept).whole()


def loops(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Finds loops and comprehensions, with the function that they stand in as `Class.method`."""
    ahead: list[tuple[ast.AST, str]] = [(tree, "")]
    while ahead:  # no recursion: a source may be nested deeper than the interpreter's stack
        node, where = ahead.pop()
        if isinstance(node, _LOOPS):
            yield where, node.lineno
        if isinstance(node, _SCOPES):
            where = f"{where}.{node.name}".lstrip(".")
        ahead += [(child, where) for child in ast.iter_child_nodes(node)]


def names_used(tree: ast.Module, wanted: Collection[str]) -> list[tuple[str, str, int]]:
    """Finds where a file uses some names of others.

    Counted are attributes (`nn.LayerNorm`, but not `self.LayerNorm`, whose name is the student's
    choice), imports, `getattr` with the name as a text, and plain names that the file does not
    bind itself.

    Returns:
        Definition of the module that the use stands in, empty where nothing is bound by it; name;
        and first line.
    """
    own = _bound(tree)
    found: dict[tuple[str, str], int] = {}
    for statement, owners in _definitions(tree):
        for node in ast.walk(statement):
            line: int = getattr(node, "lineno", 0)
            for name in set(_mentions(node, own)) & set(wanted):
                for owner in owners or ("",):
                    found[owner, name] = min(line, found.get((owner, name), line))
    return sorted((owner, name, line) for (owner, name), line in found.items())


def names_by_definition(tree: ast.Module) -> dict[str, list[str]]:
    """Says of each definition of a module which names it uses that may be those of others.

    Names that a function binds itself are its own, whatever the module calls by them.
    """
    found: dict[str, set[str]] = {}
    for statement, owners in _definitions(tree):
        functions = [node for node in ast.walk(statement) if isinstance(node, _FUNCTIONS)]
        local = set().union(*(_bound(each) - {getattr(each, "name", "")} for each in functions))
        used = {name for node in ast.walk(statement) for name in _mentions(node, local)}
        if isinstance(statement, ast.ImportFrom | ast.Import):
            owners = tuple(alias.asname for alias in statement.names if alias.asname)
        for owner in owners:
            found.setdefault(owner, set()).update(used)
    return {owner: sorted(used) for owner, used in found.items()}


def _definitions(tree: ast.Module) -> Iterator[tuple[ast.stmt, tuple[str, ...]]]:
    """Yields a module's statements, each with the names that it binds; branches are looked into."""
    ahead = list(reversed(tree.body))
    while ahead:
        statement = ahead.pop()
        inner = [each for each in ast.iter_child_nodes(statement) if isinstance(each, ast.stmt)]
        for handler in getattr(statement, "handlers", ()):
            inner += handler.body
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield statement, (name,)
            case ast.ClassDef(name=name):
                yield statement, (name,)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                yield statement, tuple(alias.asname or alias.name for alias in aliases)
            case _ if inner:
                ahead += reversed(inner)
            case _:
                yield statement, tuple(sorted(_assigned(statement)))


def _assigned(statement: ast.stmt) -> Iterator[str]:
    """Names what a statement binds or changes: `norm = f`, `Net.forward = f`, `setattr(Net, …)`."""
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.Attribute(value=ast.Name(id=name), ctx=ast.Store()):
                yield name
            case ast.Call(func=ast.Name(id="setattr"), args=[ast.Name(id=name), *_]):
                yield name


def _mentions(node: ast.AST, own: Collection[str]) -> Iterator[str]:
    match node:
        case ast.Attribute(value=ast.Name(id="self" | "cls")):
            pass
        case ast.Attribute(attr=name, ctx=ast.Load()):
            yield name
        case ast.Name(id=name) if name not in own:
            yield name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            for alias in aliases:
                yield from alias.name.split(".")
        case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=str(name)), *_]):
            yield name


def _bound(tree: ast.AST) -> set[str]:
    """Names everything that a file or a function binds itself, but for what it imports."""
    bound: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                bound.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                bound.add(name)
            case ast.ClassDef(name=name):
                bound.add(name)
    return bound
