"""Runs programs of operations on the hand-in's objects, inside the worker.

It judges nothing: what the hand-in returns is exported as raw arrays and plain values, what the
hand-in raises as the exception's type, text and place.
"""

from __future__ import annotations

import inspect
import re
import traceback
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

import numpy as np

from . import doubts, drivers, foreign, randomness
from . import operations as ops
from .values import DTYPE_CODES
from .wire import Opaque, Slot

MAX_MESSAGE: Final = 2000  # characters of an exception's text
_OF_KERAS: Final = re.compile(
    r"Exception encountered when calling [^\n]{1,200}\n\n\x1b\[1m(.*?)\x1b\[0m\n\n", re.DOTALL
)
_OF_TENSORFLOW: Final = re.compile(
    r"\A\{\{function_node [^\s}]{1,300}\}\} | \[Op:\w{1,100}\](?: name: ?\S{0,100})?\Z"
)
# Bound now: a hand-in may overwrite NumPy's own names.
_array: Final = np.array
_ndarray: Final = np.ndarray
_copy: Final = np.ndarray.copy
MAX_PARTS: Final = 4096  # of one exported value; a frame takes sixteen times as many
MAX_EXPORT_DEPTH: Final = 4  # a tuple of dicts of arrays is the deepest that courses return
MAX_SEQUENCE: Final = 1024  # items of one list or tuple that are exported
HANDIN_MARK: Final = "<handin>/"  # begins the file name of every code object of the hand-in


_ANSWERS: Final = frozenset(
    (ops.EXPORT, ops.NAMES, ops.DESCRIBE, ops.ARGUMENTS, ops.NOTES, ops.LEND, ops.DOUBT)
)
_DONE: Final = (ops.DONE, None)
_FILLED: Final = frozenset((Slot, tuple, list, dict))  # in which slots may be
_PLAIN: Final = frozenset((type(None), bool, int, float, str))
_LENT_WHOLE: Final = _PLAIN | {dict}


class Missing(LookupError):  # noqa: N818  # it says what happened
    """A dotted path leads nowhere. `closest` are names that do exist and look alike."""

    def __init__(self, sentence: str, closest: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.closest = closest


class Namespace(Protocol):
    """Where dotted paths are looked up; raises `Missing`."""

    def resolve(self, dotted: str) -> Any:
        """Returns the object at a dotted path below the hand-in's root."""

    def doubt(self, dotted: str) -> doubts.Doubt | None:
        """Says what of this machine an object may hang on."""


class _NotReached(Exception):  # noqa: N818  # as above
    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


class Executor:
    """Runs programs against one namespace.

    Args:
        namespace: where `RESOLVE` looks.
        notes: gives what the loader and the captured output have to say, as plain values.
        files: descriptors that were passed to the worker.
    """

    def __init__(
        self, namespace: Namespace, notes: Callable[[], Any], files: tuple[int, ...] = ()
    ) -> None:
        self._namespace = namespace
        self._notes = notes
        self._files = files
        self._kept: list[Any] = []

    def run(self, program: list[tuple[Any, ...]]) -> list[tuple[int, Any]]:
        """Runs a program and returns one `(status, payload)` for each operation."""
        slots: list[Any] = []
        failed: dict[int, int] = {}
        results: list[tuple[int, Any]] = []
        for index, operation in enumerate(program):
            slots.append(None)
            try:
                code, *operands = [
                    _fill(operand, slots, failed) if type(operand) in _FILLED else operand
                    for operand in operation
                ]
                if code in _ANSWERS:
                    slots[index] = payload = self._answer(code, operands)
                    results.append((ops.VALUE, payload))
                else:
                    slots[index] = self._act(code, operands)
                    results.append(_DONE)
                continue
            except _NotReached as error:
                results.append((ops.NOT_REACHED, error.index))
                failed[index] = error.index
                continue
            except Missing as error:
                results.append((ops.MISSING, (error.sentence[:MAX_MESSAGE], error.closest)))
            except BaseException as error:
                # BaseException: sys.exit and KeyboardInterrupt of a hand-in are its own affair.
                doubts.note_fault(error)
                results.append((ops.RAISED, describe(error)))
            failed[index] = index
        return results

    def _answer(self, code: int, operands: list[Any]) -> Any:
        if code == ops.EXPORT:
            value = export(operands[0])
            if _count(value) > MAX_PARTS:
                return Opaque(f"{type(value).__name__} that is too large to look at")
            return value
        if code == ops.LEND:
            value = operands[0]
            return tuple(map(self._lend, value)) if type(value) is tuple else self._lend(value)
        if code == ops.NAMES:
            return _names(operands[0])
        if code == ops.DESCRIBE:
            return _describe(operands[0])
        if code == ops.ARGUMENTS:
            return list(inspect.signature(operands[0]).parameters)
        if code == ops.DOUBT:
            doubt = self._namespace.doubt(operands[0])
            return doubt and (doubt.why, doubt.what, doubt.module, doubt.line)
        return self._notes()

    def _act(self, code: int, operands: list[Any]) -> Any:
        if code == ops.RESOLVE:
            return self._namespace.resolve(operands[0])
        if code == ops.CALL:
            return operands[0](*operands[1], **operands[2])
        if code == ops.ITEM:
            return operands[0][operands[1]]
        if code == ops.ATTRIBUTE:
            return getattr(operands[0], operands[1])
        if code == ops.SET_ITEM:
            operands[0][operands[1]] = operands[2]
        elif code == ops.SET_ATTRIBUTE:
            setattr(operands[0], operands[1], operands[2])
        elif code == ops.NUMPY:
            return np.dtype(operands[0]).type
        elif code == ops.NEW:
            return operands[0]
        elif code == ops.FILE:
            return self._files[operands[0]]
        elif code == ops.KEPT:
            return self._kept[operands[0]]
        elif code == ops.DRIVER:
            return drivers.find(operands[0])
        elif code == ops.SEED:
            randomness.seed(operands[0])
        else:
            raise ValueError(f"{code} is not an operation of this worker")
        return None

    def _lend(self, value: Any) -> Any:
        """Exports a value, or keeps it here and names it: a cache has a form of its own."""
        if type(value) in _LENT_WHOLE or isinstance(value, (np.ndarray, np.generic)):
            exported = export(value)
            if not _has_opaque(exported):
                return exported
        self._kept.append(value)
        return Opaque(f"{ops.KEPT_AS}{len(self._kept) - 1}")


def _has_opaque(value: Any) -> bool:
    if type(value) is dict:
        return any(map(_has_opaque, value.values()))
    return type(value) is Opaque


def _fill(value: Any, slots: list[Any], failed: Mapping[int, int]) -> Any:
    kind = type(value)
    if kind is Slot:
        if value.index in failed:
            raise _NotReached(failed[value.index])
        return slots[value.index]
    if kind is tuple:
        return tuple([_fill(item, slots, failed) for item in value])
    if kind is list:
        return [_fill(item, slots, failed) for item in value]
    if kind is dict:
        return {key: _fill(item, slots, failed) for key, item in value.items()}
    return value


def _names(value: Any) -> list[str]:
    keys = value.keys() if isinstance(value, Mapping) else dir(value)
    return [key if type(key) is str else repr(key) for key in list(keys)[:MAX_SEQUENCE]]


def _describe(value: Any) -> tuple[str, int]:
    """Names the type and counts the items of a tuple, list, dict or array; -1 for the rest."""
    for kind in (tuple, list, dict, np.ndarray):
        if isinstance(value, kind):
            length = value.ndim if isinstance(value, np.ndarray) else len(value)
            return (kind.__name__, length)
    return (type(value).__name__[:100], -1)


def export(value: Any, depth: int = 0) -> Any:
    """Turns an object into something that can cross; what cannot becomes `Opaque`."""
    kind = type(value)
    if kind in _PLAIN or kind is Opaque:  # the latter was lent, see `grader.worker.lender`
        return value
    if kind is _ndarray and value.dtype in DTYPE_CODES:
        return _copy(value)
    if isinstance(value, (np.ndarray, np.generic)):
        # A plain copy: no subclass, no view, no object's own methods.
        plain = _array(value, copy=True, subok=False)
        if plain.dtype == object:
            return Opaque(f"array of Python objects with shape {plain.shape}")
        if plain.dtype.kind == "f" and plain.dtype.itemsize > 8:
            return plain.astype(np.float64)
        return plain.astype(plain.dtype.newbyteorder("="), copy=False)
    doubts.note_value(value)
    array = foreign.as_array(value)
    if array is not None:
        return export(array, depth)
    if depth < MAX_EXPORT_DEPTH and isinstance(value, (list, tuple)):
        if len(value) <= MAX_SEQUENCE:
            made = list if isinstance(value, list) else tuple
            return made(export(item, depth + 1) for item in value)
    if depth < MAX_EXPORT_DEPTH and isinstance(value, dict) and len(value) <= MAX_SEQUENCE:
        return {key: export(item, depth + 1) for key, item in value.items() if type(key) is str}
    return Opaque(type(value).__name__[:100])


def _count(value: Any) -> int:
    """Counts the parts of an exported value."""
    if type(value) in (list, tuple):
        return 1 + sum(map(_count, value))
    if type(value) is dict:
        return 1 + sum(map(_count, value.values()))
    return 1


def own_words(text: str) -> str:
    """Takes off what Keras and TensorFlow lay around the words that say what is wrong.

    >>> own_words("{{function_node __MatMul}} In[0]: [2,5], In[1]: [9,9] [Op:MatMul] name: ")
    'In[0]: [2,5], In[1]: [9,9]'
    """
    wrapped = _OF_KERAS.match(text)
    return _OF_TENSORFLOW.sub("", wrapped[1] if wrapped else text)


def describe(error: BaseException) -> tuple[str, str, str, int, str]:
    """Says what was raised: type, text, and file, line and function of the hand-in's last frame."""
    try:
        text = own_words(str(error)[: 2 * MAX_MESSAGE])[:MAX_MESSAGE]
    except BaseException:  # an exception whose own __str__ raises
        text = "(its text could not be read)"
    place = ("", 0, "")
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.startswith(HANDIN_MARK):
            place = (frame.filename[len(HANDIN_MARK) :], frame.lineno or 0, frame.name)
    return (type(error).__name__[:100], text, *place)
