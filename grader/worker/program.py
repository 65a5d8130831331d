"""Programs for a worker, and what comes back, in terms that checks can read.

A program is a list of operations that travels in one frame. What the hand-in did wrong comes back
as a `Fault`, which is a value: a wrong hand-in is a result, never an exception.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from grader.plain_text import clean_text, place_text, quote, quote_if_odd
from grader.worker.inside import operations as ops
from grader.worker.inside.wire import Slot
from grader.worker.remedies import remedy


class FaultKind(StrEnum):
    """What kind of thing went wrong inside the hand-in."""

    MISSING = "missing"  # a function, class, attribute or key does not exist
    RAISED = "raised"  # its code raised
    TIMED_OUT = "timed_out"  # its code ran past the wall-clock limit
    DIED = "died"  # its process ended: out of memory, a signal, an exit
    MALFORMED = "malformed"  # what it returned is not what the convention asks for


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that the hand-in did wrong, apart from wrong numbers.

    Attributes:
        message: what and why, in full sentences.
        hint: what to do; empty rather than a guess.
        place: file, line and function of the hand-in, where known, as `layers.py, line 12`.
        about: the dotted path that it is about; empty where only one is asked.
        exception: name of the exception's type, where one was raised.
        said: the exception's own text, cleaned.
    """

    kind: FaultKind
    message: str
    hint: str = ""
    place: str = ""
    about: str = ""
    exception: str = ""
    said: str = ""


class Program:
    """Collects operations; every method returns the slot that its result will be in."""

    def __init__(self) -> None:
        self.operations: list[tuple[Any, ...]] = []

    def _add(self, *operation: Any) -> Slot:
        self.operations.append(operation)
        return Slot(len(self.operations) - 1)

    def include(self, program: Program) -> int:
        """Appends the operations of another program; returns where they begin."""
        begin = len(self.operations)
        self.operations += [_moved(operation, begin) for operation in program.operations]
        return begin

    def resolve(self, dotted: str) -> Slot:
        """Looks up a dotted path below the hand-in's root."""
        return self._add(ops.RESOLVE, dotted)

    def call(
        self, function: Slot, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Slot:
        """Calls; arrays among the arguments arrive as fresh copies."""
        return self._add(ops.CALL, function, tuple(args), dict(kwargs or {}))

    def item(self, container: Slot, key: Any) -> Slot:
        """Takes `container[key]`."""
        return self._add(ops.ITEM, container, key)

    def attribute(self, owner: Slot, name: str) -> Slot:
        """Takes `owner.name`."""
        return self._add(ops.ATTRIBUTE, owner, name)

    def set_item(self, container: Slot, key: Any, value: Any) -> Slot:
        """Does `container[key] = value`."""
        return self._add(ops.SET_ITEM, container, key, value)

    def set_attribute(self, owner: Slot, name: str, value: Any) -> Slot:
        """Does `owner.name = value`."""
        return self._add(ops.SET_ATTRIBUTE, owner, name, value)

    def new(self, value: Any) -> Slot:
        """Puts a fresh object into a slot, so that several operations can share it."""
        return self._add(ops.NEW, value)

    def numpy_type(self, name: str) -> Slot:
        """Takes a NumPy scalar type, such as `float64`, to be passed as an argument."""
        return self._add(ops.NUMPY, name)

    def file(self, index: int) -> Slot:
        """Takes the descriptor of a file that was passed to the worker."""
        return self._add(ops.FILE, index)

    def driver(self, name: str) -> Slot:
        """Takes a function of the worker's own, such as `dict_modules.describe`."""
        return self._add(ops.DRIVER, name)

    def arguments(self, function: Slot) -> Slot:
        """Asks for the names of a callable's parameters."""
        return self._add(ops.ARGUMENTS, function)

    def export(self, slot: Slot) -> Slot:
        """Asks for the plain value of a slot."""
        return self._add(ops.EXPORT, slot)

    def lend(self, slot: Slot) -> Slot:
        """Asks for the value of a slot; what cannot cross unchanged is kept and named."""
        return self._add(ops.LEND, slot)

    def kept(self, number: int) -> Slot:
        """Takes what was kept under a number."""
        return self._add(ops.KEPT, number)

    def describe(self, slot: Slot) -> Slot:
        """Asks for the type's name and the length of what is in a slot."""
        return self._add(ops.DESCRIBE, slot)

    def names(self, slot: Slot) -> Slot:
        """Asks for the keys of a mapping, or the attributes of another object."""
        return self._add(ops.NAMES, slot)

    def seed(self, value: int) -> Slot:
        """Sets the worker's global random generators."""
        return self._add(ops.SEED, value)

    def doubt(self, dotted: str) -> Slot:
        """Asks what of the machine the object at a dotted path may hang on."""
        return self._add(ops.DOUBT, dotted)

    def notes(self) -> Slot:
        """Asks for what the loader and the captured output have to say."""
        return self._add(ops.NOTES)


@dataclass(frozen=True, slots=True)
class Replies:
    """One `(status, payload)` for each operation of a program.

    The worker is not trusted: a reply of the wrong form is a fault of the hand-in.
    """

    program: Program
    entries: Sequence[Any]

    def of(self, program: Program, begin: int) -> Replies:
        """Returns the replies to a program that was included in this one."""
        entries = self.entries[begin : begin + len(program.operations)]
        return Replies(program, [_moved_reply(entry, begin) for entry in entries])

    def value(self, slot: Slot) -> Any | Fault:
        """Returns what an operation exported, or the fault that kept it from doing so."""
        status, payload = self._entry(slot.index)
        if status == ops.VALUE:
            return payload
        return self.fault(slot) or Fault(
            FaultKind.MALFORMED, "The hand-in's process sent no value where one was asked for."
        )

    def fault(self, slot: Slot) -> Fault | None:
        """Returns what went wrong with an operation, or with one that it refers to."""
        status, payload = self._entry(slot.index)
        if status == ops.NOT_REACHED and type(payload) is int and 0 <= payload < slot.index:
            status, payload = self._entry(payload)
        if status in (ops.DONE, ops.VALUE):
            return None
        if status == ops.MISSING:
            return _missing(payload)
        if status == ops.RAISED:
            return _raised(payload)
        return Fault(FaultKind.MALFORMED, "The hand-in's process sent a reply of an unknown form.")

    def _entry(self, index: int) -> tuple[int, Any]:
        entry = self.entries[index] if index < len(self.entries) else None
        if type(entry) is tuple and len(entry) == 2 and type(entry[0]) is int:
            return entry
        return (-1, None)


def _moved(value: Any, by: int) -> Any:
    """Moves every slot that a value refers to."""
    match value:
        case Slot(index=index):
            return Slot(index + by)
        case tuple() | list():
            return type(value)(_moved(item, by) for item in value)
        case dict():
            return {key: _moved(item, by) for key, item in value.items()}
    return value


def _moved_reply(entry: Any, by: int) -> Any:
    """Moves the operation back that a reply names as the one that failed."""
    match entry:
        case (int() as status, int() as payload) if status == ops.NOT_REACHED:
            return (status, payload - by)
    return entry


def _missing(payload: Any) -> Fault:
    match payload:
        case (str() as sentence, tuple() as closest):
            names = [clean_text(name, 60) for name in closest if isinstance(name, str)]
            hint = f"Did you mean {' or '.join(repr(name) for name in names)}?" if names else ""
            return Fault(FaultKind.MISSING, clean_text(sentence, 600), hint)
    return Fault(FaultKind.MISSING, "A name that the assignment asks for was not found.")


def _unquoted(text: str) -> str:
    """Takes off the quotation marks that the text of a KeyError comes in."""
    inner = text[1:-1]
    return inner if text == f"'{inner}'" and "'" not in inner else text


def _raised(payload: Any) -> Fault:
    match payload:
        case (str() as name, str() as text, str() as file, int() as line, str() as function):
            place = place_text(file, line) if file else ""
            inside = f" in {clean_text(function, 100)}" if function not in ("", "<module>") else ""
            # In quotes: the words are the hand-in's, and could pass for a verdict of ours.
            said = f": {quote(_unquoted(text), 200)}" if text.strip() else ""
            name = quote_if_odd(name, 100)
            at = f" ({place}{inside})" if place else ""
            message = f"raised {name}{said}{at}."
            cleaned = clean_text(text, 200)
            hint = remedy(name, cleaned, placed=bool(place))
            return Fault(FaultKind.RAISED, message, hint, place, exception=name, said=cleaned)
    return Fault(FaultKind.RAISED, "raised an exception that could not be read.")
