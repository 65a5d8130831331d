"""Two states of a hand-in's sources: what differs, and from which names that can be reached.

Names stand for all that they could refer to, in any file: rather too much is reached than too
little.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from grader.worker.footprint import EVERYTHING, ModuleFootprint, Part

ROOT: Final = "__init__.py"  # is run whatever is imported

# A name, or a file in angle brackets, which no name can be.
Node = str
Digest = Callable[[Part], str]


@dataclass(frozen=True)
class Footprints:
    """The sources of one state, the hand-in's and what the course provides."""

    modules: tuple[ModuleFootprint, ...]

    def faults(self) -> Mapping[str, tuple[str, int]]:
        """Names the files that cannot be parsed, with message and line."""
        return {each.file: each.fault for each in self.modules if each.fault is not None}

    def defines(self, name: str) -> bool:
        """Tells whether a definition has this name, or another statement binds it."""
        return any(
            name in module.binds or any(name == part.name for part in module.parts[1:])
            for module in self.modules
        )

    def reaching(self, nodes: Iterable[Node]) -> frozenset[Node]:
        """Returns these nodes and all from which one of them can be reached."""
        found: set[Node] = set()
        ahead = set(nodes)
        while ahead:
            node = ahead.pop()
            found.add(node)
            ahead |= self._users[node] - found
        return frozenset(found)

    @cached_property
    def contents(self) -> Mapping[Node, tuple[tuple[str, str], ...]]:
        """Says what each node does, as digests of all that it stands for, with their files."""
        return self._digests(lambda part: part.content)

    @cached_property
    def wordings(self) -> Mapping[Node, tuple[tuple[str, str], ...]]:
        """Says how each node reads and where it stands; else as `contents`."""
        return self._digests(lambda part: part.wording)

    def _digests(self, of: Digest) -> Mapping[Node, tuple[tuple[str, str], ...]]:
        found: defaultdict[Node, tuple[tuple[str, str], ...]] = defaultdict(tuple)
        for module in self.modules:
            others, *parts = module.parts
            # Under the names that it binds too: one of them may be gone.
            for node in (_file(module), *module.binds):
                found[node] += ((module.file, of(others)),)
            for part in parts:
                found[part.name] += ((module.file, of(part)),)
        return found

    @cached_property
    def _users(self) -> defaultdict[Node, set[Node]]:
        """By node, those that use it directly."""
        named = self._files_by_name
        users: defaultdict[Node, set[Node]] = defaultdict(set)
        for name, files in named.items():
            for file in files:
                users[file].add(name)
        files = {_file(module) for module in self.modules}
        for module in self.modules:
            file, (others, *parts) = _file(module), module.parts
            for used in (*others.names, *_imported(others, named), *_packages(module, files)):
                users[used].add(file)
            for name in module.binds:
                users[file].add(name)
            for part in parts:
                for used in (*part.names, *_imported(part, named)):
                    users[used].add(part.name)
                if part.content:  # importing it under another name runs nothing
                    users[file].add(part.name)
        return users

    @cached_property
    def _files_by_name(self) -> Mapping[str, set[Node]]:
        """Modules that an import or a path may mean by a name."""
        found: defaultdict[str, set[Node]] = defaultdict(set)
        for module in self.modules:
            *folders, last = module.file.removesuffix(".py").split("/")
            found[last if last != "__init__" else "".join(folders[-1:])].add(_file(module))
        return found


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two states, as nodes from which something of it can be reached.

    Attributes:
        changed: what does another thing, appeared, or is gone.
        moved: what reads otherwise or stands elsewhere, as messages may quote it.
    """

    changed: frozenset[Node]
    moved: frozenset[Node]

    def __bool__(self) -> bool:
        """Whether there is any, were it in words alone."""
        return bool(self.changed or self.moved)

    def changes(self, names: Collection[str]) -> bool:
        """Tells whether something that these names reach does another thing."""
        return _meets(self.changed, names)

    def moves(self, names: Collection[str]) -> bool:
        """Tells whether something that these names reach reads otherwise, or stands elsewhere."""
        return _meets(self.moved, names)


def edited(before: Footprints | None, after: Footprints | None) -> frozenset[Node]:
    """Names what itself does another thing than before; nothing where a state is not known."""
    if before is None or after is None:
        return frozenset()
    return frozenset(_differing(before.contents, after.contents))


def difference(before: Footprints, after: Footprints) -> Difference:
    """Compares two states."""
    states = (before, after)
    changed = _differing(before.contents, after.contents)
    moved = changed | _differing(before.wordings, after.wordings)
    return Difference(
        frozenset().union(*(each.reaching(_and_everything(changed)) for each in states)),
        frozenset().union(*(each.reaching(_and_everything(moved)) for each in states)),
    )


def _and_everything(nodes: set[Node]) -> set[Node]:
    return {*nodes, EVERYTHING} if nodes else set()


def _differing(before: Mapping[Node, object], after: Mapping[Node, object]) -> set[Node]:
    return {node for node in {*before, *after} if before.get(node) != after.get(node)}


def _meets(nodes: frozenset[Node], names: Collection[str]) -> bool:
    return f"<{ROOT}>" in nodes or not nodes.isdisjoint(names)


def _file(module: ModuleFootprint) -> Node:
    return f"<{module.file}>"


def _imported(part: Part, named: Mapping[str, set[Node]]) -> Iterable[Node]:
    for name in part.imports:
        yield from named.get(name, ())


def _packages(module: ModuleFootprint, files: set[Node]) -> Iterable[Node]:
    """Yields what is run before a module is: the files of the folders that it lies in."""
    folders = module.file.split("/")[:-1]
    for depth in range(1, len(folders) + 1):
        package = f"<{'/'.join(folders[:depth])}/__init__.py>"
        if package in files:
            yield package
