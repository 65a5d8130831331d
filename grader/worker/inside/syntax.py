"""What a source says about itself: facts read off its syntax tree without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final, Literal

from .origin import is_real

# One that was cut short is not run again in the next worker.
StatementKind = Literal["definition", "import", "assignment", "naming", "training", "cut", "other"]

_CATCH_IMPORT_ERRORS: Final = {
    "BaseException",
    "Exception",
    "ImportError",
    "ModuleNotFoundError",
}
# `2 ** 10 ** 9`, `[0] * 10 ** 9` and products of matrices do.
_MAY_TAKE_LONG: Final = ast.Call | ast.comprehension | ast.MatMult | ast.Mult | ast.Pow


def first_line(statement: ast.stmt) -> int:
    """Returns where a statement begins, its decorators included."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def kind_of(statement: ast.stmt) -> StatementKind:
    """Says whether a statement defines, imports, or does something else."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return "definition"
    return "import" if isinstance(statement, ast.Import | ast.ImportFrom) else "other"


def is_plain_assignment(statement: ast.stmt) -> bool:
    """Says whether a statement does nothing but name a value, and cannot take long."""
    return isinstance(statement, ast.Assign | ast.AnnAssign) and not any(
        isinstance(node, _MAY_TAKE_LONG | ast.Await) for node in _evaluated(statement)
    )


def names_something(statement: ast.stmt) -> bool:
    """Says whether a statement may bind names that functions and classes need, without a loop."""
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        return True
    return isinstance(statement, ast.If | ast.Try | ast.With) and not any(
        isinstance(node, ast.For | ast.AsyncFor | ast.While) for node in _evaluated(statement)
    )


def _evaluated(statement: ast.AST) -> Iterator[ast.AST]:
    """Walks what running a statement evaluates, so not the bodies of functions."""
    ahead = [statement]
    while ahead:  # no recursion: a sum of a thousand terms is nested as deep
        node = ahead.pop()
        yield node
        is_function = isinstance(node, ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef)
        for field, value in ast.iter_fields(node):
            if not (is_function and field == "body"):
                children = value if isinstance(value, list) else [value]
                ahead += [child for child in children if isinstance(child, ast.AST)]


def _import_tops(node: ast.AST) -> list[str]:
    """Names the top-level modules of an import statement; a relative one has none."""
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        return [node.module.partition(".")[0]]
    return []


def imports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Finds the imported top-level modules, wherever they stand, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for top in _import_tops(node):
                yield top, node.lineno


def guarded(tree: ast.Module) -> Iterator[int]:
    """Finds imports whose failure the file handles, as in `try: import cupy ... except: ...`.

    A `try` around imports that must work here is no such case: letting it fail would lose them.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and any(map(_catches_import_errors, node.handlers)):
            inside = [
                each
                for statement in node.body
                for each in ast.walk(statement)
                if isinstance(each, ast.Import | ast.ImportFrom)
            ]
            tops = [_import_tops(each) for each in inside]
            if all(names and not any(map(is_real, names)) for names in tops):
                yield from (each.lineno for each in inside)


def _catches_import_errors(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in _CATCH_IMPORT_ERRORS)
        for kind in kinds
    )


def definitions(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Finds top-level functions and classes, and methods as `Class.method`, with lines."""
    for node in tree.body:
        if kind_of(node) != "definition":
            continue
        name: str = getattr(node, "name", "")
        yield name, node.lineno
        if isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{name}.{member.name}", member.lineno
