"""Where the values of a module's names come from, read off the code of its top-level statements.

What a function names is looked up when it is called, so it has the value that was bound last; what
a statement names itself has the one that was bound above it.
"""

from __future__ import annotations

import dis
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Final

from .compiled import CompiledModule

_LOADS: Final = frozenset({"LOAD_NAME", "LOAD_GLOBAL"})
_STORES: Final = frozenset({"STORE_NAME", "STORE_GLOBAL"})
_CHANGES: Final = frozenset({"STORE_SUBSCR", "STORE_ATTR", "STORE_SLICE"})


@dataclass(frozen=True, slots=True)
class _Statement:
    """What a top-level statement names.

    Attributes:
        binds: gets a new value.
        changes: may be changed, as by `sizes["classes"] = 10`.
        now: is read when the statement runs.
        later: is read by the functions that it makes.
        defines: it does no more than make them.
    """

    binds: frozenset[str]
    changes: frozenset[str]
    now: frozenset[str]
    later: frozenset[str]
    defines: bool


@dataclass(frozen=True, slots=True)
class Sources:
    """The top-level statements of a module, by what they name.

    Attributes:
        statements: in order.
    """

    statements: tuple[_Statement, ...]

    @classmethod
    def of(cls, module: CompiledModule) -> Sources:
        """Reads a module's code objects; nothing is run."""
        pairs = zip(module.statements, module.kinds, strict=True)
        return cls(tuple(_statement(code, kind == "definition") for code, kind in pairs))

    def behind(self, name: str) -> Iterator[int]:
        """Gives the statements that a name's value at the end comes from, the nearest first."""
        ahead, seen = list(self._sources(name, len(self.statements))), set()
        while ahead:
            index = ahead.pop(0)
            if index in seen:
                continue
            seen.add(index)
            yield index
            each = self.statements[index]
            for used in sorted(each.now):
                ahead += self._sources(used, index)
            for used in sorted(each.later):
                ahead += self._sources(used, len(self.statements))
                if not each.defines:
                    ahead += self._sources(used, index)

    def _sources(self, name: str, before: int) -> Iterator[int]:
        """Gives what binds a name last in front of a statement, and what changes it from there."""
        for index in range(before - 1, -1, -1):
            if name in self.statements[index].changes:
                yield index
            if name in self.statements[index].binds:
                yield index
                return


def _statement(code: CodeType, defines: bool) -> _Statement:
    names: dict[str, set[str]] = {"binds": set(), "now": set(), "later": set()}
    changes = False
    for each in dis.get_instructions(code):
        if each.opname in _STORES:
            names["binds"].add(each.argval)
        elif each.opname in _LOADS:
            names["now"].add(each.argval)
        changes |= each.opname in _CHANGES
    inner = [const for const in code.co_consts if isinstance(const, CodeType)]
    while inner:
        nested = inner.pop()
        inner += [const for const in nested.co_consts if isinstance(const, CodeType)]
        loads = (each for each in dis.get_instructions(nested) if each.opname in _LOADS)
        names["later"].update(each.argval for each in loads)
    return _Statement(
        binds=frozenset(names["binds"]),
        changes=frozenset(names["now"] if changes else ()),
        now=frozenset(names["now"]),
        later=frozenset(names["later"]),
        defines=defines,
    )
