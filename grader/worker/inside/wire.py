"""Frames between the grader and a worker: values to bytes and back, and nothing else.

One frame is a fixed header and a body. The body is a tagged, bounded encoding of plain values; arrays
travel as raw bytes, above `SHARED_FROM` bytes in sealed anonymous memory whose descriptor is passed
along. Nothing is ever unpickled, no type is looked up by name, every length is checked against what
is really there before anything is allocated. The module imports nothing of the grader.
"""

from __future__ import annotations

import mmap
import os
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

MAGIC: Final = b"GRDW"
VERSION: Final = 1
HEADER: Final = struct.Struct("<4sHHQQII")  # magic, version, kind, nonce, body bytes, segments, 0
SHARED_FROM: Final = 1 << 20  # bytes; above it a copy through sealed memory beats a pipe
MAX_BODY: Final = 1 << 28  # bytes of one frame's body
MAX_SEGMENTS: Final = 64
MAX_NDIM: Final = 8
MAX_DEPTH: Final = 16
MAX_ITEMS: Final = 1 << 16
MAX_TEXT: Final = 1 << 20  # bytes of one string

REQUEST: Final = 1
REPLY: Final = 2
CONTROL: Final = 3

# A dtype crosses as its index here, never as text. The order is the protocol: append only.
DTYPES: Final[tuple[np.dtype[Any], ...]] = tuple(
    np.dtype(name)
    for name in (
        *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
        *("float16", "float32", "float64", "complex64", "complex128"),
    )
)
DTYPE_CODES: Final = {dtype: code for code, dtype in enumerate(DTYPES)}

(NONE, FALSE, TRUE, INT, FLOAT, TEXT, ARRAY, SHARED, LIST, TUPLE, DICT, OPAQUE, SLOT, BYTES) = range(14)

_U8 = struct.Struct("<B")
_U32 = struct.Struct("<I")
_U64 = struct.Struct("<Q")
_I64 = struct.Struct("<q")
_F64 = struct.Struct("<d")
_ARRAY = struct.Struct("<BB")


class WireError(Exception):
    """The other side sent bytes that are not a frame of this protocol, or too many of them."""


class ConnectionEnded(WireError):
    """The other side closed the connection."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """Stands for an object that stays in the worker; only the name of its type crosses."""

    type_name: str


@dataclass(frozen=True, slots=True)
class Slot:
    """Refers to the result of an earlier operation of the same worker."""

    index: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A decoded frame."""

    kind: int
    nonce: int
    body: Any


class _Encoder:
    def __init__(self) -> None:
        self.parts: list[bytes | memoryview] = []
        self.size = 0
        self.segments: list[int] = []

    def put(self, part: bytes | memoryview) -> None:
        self.parts.append(part)
        self.size += len(part)

    def value(self, value: Any, depth: int = 0) -> None:
        if depth > MAX_DEPTH:
            raise WireError(f"a value is nested more than {MAX_DEPTH} levels deep")
        if value is None:
            self.put(_U8.pack(NONE))
        elif value is True or value is False:
            self.put(_U8.pack(TRUE if value else FALSE))
        elif type(value) is int:
            if not -(1 << 63) <= value < 1 << 63:
                self.text(OPAQUE, "int of more than 64 bits")
            else:
                self.put(_U8.pack(INT) + _I64.pack(value))
        elif type(value) is float:
            self.put(_U8.pack(FLOAT) + _F64.pack(value))
        elif type(value) is str:
            self.text(TEXT, value)
        elif type(value) is np.ndarray:
            self.array(value)
        elif type(value) in (list, tuple):
            self.put(_U8.pack(LIST if type(value) is list else TUPLE) + _U32.pack(len(value)))
            for item in value:
                self.value(item, depth + 1)
        elif type(value) is dict:
            self.put(_U8.pack(DICT) + _U32.pack(len(value)))
            for key, item in value.items():
                self.value(key, depth + 1)
                self.value(item, depth + 1)
        elif type(value) is Slot:
            self.put(_U8.pack(SLOT) + _U32.pack(value.index))
        elif type(value) is Opaque:
            self.text(OPAQUE, value.type_name)
        elif type(value) is bytes:
            self.put(_U8.pack(BYTES) + _U64.pack(len(value)))
            self.put(value)
        else:
            raise WireError(f"a value of type {type(value).__name__} cannot cross")

    def text(self, tag: int, text: str) -> None:
        data = text.encode("utf-8", "replace")[:MAX_TEXT]
        self.put(_U8.pack(tag) + _U32.pack(len(data)))
        self.put(data)

    def array(self, array: npt.NDArray[Any]) -> None:
        code = DTYPE_CODES.get(array.dtype)
        if code is None or array.ndim > MAX_NDIM:
            self.text(OPAQUE, f"array of dtype {array.dtype} with {array.ndim} axes")
            return
        array = np.ascontiguousarray(array).reshape(array.shape)
        dims = struct.pack(f"<{array.ndim}Q", *array.shape)
        shared = array.nbytes > SHARED_FROM and len(self.segments) < MAX_SEGMENTS
        descriptor = _seal(array) if shared else None
        if descriptor is None:
            self.put(_U8.pack(ARRAY) + _ARRAY.pack(code, array.ndim) + dims)
            if array.nbytes:
                self.put(memoryview(array).cast("B"))
            return
        self.put(_U8.pack(SHARED) + _ARRAY.pack(code, array.ndim) + dims)
        self.put(_U32.pack(len(self.segments)))
        self.segments.append(descriptor)


def _seal(array: npt.NDArray[Any]) -> int | None:
    """Copies an array into anonymous memory that can no longer change; None where it cannot."""
    if not hasattr(os, "memfd_create"):
        return None
    import fcntl

    descriptor = os.memfd_create("array", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        view = memoryview(array).cast("B")
        sent = 0
        while sent < len(view):
            sent += os.write(descriptor, view[sent:])
        # Without SHRINK a peer could truncate the file under our map: SIGBUS in the grader.
        seals = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


class _Decoder:
    def __init__(self, body: bytes | bytearray, segments: list[int]) -> None:
        self.body = memoryview(body)
        self.at = 0
        self.segments = segments
        self.items = 0

    def take(self, size: int) -> memoryview:
        end = self.at + size
        if end > len(self.body):
            raise WireError("a frame ends in the middle of a value")
        part = self.body[self.at : end]
        self.at = end
        return part

    def unpack(self, layout: struct.Struct) -> tuple[Any, ...]:
        return layout.unpack(self.take(layout.size))

    def value(self, depth: int = 0) -> Any:
        self.items += 1
        if depth > MAX_DEPTH:
            raise WireError(f"a value is nested more than {MAX_DEPTH} levels deep")
        if self.items > MAX_ITEMS:
            raise WireError(f"a frame holds more than {MAX_ITEMS} values")
        (tag,) = self.unpack(_U8)
        reader = _READERS.get(tag)
        if reader is None:
            raise WireError(f"{tag} is not a tag of this protocol")
        return reader(self, depth)

    def text(self, _depth: int) -> str:
        (size,) = self.unpack(_U32)
        if size > MAX_TEXT:
            raise WireError(f"a text of {size} bytes is longer than {MAX_TEXT}")
        return bytes(self.take(size)).decode("utf-8", "replace")

    def sequence(self, depth: int) -> list[Any]:
        (count,) = self.unpack(_U32)
        if count > MAX_ITEMS:
            raise WireError(f"a sequence of {count} values is longer than {MAX_ITEMS}")
        return [self.value(depth + 1) for _ in range(count)]

    def mapping(self, depth: int) -> dict[Any, Any]:
        (count,) = self.unpack(_U32)
        if count > MAX_ITEMS:
            raise WireError(f"a mapping of {count} entries is longer than {MAX_ITEMS}")
        result: dict[Any, Any] = {}
        for _ in range(count):
            key = self.value(depth + 1)
            if not isinstance(key, (str, int, float, bool, type(None))):
                raise WireError("a mapping's key is neither text nor a number")
            result[key] = self.value(depth + 1)
        return result

    def shape(self) -> tuple[np.dtype[Any], tuple[int, ...], int]:
        code, ndim = self.unpack(_ARRAY)
        if code >= len(DTYPES) or ndim > MAX_NDIM:
            raise WireError(f"dtype {code} with {ndim} axes is not an array of this protocol")
        dims = struct.unpack(f"<{ndim}Q", self.take(8 * ndim))
        dtype = DTYPES[code]
        nbytes = dtype.itemsize
        # Multiplied in Python's own integers, which do not overflow.
        for dim in dims:
            nbytes *= dim
        if any(dim > 1 << 40 for dim in dims):
            raise WireError(f"an axis of {max(dims)} elements is too long")
        return dtype, dims, nbytes

    def array(self, _depth: int) -> npt.NDArray[Any]:
        dtype, dims, nbytes = self.shape()
        data = self.take(nbytes)
        return np.frombuffer(data, dtype=dtype).reshape(dims).copy()

    def shared(self, _depth: int) -> npt.NDArray[Any]:
        dtype, dims, nbytes = self.shape()
        (index,) = self.unpack(_U32)
        if index >= len(self.segments):
            raise WireError(f"shared segment {index} was not sent")
        return _read_sealed(self.segments[index], nbytes, dtype, dims)


def _read_sealed(
    descriptor: int, nbytes: int, dtype: np.dtype[Any], dims: tuple[int, ...]
) -> npt.NDArray[Any]:
    import fcntl

    try:
        seals = fcntl.fcntl(descriptor, fcntl.F_GET_SEALS)
    except OSError as error:
        raise WireError("a shared segment is not sealed memory") from error
    if not (seals & fcntl.F_SEAL_SHRINK and seals & fcntl.F_SEAL_WRITE):
        raise WireError("a shared segment is not sealed, so it could change while it is read")
    size = os.fstat(descriptor).st_size
    if size != nbytes or nbytes == 0:
        raise WireError(f"a shared segment has {size} bytes where {nbytes} were announced")
    with mmap.mmap(descriptor, nbytes, prot=mmap.PROT_READ) as view:
        return np.frombuffer(bytes(view), dtype=dtype).reshape(dims).copy()


_READERS: Final[dict[int, Callable[[_Decoder, int], Any]]] = {
    NONE: lambda d, _: None,
    FALSE: lambda d, _: False,
    TRUE: lambda d, _: True,
    INT: lambda d, _: d.unpack(_I64)[0],
    FLOAT: lambda d, _: d.unpack(_F64)[0],
    TEXT: _Decoder.text,
    ARRAY: _Decoder.array,
    SHARED: _Decoder.shared,
    LIST: _Decoder.sequence,
    TUPLE: lambda d, depth: tuple(d.sequence(depth)),
    DICT: _Decoder.mapping,
    OPAQUE: lambda d, depth: Opaque(d.text(depth)),
    SLOT: lambda d, _: Slot(d.unpack(_U32)[0]),
    BYTES: lambda d, _: bytes(d.take(d.unpack(_U64)[0])),
}


def encode(body: Any) -> tuple[bytes, list[int]]:
    """Encodes a value; the caller closes the descriptors of the shared segments.

    Raises:
        WireError: the value holds something that cannot cross.
    """
    encoder = _Encoder()
    try:
        encoder.value(body)
    except BaseException:
        close_all(encoder.segments)
        raise
    return b"".join(encoder.parts), encoder.segments


def decode(body: bytes | bytearray, segments: list[int] | None = None) -> Any:
    """Decodes a value.

    Raises:
        WireError: the bytes are not one value of this protocol.
    """
    decoder = _Decoder(body, segments or [])
    value = decoder.value()
    if decoder.at != len(decoder.body):
        raise WireError(f"{len(decoder.body) - decoder.at} bytes are left after a frame's value")
    return value


def close_all(descriptors: list[int]) -> None:
    """Closes descriptors."""
    for descriptor in descriptors:
        os.close(descriptor)


def send(
    channel: socket.socket, kind: int, nonce: int, body: Any, descriptors: tuple[int, ...] = ()
) -> None:
    """Sends one frame.

    Args:
        channel: a connected Unix stream socket.
        kind: `REQUEST`, `REPLY` or `CONTROL`.
        nonce: 64 bits that the reply has to repeat.
        body: a value.
        descriptors: passed after those of the body's own segments; see `receive`.

    Raises:
        WireError: the value cannot cross, or is larger than `MAX_BODY`.
        OSError: the connection broke, or a time-out set on the channel ran out.
    """
    data, segments = encode(body)
    try:
        if len(data) > MAX_BODY:
            raise WireError(f"a frame of {len(data)} bytes is longer than {MAX_BODY}")
        header = HEADER.pack(MAGIC, VERSION, kind, nonce, len(data), len(segments), len(descriptors))
        passed = [*segments, *descriptors]
        if passed:
            sent = socket.send_fds(channel, [header], passed)
            channel.sendall(header[sent:] + data)
        else:
            channel.sendall(header + data)
    finally:
        close_all(segments)


def receive(
    channel: socket.socket,
    max_body: int = MAX_BODY,
    remaining_s: Callable[[], float] | None = None,
) -> tuple[Frame, list[int]]:
    """Receives one frame and the descriptors that were passed with it on purpose.

    Args:
        channel: a connected Unix stream socket.
        max_body: bytes that the body may have.
        remaining_s: seconds left until the deadline of the whole frame; asked before each read,
            so that a peer who sends byte by byte gains no time.

    Raises:
        ConnectionEnded: the other side closed the connection.
        WireError: what came is not a frame.
        TimeoutError: the deadline passed.
    """
    header = b""
    received: list[int] = []
    try:
        while len(header) < HEADER.size:
            _wait(channel, remaining_s)
            part, fds, _, _ = socket.recv_fds(channel, HEADER.size - len(header), MAX_SEGMENTS + 4)
            received += fds
            if not part:
                raise ConnectionEnded("the connection was closed")
            header += part
        magic, version, kind, nonce, size, segments, extra = HEADER.unpack(header)
        if magic != MAGIC or version != VERSION:
            raise WireError("a frame does not begin with this protocol's mark")
        if size > max_body:
            raise WireError(f"a frame of {size} bytes is longer than {max_body}")
        if segments + extra != len(received):
            raise WireError(f"{segments + extra} descriptors were announced, {len(received)} came")
        body = decode(_read_exactly(channel, size, remaining_s), received[:segments])
    except BaseException:
        close_all(received)
        raise
    close_all(received[:segments])
    return Frame(kind, nonce, body), received[segments:]


def _wait(channel: socket.socket, remaining_s: Callable[[], float] | None) -> None:
    if remaining_s is not None:
        seconds = remaining_s()
        if seconds <= 0:
            raise TimeoutError
        channel.settimeout(seconds)


def _read_exactly(
    channel: socket.socket, size: int, remaining_s: Callable[[], float] | None
) -> bytearray:
    # Grown as bytes really arrive: an announced length allocates nothing.
    data = bytearray()
    while len(data) < size:
        _wait(channel, remaining_s)
        part = channel.recv(min(size - len(data), 1 << 20))
        if not part:
            raise ConnectionEnded("the connection was closed in the middle of a frame")
        data += part
    return data
