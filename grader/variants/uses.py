"""Which definitions of the reference use which others, read off the sources; nothing runs.

Inside of the library names are followed through its imports. In a hand-in, where files find one
another in several ways, a name stands for all that it could refer to.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

WHOLE = "\0statements"  # the name of those that define nothing
_LIBRARY = "reference"


class Definition(NamedTuple):
    """One definition of a file.

    Attributes:
        side: where the file lies.
        file: its path there.
        name: a function's, a class's or a variable's; empty for the file as a module.
    """

    side: Literal["library", "handin"]
    file: str
    name: str


@dataclass(slots=True)
class Uses:
    """Which definitions each definition uses.

    Attributes:
        by: the used ones, by the one that uses them.
        named: the definitions of the hand-in, by name.
    """

    by: defaultdict[Definition, set[Definition]] = field(default_factory=lambda: defaultdict(set))
    named: defaultdict[str, set[Definition]] = field(default_factory=lambda: defaultdict(set))

    def add_library(self, sources: Mapping[str, bytes], library: Collection[str]) -> None:
        """Adds what some of the library's files use, given the paths of all of them."""
        for file, source in sources.items():
            tree = ast.parse(source)
            known = _imported(tree, library)
            for name, origin in known.items():  # others may import it from here
                self.by[Definition("library", file, name)].add(origin)
            for node in tree.body:
                name = name_of(node)
                known.setdefault(name, Definition("library", file, name))
            for node in tree.body:
                one = Definition("library", file, name_of(node))
                self.by[one] |= set(_library_names(node, known))

    def add_handin(self, sources: Mapping[str, bytes], library: Collection[str]) -> None:
        """Adds what files of a hand-in use, of those known by then and of the library."""
        trees = {file: ast.parse(source) for file, source in sources.items()}
        for file, tree in trees.items():
            for node in tree.body:
                self.named[name_of(node)].add(Definition("handin", file, name_of(node)))
        for file, tree in trees.items():
            known = _imported(tree, library)
            renamed = dict(_renamed(tree))
            for node in tree.body:
                one = Definition("handin", file, name_of(node))
                self.by[one] |= set(_library_names(node, known))
                for name in _names(node):
                    self.by[one] |= self.named.get(renamed.get(name, name), set())


def name_of(node: ast.stmt) -> str:
    """Says what a statement defines; `WHOLE` where it defines nothing."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case _:
            return WHOLE


def _imported(tree: ast.Module, library: Collection[str]) -> dict[str, Definition]:
    """Resolves what a file imports of the library, by the name that it has in the file."""
    found: dict[str, Definition] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            package, *parts = node.module.split(".")
            for alias in node.names if package == _LIBRARY else ():
                module = "/".join((*parts, alias.name)) + ".py"
                if module in library:
                    one = Definition("library", module, "")
                else:
                    one = Definition("library", "/".join(parts) + ".py", alias.name)
                found[alias.asname or alias.name] = one
    return found


def _renamed(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((alias.asname, alias.name) for alias in node.names if alias.asname)


def _library_names(node: ast.stmt, known: Mapping[str, Definition]) -> Iterator[Definition]:
    for inner in ast.walk(node):
        match inner:
            case ast.Name(id=name) if name in known and known[name].name:
                yield known[name]
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in known:
                yield known[name]._replace(name=known[name].name or attribute)


def _names(node: ast.stmt) -> set[str]:
    inside = list(ast.walk(node))
    read = {inner.id for inner in inside if isinstance(inner, ast.Name)}
    # `modules.LinearModule(...)` uses LinearModule as well.
    return read | {inner.attr for inner in inside if isinstance(inner, ast.Attribute)}
