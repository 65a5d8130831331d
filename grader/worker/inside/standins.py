"""Answers a hand-in's imports of libraries that are not there, so that one `import` kills no file.

Only the standard library, NumPy and SciPy are real. Imports by libraries are never answered here:
they must see the machine as it is.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Collection
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Final

from .aliases import alias_spec
from .closed_doors import ClosedDoors
from .hollow import HollowBase, HollowModule, StandIn, StandInUsed
from .lookalikes import CONTENTS, RENAMED, fill, has_part, is_there
from .origin import (
    REAL_MODULES,
    ImportNote,
    imported_by_handin,
    importing_frame,
    line_in_module,
    make_note,
    where_used,
)

__all__ = ["HollowBase", "StandIn", "StandInUsed", "StandIns", "install"]

# Parts of the standard library that open windows or wait for a person.
_UNATTENDED: Final = frozenset(
    {"antigravity", "idlelib", "pdb", "tkinter", "turtle", "turtledemo", "webbrowser"}
)
# Code that asks for these is ready to do without, as in `try: import cupy as np`.
_ABSENT: Final = frozenset({"cupy", "cupyx"})
# What may already be loaded and must not be had from `sys.modules`.
_TAKEN_AWAY: Final = _UNATTENDED | frozenset(
    {"IPython", "cv2", "jax", "keras", "matplotlib", "pandas", "rich", "seaborn", "sklearn"}
    | {"sympy", "tensorflow", "torch", "torchvision"}
)
# Parts of real libraries that need another one, and that only keep logs for a person to look at.
_LOGS: Final = frozenset({"torch.utils.tensorboard"})


class StandIns:
    """The installed stand-ins: a finder in front, a finder behind, and closed doors.

    Args:
        notes: where the first use of each library is noted.
        real: further top-level modules that the hand-in gets as they are.
    """

    def __init__(self, notes: list[ImportNote], real: Collection[str] = ()) -> None:
        self._notes = notes
        self._noted: set[str] = set()
        self._real = REAL_MODULES.union(real) - _UNATTENDED.difference(real)
        self._last_resort = _LastResort(self)
        self._doors = ClosedDoors()
        self._taken: dict[str, ModuleType] = {}

    def install(self) -> None:
        """Takes effect; the packages' own finders stay in front of this one."""
        for name in list(sys.modules):
            if name.partition(".")[0] in _TAKEN_AWAY - self._real:
                self._taken[name] = sys.modules.pop(name)
        packages = [finder for finder in sys.meta_path if getattr(finder, "goes_first", False)]
        sys.meta_path.insert(len(packages), self)
        sys.meta_path.append(self._last_resort)
        self._doors.close()

    def remove(self) -> None:
        """Undoes `install`, and forgets the modules that stood in."""
        self._doors.open()
        sys.meta_path.remove(self)
        sys.meta_path.remove(self._last_resort)
        for name, module in list(sys.modules.items()):
            if isinstance(module, HollowModule) or name in RENAMED:
                del sys.modules[name]
        sys.modules.update(self._taken)

    def find_spec(self, fullname: str, _path: Any = None, _target: Any = None) -> ModuleSpec | None:
        """Answers the hand-in's imports of everything that is not real.

        Raises:
            ModuleNotFoundError: the hand-in is prepared for the library to be missing.
        """
        top = fullname.partition(".")[0]
        if not imported_by_handin():
            return None
        if fullname in _LOGS:
            self.note(
                fullname, f"{fullname} is not available in grading; an empty stand-in was imported."
            )
            return ModuleSpec(fullname, _HollowLoader())
        if top in self._real:
            return None
        if fullname in RENAMED:
            return alias_spec(fullname, RENAMED[fullname])
        if top not in CONTENTS:
            if fullname == top and (top in _ABSENT or _is_guarded()):
                raise ModuleNotFoundError(f"No module named {top!r} in grading", name=top)
            self.note(top, f"{top} is not available in grading; an empty stand-in was imported.")
        return ModuleSpec(fullname, _HollowLoader())

    def note(self, name: str, message: str) -> None:
        """Notes the first use of something."""
        if name not in self._noted:
            self._noted.add(name)
            self._notes.append(make_note(*where_used(), "standin_used", message))


class _LastResort:
    """Stands in for what should have been real: removed parts of NumPy, SciPy where it is missing.

    Auto-completion has put imports of private modules into many a file that never uses them.
    """

    def __init__(self, owner: StandIns) -> None:
        self._owner = owner

    def find_spec(self, fullname: str, _path: Any = None, _target: Any = None) -> ModuleSpec | None:
        top, _, below = fullname.partition(".")
        if top not in REAL_MODULES or not imported_by_handin():
            return None
        if below and top not in {"numpy", "scipy"}:
            return None
        if not below and _is_guarded():
            return None
        self._owner.note(
            fullname,
            f"{fullname} does not exist in this Python; an empty stand-in was imported.",
        )
        return ModuleSpec(fullname, _HollowLoader())


class _HollowLoader(Loader):
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        if spec.name.startswith("numpy."):
            return _RemovedPart(spec.name)
        return _Lookalike(spec.name) if is_there(spec.name) else HollowModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        fill(module)


class _Lookalike(HollowModule):
    """A library of which some parts work."""

    def __getattr__(self, name: str) -> Any:
        if has_part(self.__name__, name) and imported_by_handin():
            return importlib.import_module(f"{self.__name__}.{name}")
        return super().__getattr__(name)


class _RemovedPart(HollowModule):
    """A module that NumPy no longer has; what it held is mostly public still."""

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("__") and hasattr(sys.modules["numpy"], name):
            return getattr(sys.modules["numpy"], name)
        return super().__getattr__(name)


def _is_guarded() -> bool:
    """Says whether the hand-in handles the failure of the import being answered."""
    frame = importing_frame()
    loader = frame.f_globals.get("__loader__") if frame is not None else None
    is_guarded = getattr(loader, "is_guarded", None)
    return frame is not None and is_guarded is not None and bool(is_guarded(line_in_module(frame)))


def install(notes: list[ImportNote], real: Collection[str] = ()) -> StandIns:
    """Installs stand-ins in this process and returns them; see `StandIns`."""
    standins = StandIns(notes, real)
    standins.install()
    return standins
