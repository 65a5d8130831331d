"""Stored pictures are measured; a sheet of one colour is told from a drawing."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence

import pytest

from grader.handin.notebook import Picture
from grader.handin.pictures import picture_of


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(content))


def png(width: int, height: int, rows: Sequence[bytes], colour: int = 2) -> str:
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    packed = zlib.compress(b"".join(rows))
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", packed[:5]), chunk(b"IDAT", packed[5:]))
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(parts)).decode()


WHITE = b"\xff\xff\xff"
NOTHING = bytes(3)
HALF = b"\x80\x80\x80"  # 255 less the half of it, rounded down


@pytest.mark.parametrize(
    ("first", "below"),
    [
        (b"\0" + WHITE * 4, b"\0" + WHITE * 4),
        (b"\1" + WHITE + NOTHING * 3, b"\1" + WHITE + NOTHING * 3),
        (b"\2" + WHITE * 4, b"\2" + NOTHING * 4),
        (b"\3" + WHITE + HALF * 3, b"\3" + HALF + NOTHING * 3),
        (b"\4" + WHITE + NOTHING * 3, b"\4" + NOTHING * 4),
    ],
)
def test_an_empty_sheet_has_one_shade_whatever_its_filters(first: bytes, below: bytes) -> None:
    assert picture_of("image/png", png(4, 3, [first, below, below])) == Picture("png", 4, 3, 1)


def test_a_drawing_has_more() -> None:
    rows = [b"\0" + bytes(range(12)), b"\0" + bytes(range(100, 112))]
    assert picture_of("image/png", png(4, 2, rows)) == Picture("png", 4, 2, 24)
    one_dot = [b"\0" + WHITE * 4, b"\2" + NOTHING * 3 + b"\1\1\1"]
    assert picture_of("image/png", png(4, 2, one_dot)) == Picture("png", 4, 2, 3)


def test_a_damaged_png_has_a_size_and_no_shades() -> None:
    stored = base64.b64decode(png(4, 2, [b"\0" * 13]))
    broken = base64.b64encode(stored.replace(b"IDAT\x78", b"IDAT\x00")).decode()
    assert picture_of("image/png", broken) == Picture("png", 4, 2, 0)
    assert picture_of("image/png", png(4, 2, [b"\0" * 13], colour=5)) == Picture("png", 4, 2)


def test_a_jpeg_says_its_size_in_its_frame() -> None:
    frame = b"\xff\xc2\x00\x11\x08\x01\x02\x03\x04"
    whole = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xd0" + frame
    stored = base64.b64encode(whole).decode()
    assert picture_of("image/jpeg", stored) == Picture("jpeg", 0x304, 0x102)
    no_frame = base64.b64encode(b"\xff\xd8\xff\xd9").decode()
    assert picture_of("image/jpeg", no_frame) == Picture("jpeg")


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ('<?xml?><svg width="460.8pt" height="345.6pt" viewBox="0 0 1 1">', (460, 345)),
        ("<svg viewBox='0 0 300.5 200'>", (300, 200)),
        ("<svg>", (0, 0)),
    ],
)
def test_an_svg_says_its_size_in_its_first_tag(text: str, size: tuple[int, int]) -> None:
    assert picture_of("image/svg+xml", text) == Picture("svg", *size)


@pytest.mark.parametrize(
    ("mime", "stored"),
    [("image/png", "a"), ("image/png", "AAAA"), ("image/svg+xml", "no"), ("text/plain", "x")],
)
def test_what_is_no_picture_is_none(mime: str, stored: str) -> None:
    assert picture_of(mime, stored) is None
