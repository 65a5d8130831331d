"""What one module of a hand-in is like, definition by definition, so that two states of it compare.

A host has read it off the source without running it; see `inside.footprints`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

EVERYTHING: Final = "*"  # is named by what looks names up by texts that it makes itself


@dataclass(frozen=True, slots=True)
class Part:
    """One definition of a module, or all its other statements together.

    Attributes:
        name: of the function or class; empty for the other statements.
        content: digest of what it does.
        wording: digest of its lines and of where they stand, which messages may quote.
        names: all that it may refer to; `EVERYTHING` where that cannot be told.
        imports: names of what may be modules that it imports.
    """

    name: str
    content: str
    wording: str
    names: frozenset[str]
    imports: frozenset[str]


@dataclass(frozen=True, slots=True)
class ModuleFootprint:
    """One module.

    Attributes:
        file: path below the package's root.
        fault: message and line, where it cannot be parsed; it counts as one piece then.
        opaque: whether it counts as one piece, as a notebook does.
        parts: first the statements that are no definitions, then the definitions in their order.
        binds: names that its other statements bind.
    """

    file: str
    fault: tuple[str, int] | None
    opaque: bool
    parts: tuple[Part, ...]
    binds: frozenset[str] = frozenset()


def footprint_of(told: Mapping[str, Any]) -> ModuleFootprint:
    """Makes a module's footprint of a host's answer."""
    fault = told["fault"]
    return ModuleFootprint(
        file=str(told["file"]),
        fault=(str(fault[0]), int(fault[1])) if fault else None,
        opaque=bool(told["opaque"]),
        parts=tuple(
            Part(str(name), str(content), str(wording), frozenset(names), frozenset(imports))
            for name, content, wording, names, imports in told["parts"]
        ),
        binds=frozenset(told["binds"]),
    )
