"""Looks up dotted paths in a hand-in and explains what is missing."""

from __future__ import annotations

import difflib
import math
from bisect import bisect_right
from collections.abc import Collection, Sequence
from types import ModuleType
from typing import Any, Final, Protocol

from .executor import Missing
from .origin import ImportNote, describe_error
from .sources import CompiledModule, CompiledPackage, SyntaxFault

LEFT_OUT_TOLD: Final = 4  # places in one sentence
_REASONS: Final = (
    *("statement_failed", "statement_cut_short", "time_used_up"),
    *("import_failed", "module_unparsable"),
)
_LOSES_NAMES: Final = ("time_used_up", "import_failed")  # whichever names come after it
_CLOSE = 0.6  # difflib's own default; `affine_forwrd` and `affine_forward` are at 0.96


class NotFound(Missing):
    """A dotted path leads nowhere.

    Attributes:
        sentence: the whole explanation.
        closest: names that do exist and look alike.
        missing: the part of the path that does not exist.
        fault: why the module cannot be parsed, where that is the reason.
        note: what failed while the module was imported, where that may be the reason.
    """

    def __init__(
        self,
        sentence: str,
        missing: str,
        closest: Sequence[str] = (),
        fault: SyntaxFault | None = None,
        note: ImportNote | None = None,
    ) -> None:
        super().__init__(sentence, tuple(closest))
        self.missing = missing
        self.fault = fault
        self.note = note


class _Loader(Protocol):
    package: CompiledPackage
    notes: list[ImportNote]
    asked: Collection[str]

    @property
    def module_names(self) -> frozenset[str]: ...

    def import_module(self, dotted: str) -> ModuleType: ...


def find(loader: _Loader, dotted: str) -> Any:
    """Returns the object at a dotted path.

    Raises:
        NotFound: some part of the path does not exist.
    """
    parts = dotted.split(".")
    depth = len(parts)
    while depth and ".".join(parts[:depth]) not in loader.module_names:
        depth -= 1
    module_name = ".".join(parts[:depth])
    value: Any = _import(loader, module_name)
    for index in range(depth, len(parts)):
        try:
            value = getattr(value, parts[index])
        except Exception:  # also what a property of the hand-in may raise
            raise _not_found(loader, module_name, parts, index, value) from None
    return value


def _import(loader: _Loader, name: str) -> ModuleType:
    try:
        return loader.import_module(name)
    except Exception as error:  # a parent package that is no package, or a file with a fault
        compiled = loader.package.modules.get(name)
        fault = compiled.error if compiled is not None else None
        if compiled is None or fault is None:
            sentence = f"`{name}` could not be imported: {describe_error(error)}."
            raise NotFound(sentence, name) from error
        shown = f": `{fault.text}`" if fault.text else ""
        line = f"Line {fault.line}{shown}: " if fault.line else ""
        sentence = (
            f"{compiled.filename} cannot be parsed, so nothing in it could be judged. "
            f"{line}{fault.message.removesuffix('.')}."
        )
        raise NotFound(sentence, name, fault=fault) from None


def _not_found(
    loader: _Loader, module_name: str, parts: Sequence[str], index: int, holder: Any
) -> NotFound:
    missing, path = parts[index], ".".join(parts[: index + 1])
    compiled = loader.package.modules.get(module_name)
    if isinstance(holder, ModuleType) and (compiled is None or compiled.is_package):
        place = "The hand-in" if not module_name else f"The folder {module_name}"
        given = loader.package.provided
        names: Collection[str] = {
            name.rpartition(".")[2]
            for name in loader.module_names
            # What the course hands out is no file of the student's under another name.
            if name and name.rpartition(".")[0] == module_name and name not in given
        }
        is_file = index < len(parts) - 1
        sentence = f"{place} has no " + (f"file `{missing}.py`" if is_file else f"`{missing}`")
        sentence += f", so `{'.'.join(parts)}` does not exist." if is_file else "."
    else:
        names = [name for name in _names(holder) if not name.startswith("__")]
        owner = f"`{'.'.join(parts[:index])}`" if compiled is None else compiled.places.title
        if not isinstance(holder, ModuleType):
            owner = f"`{'.'.join(parts[:index])}`"
        sentence = f"{owner} defines no `{missing}`, so `{path}` does not exist."
        if isinstance(holder, ModuleType) and (places := _elsewhere(loader, module_name, missing)):
            sentence += f" It is in {' and in '.join(places)}: move it, or import it from there."
    # What is written where nothing was run is not called otherwise.
    written = isinstance(holder, ModuleType) and _is_left_out(compiled, missing)
    holding = "".join(f"{part}." for part in parts[:index])
    others = [name for name in names if not _is_asked(loader, holding + name)]
    closest = [] if written else _closest(missing, others)
    if closest:
        sentence += " Closest: " + ", ".join(f"`{name}`" for name in closest) + "."
    note = _reason(loader, module_name, missing)
    if compiled is not None:
        sentence += _left_out(compiled, missing)
    if note is not None:
        where = f"line {note.line}"
        if compiled is not None and compiled.places.cells:
            where = compiled.places.text(note.line)
        sentence += f" While it was imported, {where} failed: {note.message}"
    fault = compiled.error if compiled is not None else None
    return NotFound(sentence, missing, closest, fault, note)


def _elsewhere(loader: _Loader, module_name: str, missing: str) -> list[str]:
    """Names up to two other files of the hand-in that define a name."""
    return [
        each.places.title
        for name, each in sorted(loader.package.modules.items())
        if each.origin == "handin" and name != module_name and missing in each.definitions
    ][:2]


def _is_asked(loader: _Loader, dotted: str) -> bool:
    """Tells whether the assignment asks for a name itself, so that it stands for no other."""
    return any(f"{each}.".startswith(f"{dotted}.") for each in loader.asked)


def _is_left_out(compiled: CompiledModule | None, missing: str) -> bool:
    return compiled is not None and any(missing in part.defines for part in compiled.left_out)


def _closest(missing: str, names: Collection[str]) -> list[str]:
    """Lists names that look alike, those first that differ by capitals alone."""
    same = sorted(name for name in names if name.lower() == missing.lower())
    close = difflib.get_close_matches(missing, sorted(names), n=3, cutoff=_CLOSE)
    return list(dict.fromkeys([*same, *close]))[:3]


def _left_out(compiled: CompiledModule, missing: str) -> str:
    """Says which parts of a notebook were left out, and whether the missing name is in one."""
    if not compiled.left_out:
        return ""
    places = compiled.places
    for part in compiled.left_out:
        if missing in part.defines:
            which = f"lines {part.first} to {part.last}, which were"
            return (
                f" It is in {'a cell that was' if places.cells else which} left out: "
                f"{places.text(part.fault.line)}: {part.fault.message.removesuffix('.')}."
            )
    told = [places.text(part.fault.line) for part in compiled.left_out]
    more = f" and {len(told) - LEFT_OUT_TOLD} more" if told[LEFT_OUT_TOLD:] else ""
    what = "Cells that cannot be parsed were" if places.cells else "What cannot be parsed was"
    return f" {what} left out: {'; '.join(told[:LEFT_OUT_TOLD])}{more}."


def _names(value: Any) -> list[str]:
    try:
        return [name for name in dir(value) if type(name) is str]
    except Exception:  # a __dir__ of the hand-in that raises
        return []


def _reason(loader: _Loader, module_name: str, missing: str) -> ImportNote | None:
    """Finds the note of the missing definition's own line, or else what explains most.

    Of a notebook some statements always fail, for lack of its data; only one that names what is
    missing explains it.
    """
    notes = [note for note in loader.notes if note.module == module_name and note.kind in _REASONS]
    compiled = loader.package.modules.get(module_name)
    if compiled is None:
        return notes[0] if notes else None
    line = compiled.definitions.get(missing)
    if line is None and any(missing in part.defines for part in compiled.left_out):
        return None
    if line is not None:
        begin = max((each for each in compiled.lines if each <= line), default=line)
        end = min((each for each in compiled.lines if each > begin), default=math.inf)
        notes.sort(key=lambda note: not begin <= note.line < end)
    elif compiled.interactive:
        named = [note for note in notes if missing in _names_at(compiled, note.line)]
        notes = named or [note for note in notes if note.kind in _LOSES_NAMES]
    return notes[0] if notes else None


def _names_at(compiled: CompiledModule, line: int) -> tuple[str, ...]:
    """Returns the names in the statement that a line belongs to."""
    index = bisect_right(compiled.lines, line) - 1
    return compiled.statements[index].co_names if index >= 0 else ()
