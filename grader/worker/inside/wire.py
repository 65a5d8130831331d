"""Frames between the grader and a worker: a fixed header and one value, nothing else.

The descriptors of sealed arrays travel with the header. The module imports nothing of the grader.
"""

from __future__ import annotations

import array
import socket
import struct
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from .sealed import WireError
from .values import MAX_DEPTH, MAX_SEGMENTS, Opaque, Slot, close_all, decode, encode

__all__ = [
    "BORROW",
    "CONTROL",
    "LENT",
    "MAX_BODY",
    "MAX_DEPTH",
    "NO_REPLY",
    "REPLY",
    "REQUEST",
    "ConnectionEnded",
    "Frame",
    "Opaque",
    "Slot",
    "WireError",
    "decode",
    "encode",
    "receive",
    "send",
]

MAGIC: Final = b"GRDW"
VERSION: Final = 1
HEADER: Final = struct.Struct(
    "<4sHHQQII"
)  # magic, version, kind, nonce, body bytes, segments, extra
MAX_BODY: Final = 1 << 28  # bytes of one frame's body
FIRST_READ: Final = 1 << 16
ANCILLARY: Final = socket.CMSG_LEN((MAX_SEGMENTS + 4) * array.array("i").itemsize)
SLACK_S: Final = 1e-3  # by which a read may be late, so that not every one sets a time-out

REQUEST: Final = 1
REPLY: Final = 2
CONTROL: Final = 3
BORROW: Final = 4  # from a worker, before its reply: call a function of the course
LENT: Final = 5  # to the worker: what that returned
NO_REPLY: Final = 0  # as the nonce of a control frame: nobody waits for an answer


class ConnectionEnded(WireError):  # noqa: N818  # it says what happened
    """The other side closed the connection."""


class Frame(NamedTuple):
    """A decoded frame."""

    kind: int
    nonce: int
    body: Any


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
        header = HEADER.pack(
            MAGIC, VERSION, kind, nonce, len(data), len(segments), len(descriptors)
        )
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
    lockstep: bool = False,
) -> tuple[Frame, list[int]]:
    """Receives one frame and the descriptors that were passed with it on purpose.

    Args:
        channel: a connected Unix stream socket.
        max_body: bytes that the body may have.
        remaining_s: seconds left until the deadline of the whole frame; asked before each read,
            so that a peer who sends byte by byte gains no time.
        lockstep: the peer has to wait for an answer after each frame, so a small frame is taken
            in one read, and bytes after it are a violation.

    Raises:
        ConnectionEnded: the other side closed the connection.
        WireError: what came is not a frame.
        TimeoutError: the deadline passed.
    """
    received: list[int] = []
    try:
        data: bytes | bytearray = b""
        while len(data) < HEADER.size:
            _wait(channel, remaining_s)
            most = FIRST_READ if lockstep else HEADER.size - len(data)
            part, ancillary, _, _ = channel.recvmsg(most, ANCILLARY)
            if ancillary:
                received += _descriptors(ancillary)
            if not part:
                raise ConnectionEnded("the connection was closed")
            data += part
        magic, version, kind, nonce, size, segments, extra = HEADER.unpack_from(data)
        if magic != MAGIC or version != VERSION:
            raise WireError("a frame does not begin with this protocol's mark")
        if size > max_body:
            raise WireError(f"a frame of {size} bytes is longer than {max_body}")
        if segments + extra != len(received):
            raise WireError(f"{segments + extra} descriptors were announced, {len(received)} came")
        size += HEADER.size
        if len(data) < size:
            data = _read_to(channel, data, size, remaining_s)
        if len(data) > size:
            raise WireError(f"{len(data) - size} bytes came after a frame although nobody asked")
        body = decode(data, received[:segments], HEADER.size)
    except BaseException:
        close_all(received)
        raise
    if received:
        close_all(received[:segments])
    return Frame(kind, nonce, body), received[segments:]


def _descriptors(ancillary: Sequence[tuple[int, int, bytes]]) -> list[int]:
    found = array.array("i")
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            found.frombytes(data[: len(data) - len(data) % found.itemsize])
    return found.tolist()


def _wait(channel: socket.socket, remaining_s: Callable[[], float] | None) -> None:
    if remaining_s is not None:
        seconds = remaining_s()
        if seconds <= 0:
            raise TimeoutError
        current = channel.gettimeout()
        if current is None or not seconds <= current <= seconds + SLACK_S:
            channel.settimeout(seconds)


def _read_to(
    channel: socket.socket,
    begun: bytes | bytearray,
    size: int,
    remaining_s: Callable[[], float] | None,
) -> bytearray:
    # Grown as bytes really arrive: an announced length allocates nothing.
    data = bytearray(begun)
    while len(data) < size:
        _wait(channel, remaining_s)
        part = channel.recv(min(size - len(data), 1 << 20))
        if not part:
            raise ConnectionEnded("the connection was closed in the middle of a frame")
        data += part
    return data
