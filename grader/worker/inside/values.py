"""Values to bytes and back: a tagged, bounded encoding of plain values and arrays.

Nothing is ever unpickled, no type is looked up by name, and every length is checked against what
is really there before anything is allocated. Arrays above `SHARED_FROM` bytes go into sealed
memory, whose descriptors are passed beside the bytes. The module imports nothing of the grader.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .sealed import WireError, read_sealed, seal, shaped

# Bound now: a hand-in may overwrite NumPy's own names in the worker.
_ndarray, _contiguous, _frombuffer = np.ndarray, np.ascontiguousarray, np.frombuffer

SHARED_FROM: Final = 1 << 20  # bytes; above it a copy through sealed memory beats a pipe
MAX_SEGMENTS: Final = 64
MAX_NDIM: Final = 8
MAX_DEPTH: Final = 16
MAX_ITEMS: Final = 1 << 16
MAX_TEXT: Final = 1 << 20  # bytes of one string
MAX_INTERNED: Final = 64
MAX_AXIS: Final = 1 << 40  # elements along one axis

# A dtype crosses as its index here, never as text. The order is the protocol: append only.
DTYPES: Final[tuple[np.dtype[Any], ...]] = tuple(
    np.dtype(name)
    for name in (
        *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
        *("float16", "float32", "float64", "complex64", "complex128"),
    )
)
DTYPE_CODES: Final = {dtype: code for code, dtype in enumerate(DTYPES)}

(NONE, FALSE, TRUE, INT, FLOAT, TEXT, ARRAY, SHARED, LIST, TUPLE, DICT, OPAQUE, SLOT, BYTES) = (
    range(14)
)

_CONSTANTS: Final = (None, False, True)  # by tag
_NONE, _FALSE, _TRUE = (bytes([tag]) for tag in (NONE, FALSE, TRUE))
# A round trip is mostly made of these: a tag is packed in one call with what follows it.
_put_int = struct.Struct("<Bq").pack
_put_float = struct.Struct("<Bd").pack
_put_count = struct.Struct("<BI").pack
_put_size = struct.Struct("<BQ").pack
_put_shape = tuple(struct.Struct(f"<BBB{ndim}Q").pack for ndim in range(MAX_NDIM + 1))
_get_int = struct.Struct("<q").unpack_from
_get_float = struct.Struct("<d").unpack_from
_get_count = struct.Struct("<I").unpack_from
_get_size = struct.Struct("<Q").unpack_from
_get_shape = tuple(struct.Struct(f"<{ndim}Q").unpack_from for ndim in range(MAX_NDIM + 1))

_CUT_SHORT: Final = "a frame ends in the middle of a value"


@dataclass(frozen=True, slots=True)
class Opaque:
    """Stands for an object that stays in the worker; only the name of its type crosses."""

    type_name: str


@dataclass(frozen=True, slots=True)
class Slot:
    """Refers to the result of an earlier operation of the same worker."""

    index: int


_SLOTS: Final = tuple(Slot(index) for index in range(128))  # they cannot change, so they are shared
_KEY_TYPES: Final = frozenset((str, int, float, bool, type(None)))


def _put(values: Iterable[Any], depth: int, parts: list[bytes], segments: list[int]) -> None:
    """Appends the encoding of values that lie at one depth."""
    if depth > MAX_DEPTH:
        raise WireError(f"a value is nested more than {MAX_DEPTH} levels deep")
    append = parts.append
    for value in values:
        kind = type(value)
        if kind is int:
            try:
                append(_put_int(INT, value))
            except struct.error:
                append(_text(OPAQUE, "int of more than 64 bits"))
        elif kind is tuple or kind is list:
            append(_put_count(TUPLE if kind is tuple else LIST, len(value)))
            if value:
                _put(value, depth + 1, parts, segments)
        elif value is None:
            append(_NONE)
        elif kind is _ndarray:
            _put_array(value, parts, segments)
        elif kind is Slot:
            append(_put_count(SLOT, value.index))
        elif kind is str:
            append(_text(TEXT, value))
        elif kind is float:
            append(_put_float(FLOAT, value))
        elif kind is dict:
            append(_put_count(DICT, len(value)))
            if value:
                _put(chain.from_iterable(value.items()), depth + 1, parts, segments)
        elif kind is bool:
            append(_TRUE if value else _FALSE)
        elif kind is Opaque:
            append(_text(OPAQUE, value.type_name))
        elif kind is bytes:
            parts += (_put_size(BYTES, len(value)), value)
        else:
            raise WireError(f"a value of type {kind.__name__} cannot cross")


def _text(tag: int, text: str) -> bytes:
    data = text.encode("utf-8", "replace")[:MAX_TEXT]
    return _put_count(tag, len(data)) + data


def _put_array(array: npt.NDArray[Any], parts: list[bytes], segments: list[int]) -> None:
    code, ndim = DTYPE_CODES.get(array.dtype), array.ndim
    if code is None or ndim > MAX_NDIM:
        parts.append(_text(OPAQUE, f"array of dtype {array.dtype} with {ndim} axes"))
        return
    if array.nbytes > SHARED_FROM and len(segments) < MAX_SEGMENTS:
        descriptor = seal(_contiguous(array))
        if descriptor is not None:
            index = len(segments).to_bytes(4, "little")
            parts.append(_put_shape[ndim](SHARED, code, ndim, *array.shape) + index)
            segments.append(descriptor)
            return
    parts += (_put_shape[ndim](ARRAY, code, ndim, *array.shape), array.tobytes())


class _Decoder:
    def __init__(self, body: bytes | memoryview, segments: list[int]) -> None:
        self.body = body
        self.size = len(body)
        self.segments = segments
        self.left = MAX_ITEMS  # values that may still come
        self.unread = set(range(len(segments)))

    def values(self, at: int, count: int, depth: int) -> tuple[list[Any], int]:
        # Past the end this raises IndexError or struct.error, to which `decode` gives words.
        if depth > MAX_DEPTH and count:
            raise WireError(f"a value is nested more than {MAX_DEPTH} levels deep")
        body = self.body
        item: Any
        items: list[Any] = []
        append = items.append
        for _ in range(count):
            self.left -= 1
            if self.left < 0:
                raise WireError(f"a frame holds more than {MAX_ITEMS} values")
            tag = body[at]
            at += 1
            if tag <= TRUE:
                append(_CONSTANTS[tag])
            elif tag == INT or tag == FLOAT:
                append((_get_int if tag == INT else _get_float)(body, at)[0])
                at += 8
            elif tag == TUPLE or tag == LIST:
                (length,) = _get_count(body, at)
                if length > MAX_ITEMS:
                    raise WireError(f"a sequence of {length} values is longer than {MAX_ITEMS}")
                inner, at = self.values(at + 4, length, depth + 1)
                append(tuple(inner) if tag == TUPLE else inner)
            elif tag == SLOT:
                (index,) = _get_count(body, at)
                append(_SLOTS[index] if index < len(_SLOTS) else Slot(index))
                at += 4
            elif tag == ARRAY or tag == SHARED:
                item, at = self.array(at, tag == SHARED)
                append(item)
            elif tag == TEXT or tag == OPAQUE:
                item, at = self.text(at)
                append(item if tag == TEXT else Opaque(item))
            elif tag == DICT:
                item, at = self.mapping(at, depth)
                append(item)
            elif tag == BYTES:
                item, at = self.take(at + 8, _get_size(body, at)[0])
                append(bytes(item))
            else:
                raise WireError(f"{tag} is not a tag of this protocol")
        return items, at

    def take(self, at: int, size: int) -> tuple[bytes | memoryview, int]:
        end = at + size
        if end > self.size:
            raise WireError(_CUT_SHORT)
        return self.body[at:end], end

    def text(self, at: int) -> tuple[str, int]:
        (size,) = _get_count(self.body, at)
        if size > MAX_TEXT:
            raise WireError(f"a text of {size} bytes is longer than {MAX_TEXT}")
        data, at = self.take(at + 4, size)
        text = str(data, "utf-8", "replace")
        # As literals of a program are: some hand-ins compare modes with `is`.
        return sys.intern(text) if size <= MAX_INTERNED else text, at

    def mapping(self, at: int, depth: int) -> tuple[dict[Any, Any], int]:
        (count,) = _get_count(self.body, at)
        if count > MAX_ITEMS:
            raise WireError(f"a mapping of {count} entries is longer than {MAX_ITEMS}")
        items, at = self.values(at + 4, 2 * count, depth + 1)
        keys = items[::2]
        if not _KEY_TYPES.issuperset(map(type, keys)):
            raise WireError("a mapping's key is neither text nor a number")
        return dict(zip(keys, items[1::2], strict=True)), at

    def array(self, at: int, shared: bool) -> tuple[npt.NDArray[Any], int]:
        body, code, ndim = self.body, self.body[at], self.body[at + 1]
        if code >= len(DTYPES) or ndim > MAX_NDIM:
            raise WireError(f"dtype {code} with {ndim} axes is not an array of this protocol")
        dims = _get_shape[ndim](body, at + 2)
        at += 2 + 8 * ndim
        dtype = DTYPES[code]
        nbytes = dtype.itemsize
        # Multiplied in Python's own integers, which do not overflow.
        for dim in dims:
            nbytes *= dim
            if dim > MAX_AXIS:
                raise WireError(f"an axis of {max(dims)} elements is too long")
        if shared:
            (index,) = _get_count(body, at)
            if index not in self.unread:
                # One segment named many times would fill the reader's memory.
                raise WireError(f"shared segment {index} was not sent, or was read already")
            self.unread.remove(index)
            return read_sealed(self.segments[index], nbytes, dtype, dims), at + 4
        data, at = self.take(at, nbytes)
        return _frombuffer(data, dtype).copy() if ndim == 1 else shaped(data, dtype, dims), at


def encode(body: Any) -> tuple[bytes, list[int]]:
    """Encodes a value; the caller closes the descriptors of the shared segments.

    Raises:
        WireError: the value holds something that cannot cross.
    """
    parts: list[bytes] = []
    segments: list[int] = []
    try:
        _put((body,), 0, parts, segments)
    except BaseException:
        close_all(segments)
        raise
    return b"".join(parts), segments


def decode(
    body: bytes | bytearray | memoryview, segments: list[int] | None = None, begin: int = 0
) -> Any:
    """Decodes the value that begins at an index and fills the rest.

    Raises:
        WireError: the bytes are not one value of this protocol.
    """
    decoder = _Decoder(body if type(body) is bytes else memoryview(body), segments or [])
    try:
        (value,), end = decoder.values(begin, 1, 0)
    except (IndexError, struct.error) as error:
        raise WireError(_CUT_SHORT) from error
    if end != decoder.size:
        raise WireError(f"{decoder.size - end} bytes are left after a frame's value")
    return value


def close_all(descriptors: list[int]) -> None:
    """Closes descriptors."""
    for descriptor in descriptors:
        os.close(descriptor)
