"""Gives a name that an assignment leaves free to what of a hand-in does what it should."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import CodeType, ModuleType
from typing import Any, Protocol

from .sources import CompiledModule


class Finder(Protocol):
    """Looks for one subject among the names of one module."""

    def watch(self, namespace: Mapping[str, Any]) -> None:
        """Is shown the namespace after each statement, while the module runs."""

    def find(
        self,
        namespace: Mapping[str, Any],
        name: str,
        own: Collection[str],
        lines: Mapping[str, int],
        used: bool = False,
    ) -> Any | None:
        """Returns what is to have the name; `None` where nothing is."""


class FreeNames:
    """The free names of a package, each with its finder."""

    def __init__(self) -> None:
        self._finders: dict[str, dict[str, Finder]] = {}  # by module and name
        self._bound: dict[str, str] = {}

    def add(self, dotted: str, finder: Finder) -> None:
        """Has a subject be looked for."""
        module, _, name = dotted.rpartition(".")
        self._finders.setdefault(module, {})[name] = finder

    def watcher(self, module: str) -> Callable[[dict[str, Any]], None] | None:
        """Returns what has to see a module's namespace after each statement, if anything does."""
        finders = self._finders.get(module)
        if not finders:
            return None

        def watch(namespace: dict[str, Any]) -> None:
            for finder in finders.values():
                finder.watch(namespace)

        return watch

    def wants(self, dotted: str) -> bool:
        """Says whether a subject is still to be looked for."""
        module, _, name = dotted.rpartition(".")
        return name in self._finders.get(module, {}) and dotted not in self._bound

    def bound_to(self, dotted: str) -> str:
        """Returns the name of what was found for a subject; empty where nothing was."""
        return self._bound.get(dotted, "")

    def bind(
        self, dotted: str, module: ModuleType, compiled: CompiledModule, own: Collection[str]
    ) -> None:
        """Looks for a subject once, and sets its name in the module that has run.

        What is defined under the name, but is not there, has a reason that the student is told.
        """
        self._bound[dotted] = ""
        place, _, name = dotted.rpartition(".")
        left_out = any(name in part.defines for part in compiled.left_out)
        if name not in module.__dict__ and (name in compiled.definitions or left_out):
            return
        finder, used = self._finders[place][name], _is_used(compiled, name)
        found = finder.find(module.__dict__, name, own, compiled.definitions, used)
        if found is not None:
            module.__dict__[name] = found
            called = getattr(found, "__name__", "")
            self._bound[dotted] = called if type(called) is str else ""


def _is_used(compiled: CompiledModule, name: str) -> bool:
    """Tells whether a statement names what others define."""
    ahead = [each for each in compiled.statements if name not in (c.co_name for c in _inner(each))]
    while ahead:
        code = ahead.pop()
        if name in code.co_names:
            return True
        ahead += _inner(code)
    return False


def _inner(code: CodeType) -> list[CodeType]:
    return [const for const in code.co_consts if isinstance(const, CodeType)]
