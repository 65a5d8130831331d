"""Array libraries beside NumPy: loaded in the zygote, seeded with it, read as NumPy's arrays."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final


@dataclass(slots=True)
class Library:
    """A library that is loaded beside NumPy.

    Attributes:
        arrays: the type of its arrays.
        to_numpy: turns one of them into NumPy's.
        seed: sets its global random generator.
        version: for the report.
        modules: further modules that are parts of it, and that a hand-in may import.
    """

    arrays: type | tuple[type, ...]
    to_numpy: Callable[[Any], Any]
    seed: Callable[[int], None]
    version: str
    modules: tuple[str, ...] = ()


_LOADED: Final[list[Library]] = []
_MODULES: Final = {  # by library: our module that loads it
    "documents": "documents_library",
    "tensorflow": "tensorflow_library",
    "torch": "torch_library",
}


def prepare(library: str) -> dict[str, str]:
    """Loads a library in the zygote, whose forks then all have it; returns its version by name."""
    if not library:
        return {}
    loaded: Library = importlib.import_module(f".{_MODULES[library]}", __package__).load()
    _LOADED.append(loaded)
    return {library: loaded.version}


def modules() -> tuple[str, ...]:
    """Names what hand-ins may import beside the libraries themselves."""
    return tuple(name for library in _LOADED for name in library.modules)


def as_array(value: Any) -> Any | None:
    """Returns a NumPy array of the same numbers; `None` for what is no array of any library."""
    for library in _LOADED:
        if isinstance(value, library.arrays):
            return library.to_numpy(value)
    return None


def seed(value: int) -> None:
    """Sets the global random generators of all libraries."""
    for library in _LOADED:
        library.seed(value)
