"""Which names Python sources define, read without running them: for subjects that are nowhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

ANY: Final = "*"  # whatever is asked for may be there


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a package, by module.

    Attributes:
        modules: for each dotted module its top-level names, and of each class its own names as
            `Class.name`. `ANY` among them says that the names cannot be told.
    """

    modules: Mapping[str, frozenset[str]]

    def has(self, path: str) -> bool:
        """Tells whether a dotted path leads to something."""
        parts = path.split(".")
        for length in range(len(parts), 0, -1):
            names = self.modules.get(".".join(parts[:length]))
            if names is not None:
                return _is_in(names, parts[length:])
        return False

    def knows_module(self, path: str) -> bool:
        """Tells whether a dotted path begins with a module that is there."""
        parts = path.split(".")
        return any(".".join(parts[:length]) in self.modules for length in range(1, len(parts) + 1))


def names_in(sources: Mapping[str, bytes]) -> Names:
    """Reads the names of a package.

    Args:
        sources: by path below the package's root, such as `classifiers/fc_net.py`.
    """
    modules = {}
    for path, source in sources.items():
        dotted = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        try:
            modules[dotted] = frozenset(_names(ast.parse(source).body))
        except (SyntaxError, ValueError):  # ValueError: a null byte
            modules[dotted] = frozenset([ANY])
    return Names(modules)


def _is_in(names: frozenset[str], rest: list[str]) -> bool:
    if not rest or ANY in names:
        return True
    if rest[0] not in names:
        return False
    # What an object has beyond its class's own names cannot be told.
    own = [name for name in names if name.startswith(f"{rest[0]}.")]
    return len(rest) == 1 or not own or ".".join(rest[:2]) in own or f"{rest[0]}.{ANY}" in own


def _names(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.ClassDef):
            yield node.name
            yield from (f"{node.name}.{name}" for name in _names(node.body))
            if node.bases:
                yield f"{node.name}.{ANY}"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((one.asname or one.name).partition(".")[0] for one in node.names)
        else:
            yield from _assigned(node)
            for inner in ("body", "orelse", "finalbody"):
                yield from _names(getattr(node, inner, []))
            for handler in getattr(node, "handlers", []):
                yield from _names(handler.body)


def _assigned(node: ast.stmt) -> Iterator[str]:
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign):
        targets = [node.target]
    for target in targets:
        yield from (each.id for each in ast.walk(target) if isinstance(each, ast.Name))
