"""Reads the pickles that CIFAR's batches are published as, without running what they say.

A pickle is a program: it can name any function and have it called. Here its operations are
followed by a reader of our own that knows five names and gives each a meaning of its own;
nothing is imported, looked up or called for a pickle.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.datasets.faults import DataSetError
from grader.plain_text import quote


@dataclass(frozen=True, slots=True)
class _Name:
    """What a pickle names, in place of the thing itself."""

    text: str


@dataclass(slots=True)
class _Bytes:
    """An array of bytes: first without content, as pickles have it."""

    array: npt.NDArray[np.uint8] | None = None


_BYTE_TYPE = _Name("numpy.dtype of bytes")


def read_batch_pickle(content: bytes, name: str) -> dict[str, Any]:
    """Reads a dictionary of bytes, text, numbers, lists and arrays of bytes.

    Args:
        content: a pickle of protocol 2 or later, as Python 2 or 3 wrote it.
        name: what to call the file.

    Returns:
        Keys as text, text of Python 2 as bytes, arrays as uint8.

    Raises:
        DataSetError: it names something else, is damaged, or is no dictionary.
    """
    try:
        found = _followed(content, name)
        if not isinstance(found, dict):
            raise TypeError("no dictionary")
        return {_text(key): _content(value) for key, value in found.items()}
    # A forged program can go wrong at every step; whatever it was, this is not the format.
    except (ValueError, TypeError, LookupError, OverflowError, AttributeError) as error:
        raise DataSetError(
            f"{quote(name)} is damaged, or no batch of CIFAR-10: a pickle that holds a dictionary "
            "was expected. Download the Python version of CIFAR-10 again."
        ) from error


def _followed(content: bytes, name: str) -> Any:
    stack: list[Any] = []
    below: list[list[Any]] = []  # the stacks under each mark
    memo: dict[int, Any] = {}
    argument: Any
    for opcode, argument, _ in pickletools.genops(content):
        code = opcode.name
        if code in _IGNORED:
            pass
        elif code == "STOP":
            break
        elif code in _CONSTANTS:
            stack.append(_CONSTANTS[code]())
        elif code in _VALUES:
            stack.append(argument)
        elif code in ("BINSTRING", "SHORT_BINSTRING"):
            stack.append(argument.encode("latin-1"))
        elif code == "MARK":
            below.append(stack)
            stack = []
        elif code in _UNMARK:
            items, stack = stack, below.pop()
            _UNMARK[code](stack, items)
        elif code in _STEPS:
            _STEPS[code](stack)
        elif code in ("BINPUT", "LONG_BINPUT"):
            memo[argument] = stack[-1]
        elif code == "MEMOIZE":
            memo[len(memo)] = stack[-1]
        elif code in ("BINGET", "LONG_BINGET"):
            stack.append(memo[argument])
        elif code in ("GLOBAL", "STACK_GLOBAL"):
            if code == "STACK_GLOBAL":
                member, module = stack.pop(), stack.pop()
                argument = f"{module} {member}"
            stack.append(_named(argument, name))
        else:
            raise ValueError(f"no batch needs the operation {code}")
    return stack.pop()


_IGNORED = frozenset({"PROTO", "FRAME"})
_VALUES = frozenset(
    "BININT BININT1 BININT2 LONG1 BINUNICODE SHORT_BINUNICODE BINUNICODE8 BINBYTES "
    "SHORT_BINBYTES BINBYTES8 BYTEARRAY8".split()
)
_CONSTANTS: Mapping[str, Callable[[], Any]] = MappingProxyType(
    {
        "NONE": lambda: None,
        "NEWTRUE": lambda: True,
        "NEWFALSE": lambda: False,
        "EMPTY_DICT": dict,
        "EMPTY_LIST": list,
        "EMPTY_TUPLE": tuple,
    }
)


def _extend(stack: list[Any], items: list[Any]) -> None:
    _list(stack[-1]).extend(items)


def _set_items(stack: list[Any], items: list[Any]) -> None:
    if not isinstance(stack[-1], dict):
        raise TypeError("no dictionary")
    # The hash of tuples that hold one another many times over would never end.
    if not all(isinstance(key, bytes | str) for key in items[::2]):
        raise TypeError("a key that is no text")
    stack[-1].update(zip(items[::2], items[1::2], strict=True))


_UNMARK: Mapping[str, Callable[[list[Any], list[Any]], None]] = MappingProxyType(
    {
        "TUPLE": lambda stack, items: stack.append(tuple(items)),
        "APPENDS": _extend,
        "SETITEMS": _set_items,
    }
)


def _tuple_of(count: int) -> Callable[[list[Any]], None]:
    def make(stack: list[Any]) -> None:
        if len(stack) < count:
            raise ValueError("too few values")
        stack[-count:] = [tuple(stack[-count:])]

    return make


def _append(stack: list[Any]) -> None:
    value = stack.pop()
    _list(stack[-1]).append(value)


def _set_item(stack: list[Any]) -> None:
    value, key = stack.pop(), stack.pop()
    _set_items(stack, [key, value])


def _reduce(stack: list[Any]) -> None:
    """Gives the few calls that a batch asks for their meaning."""
    arguments, called = stack.pop(), stack.pop()
    if called == _Name("reconstruct"):
        made: Any = _Bytes()
    elif called == _Name("dtype"):
        if arguments[0] not in ("u1", b"u1"):
            raise ValueError("an array of something else than bytes")
        made = _BYTE_TYPE
    elif called == _Name("encode"):  # how Python 3 writes bytes in protocol 2
        made = arguments[0].encode("latin-1")
    elif called == _Name("bytes") and arguments == ():
        made = b""
    elif called == _Name("frombuffer"):
        content, kind, shape, order = arguments
        made = _Bytes(_array(content, kind, shape, order == "F"))
    else:
        raise ValueError("a call of no known function")
    stack.append(made)


def _build(stack: list[Any]) -> None:
    state = stack.pop()
    if isinstance(stack[-1], _Bytes):
        _, shape, kind, by_columns, content = state
        stack[-1].array = _array(content, kind, shape, bool(by_columns))
    elif stack[-1] != _BYTE_TYPE:  # a type of bytes has no state that matters
        raise ValueError("a state for no array")


_STEPS: Mapping[str, Callable[[list[Any]], None]] = MappingProxyType(
    {
        "TUPLE1": _tuple_of(1),
        "TUPLE2": _tuple_of(2),
        "TUPLE3": _tuple_of(3),
        "APPEND": _append,
        "SETITEM": _set_item,
        "REDUCE": _reduce,
        "BUILD": _build,
    }
)

_KNOWN: Mapping[str, str] = MappingProxyType(
    {
        "numpy.core.multiarray _reconstruct": "reconstruct",
        "numpy._core.multiarray _reconstruct": "reconstruct",
        "numpy._core.numeric _frombuffer": "frombuffer",
        "numpy.core.numeric _frombuffer": "frombuffer",
        "numpy ndarray": "ndarray",
        "numpy dtype": "dtype",
        "_codecs encode": "encode",
        "__builtin__ bytes": "bytes",
        "builtins bytes": "bytes",
    }
)


def _named(text: str, name: str) -> _Name:
    if text not in _KNOWN:
        raise DataSetError(
            f"{quote(name)} asks for {quote(text.replace(' ', '.', 1))}, which no batch of "
            "CIFAR-10 needs; nothing of it was run. A pickle can be made to run any command, so "
            "do not open this file with other programs. Download CIFAR-10 from its publisher."
        )
    return _Name(_KNOWN[text])


def _array(content: bytes, kind: object, shape: Any, by_columns: bool) -> npt.NDArray[np.uint8]:
    if kind != _BYTE_TYPE or not isinstance(content, bytes | bytearray):
        raise TypeError("no array of bytes")
    found = np.frombuffer(content, dtype=np.uint8)
    return found.reshape(shape, order="F" if by_columns else "C")


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("no list")
    return value


def _text(key: bytes | str) -> str:
    return key.decode("ascii") if isinstance(key, bytes) else key


def _content(value: Any) -> Any:
    return value.array if isinstance(value, _Bytes) else value
