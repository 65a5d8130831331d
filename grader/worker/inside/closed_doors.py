"""Replaces functions that start processes, ask a person or fetch from the network by refusals.

The sandbox refuses these acts anyway; here they fail at once and in words that a student can use.
Nobody should take this for a wall.
"""

from __future__ import annotations

import builtins
import os
import sys
from collections.abc import Callable, Mapping
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any, Final, NoReturn

# Modules that cost time to import get their refusals when the hand-in asks for them.
_LATER: Final[Mapping[str, tuple[str, ...]]] = {
    "subprocess": (
        "Popen",
        "call",
        "check_call",
        "check_output",
        "getoutput",
        "getstatusoutput",
        "run",
    ),
    "urllib.request": ("urlopen", "urlretrieve"),
}
_OF_OS: Final = (
    "execl execle execlp execlpe execv execve execvp execvpe fork forkpty popen posix_spawn "
    "posix_spawnp spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe system"
).split()


class ClosedDoors:
    """Refuses on `close`, and as a finder whenever one of the modules is imported; can be undone.

    Code that has to fork must hold on to `os.fork` from before.
    """

    def __init__(self) -> None:
        self._undo: list[tuple[ModuleType, str, Any]] = []

    def close(self) -> None:
        """Replaces what is loaded already; the rest follows when it is imported."""
        sys.meta_path.insert(0, self)
        for name in _OF_OS:
            self._replace(os, name, _refusal(f"os.{name}", _NO_PROCESS))
        self._replace(builtins, "input", _refuse_input)
        self._replace(sys, "breakpointhook", lambda *_args, **_kwargs: None)
        for module_name in _LATER:
            if module_name in sys.modules:
                self.close_module(sys.modules[module_name])

    def open(self) -> None:
        """Puts everything back."""
        sys.meta_path.remove(self)
        while self._undo:
            module, name, value = self._undo.pop()
            setattr(module, name, value)

    def close_module(self, module: ModuleType) -> None:
        """Replaces the functions of one module."""
        name = module.__name__
        why = _NO_PROCESS if name == "subprocess" else _NO_NETWORK
        for function in _LATER[name]:
            self._replace(module, function, _refusal(f"{name}.{function}", why))

    def find_spec(self, fullname: str, path: Any = None, _target: Any = None) -> ModuleSpec | None:
        """Finds the real module, and has it closed after it has run."""
        spec = PathFinder.find_spec(fullname, path) if fullname in _LATER else None
        if spec is not None and spec.loader is not None:
            _close_after(spec.loader, self.close_module)
        return spec

    def _replace(self, module: ModuleType, name: str, value: Any) -> None:
        if hasattr(module, name):
            self._undo.append((module, name, getattr(module, name)))
            setattr(module, name, value)


_NO_PROCESS: Final = "no other program can be started"
_NO_NETWORK: Final = "there is no network"


def _refusal(name: str, why: str) -> Callable[..., NoReturn]:
    def refuse(*_args: Any, **_kwargs: Any) -> NoReturn:
        raise PermissionError(f"`{name}` was called, but {why} in grading.")

    return refuse


def _refuse_input(*_args: Any) -> NoReturn:
    raise EOFError("`input` was called, but nobody is there to answer in grading.")


def _close_after(loader: Any, close: Callable[[ModuleType], None]) -> None:
    """Has `close` called when this loader has run its module."""
    run = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        run(module)
        close(module)

    loader.exec_module = exec_module
