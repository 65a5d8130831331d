"""Reads of stored pictures what can be told without drawing them, such as their size.

It runs in a process of its own: a student's bytes are parsed here.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
import zlib
from typing import Final

from grader.handin.notebook import Picture

_MAX_ENCODED = 32 * 2**20  # characters of one picture
_PIXEL_BYTES = 4 * 2**20  # of a PNG that are inflated
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type (PNG 1.2, 4.1.1)
_PAETH, _AVERAGE, _UP, _SUB = 4, 3, 2, 1  # filters (PNG 1.2, 6)
# Start of a frame, of any coding but for the tables DHT (C4), JPG (C8) and DAC (CC).
_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset((0x01, *range(0xD0, 0xD9)))  # markers that no length follows
_SVG_START = re.compile(r"<svg\b[^<>]{0,4000}>")
_LENGTH = re.compile(r"""\b(width|height)\s{0,8}=\s{0,8}["'](\d{1,6})(?:\.\d{0,20})?""")
_VIEW_BOX = re.compile(
    r"""\bviewBox\s{0,8}=\s{0,8}["']\s{0,8}[-\d.]{1,20}[\s,]{1,8}[-\d.]{1,20}[\s,]{1,8}"""
    r"""(\d{1,6})(?:\.\d{0,20})?[\s,]{1,8}(\d{1,6})"""
)


def picture_of(mime: str, stored: str) -> Picture | None:
    """Describes a picture as a notebook stores it; `None` for what is no picture of these kinds.

    Args:
        mime: such as `image/png`.
        stored: base64, or the text of an SVG.
    """
    if mime == "image/svg+xml":
        return _svg(stored)
    if mime not in ("image/png", "image/jpeg") or len(stored) > _MAX_ENCODED:
        return None
    try:
        content = base64.b64decode(stored)
    except (binascii.Error, ValueError):
        return None
    if content.startswith(_PNG):
        return _png(content)
    return _jpeg(content) if content.startswith(b"\xff\xd8") else None


def _png(content: bytes) -> Picture | None:
    if content[12:16] != b"IHDR" or len(content) < 29:
        return None
    width, height, depth, colour = struct.unpack_from(">IIBB", content, 16)
    pixels = _inflated(content)
    channels = _CHANNELS.get(colour, 0)
    if not channels or not width or not height or width > 1_000_000:
        return Picture("png", min(width, 1_000_000), min(height, 1_000_000))
    stride = (width * channels * depth + 7) // 8
    step = max(1, channels * depth // 8)
    return Picture("png", width, min(height, 1_000_000), _shades(pixels, stride, step))


def _inflated(content: bytes) -> bytes:
    """Inflates the first rows, filters and all; what is damaged ends them."""
    parts, at = [], 8
    while at + 8 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        if content[at + 4 : at + 8] == b"IDAT":
            parts.append(content[at + 8 : at + 8 + length])
        at += 12 + length
    try:
        return zlib.decompressobj().decompress(b"".join(parts), _PIXEL_BYTES)
    except zlib.error:
        return b""


def _shades(pixels: bytes, stride: int, step: int) -> int:
    """Counts the different bytes of rows as they are stored, or says 1 where all pixels are equal.

    Args:
        pixels: rows of a byte that names the filter, then `stride` bytes.
        stride: bytes of one row.
        step: bytes of one pixel.
    """
    rows = [
        (pixels[at], pixels[at + 1 : at + 1 + stride])
        for at in range(0, len(pixels) - stride, stride + 1)
    ]
    if not rows:
        return 0
    if _is_one_colour(rows, rows[0][1][:step], stride, step):
        return 1
    return max(2, len(set(b"".join(row for _, row in rows))))


def _is_one_colour(rows: list[tuple[int, bytes]], pixel: bytes, stride: int, step: int) -> bool:
    """Compares each row with what its filter makes of a row of equal pixels.

    The first pixel is stored as it is by every filter, because all are zero before and above it.
    """
    times = stride // step + 1
    plain = (pixel * times)[:stride]
    half = bytes(value - value // 2 for value in pixel)
    ahead = (pixel + bytes(stride))[:stride]
    nothing = bytes(stride)
    below = {
        0: plain,
        _SUB: ahead,
        _UP: nothing,
        _AVERAGE: (half + nothing)[:stride],
        _PAETH: nothing,
    }
    above_all = {0: plain, _SUB: ahead, _UP: plain, _PAETH: ahead}
    above_all[_AVERAGE] = (pixel + half * times)[:stride]
    if rows[0][1] != above_all.get(rows[0][0]):
        return False
    return all(row == below.get(kind) for kind, row in rows[1:])


def _jpeg(content: bytes) -> Picture | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker in _SOF:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return Picture("jpeg", width, height)
        if marker in _ALONE or marker == 0xFF:
            at += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack_from(">H", content, at + 2)
        at += 2 + length
    return Picture("jpeg")


def _svg(text: str) -> Picture | None:
    start = _SVG_START.search(text[:20_000])
    if start is None:
        return None
    lengths = {name: int(value) for name, value in _LENGTH.findall(start[0])}
    view = _VIEW_BOX.search(start[0])
    width, height = (int(view[1]), int(view[2])) if view else (0, 0)
    return Picture("svg", lengths.get("width", width), lengths.get("height", height))
