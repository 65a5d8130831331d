"""Makes one module importable under a second name: the same object, not a copy."""

from __future__ import annotations

import importlib
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import ModuleType


class AliasLoader(Loader):
    """Answers the import of one name with the module of another.

    Args:
        target: the name under which the module is really imported.
    """

    def __init__(self, target: str) -> None:
        self._target = target
        self._spec: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Imports the real module; it may be half-way through its own import."""
        module = importlib.import_module(self._target)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Gives the module back its own spec, which the import system has just replaced."""
        module.__spec__ = self._spec


def alias_spec(name: str, target: str) -> ModuleSpec:
    """Returns a spec that makes `name` another name of the module `target`."""
    return ModuleSpec(name, AliasLoader(target), origin=target)
