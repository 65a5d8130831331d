"""Bytes as a source of choices: how a generator of structured inputs reads what a fuzzer sends.

The same bytes always give the same choices. Past the end every choice is the first one, so that
each generator ends, and an empty input stands for the plainest case.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Supply:
    """Reads choices off the front of some bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        """Bytes that have not been read yet."""
        return len(self._data) - self._at

    def take(self, count: int) -> bytes:
        """Reads so many bytes, or as many as there are."""
        part = self._data[self._at : self._at + count]
        self._at += len(part)
        return part

    def rest(self) -> bytes:
        """Reads all that is left."""
        return self.take(self.left)

    def below(self, bound: int) -> int:
        """Reads a whole number from 0 up to and without `bound`, which is at most 65,536."""
        width = 1 if bound <= 256 else 2
        return int.from_bytes(self.take(width), "little") % bound

    def choice(self, options: Sequence[T]) -> T:
        """Chooses one of up to 65,536 options."""
        return options[self.below(len(options))]

    def whole(self) -> int:
        """Reads a signed number of 64 bits."""
        return int.from_bytes(self.take(8), "little", signed=True)

    def real(self) -> float:
        """Reads any double, NaN and infinity among them."""
        number: float = struct.unpack("<d", self.take(8).ljust(8, b"\0"))[0]
        return number

    def text(self, longest: int) -> str:
        """Reads a text of at most so many bytes; lone surrogates may be in it."""
        return self.take(self.below(longest + 1)).decode("utf-8", "surrogateescape")
