"""Zip archives as nobody's compress command makes them: each byte of a header may be a lie."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Final

from tests.fuzz.supply import Supply

ROOT: Final = "ece662"
EXPECTED: Final = ("layers.py", "classifiers/fc_net.py")

NAMES: Final = (
    *(f"{ROOT}/{name}" for name in EXPECTED),
    *("", "/", ".", "./layers.py", "ece662//layers.py", "ECE662/layers.py", "ece662/LAYERS.PY"),
    *("layers.py", "fc_net.py", "ece662/", "ece662", "wrap/ece662/layers.py", "old/layers.py"),
    *("../layers.py", "ece662/../../layers.py", "/etc/passwd", "C:/layers.py", "ece662\\layers.py"),
    *("ece662/é.py", "ece662/e\u0301.py", "ece662/\u202eyp.py", "ece662/a\x1b[2J.py", "\ufeff.py"),
    *("Icon\r", "__MACOSX/._layers.py", ".git/layers.py", "ece662/layers (1).py", "a.zip"),
    *("x/" * 40 + "layers.py", "y" * 500 + ".py", "ece662/con.py", "ece662/a\0.py", "~"),
)
CONTENTS: Final = (b"", b"x = 1\n", b"from ece662 import layers\n", b"\xff\xfe\0", b"a" * 3000)
MODES: Final = (0, 0o100644, 0o120777, 0o040755, 0o020666, 0o010644, 0o140777)
COUNTS: Final = (0, 1, 0xFFFF, 0xFFFFFFFF, 0x7FFFFFFF, 1 << 20, 300)
METHODS: Final = (0, 8, 12, 14, 99, 9)


@dataclass(frozen=True, slots=True)
class _Member:
    local: bytes
    central: bytes


def archive(supply: Supply) -> bytes:
    """Makes an archive of up to seven members; with nothing to read, an honest one."""
    body, contents = b"", b""
    members = supply.below(8)
    for number in range(max(2, members)):
        honest = number >= members
        made = _member(Supply(b"") if honest else supply, number, len(body))
        body += made.local
        contents += made.central
    start = _perhaps(supply, len(body))
    comment = supply.take(supply.choice((0, 3, 40)))
    count = _perhaps(supply, max(2, members))
    size = _perhaps(supply, len(contents))
    end = struct.pack(
        *("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count & 0xFFFF, count & 0xFFFF),
        *(size & 0xFFFFFFFF, start & 0xFFFFFFFF, len(comment)),
    )
    zip64 = b""
    if supply.below(8) == 1:
        begin = len(body) + len(contents)
        zip64 = struct.pack(
            "<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start
        ) + struct.pack("<4sIQI", b"PK\x06\x07", 0, _perhaps(supply, begin), 1)
    whole = body + contents + zip64 + end + comment
    if supply.below(8) == 1:
        whole = whole[: supply.below(65536)]
    return whole


def _perhaps(supply: Supply, honest: int) -> int:
    """Gives the honest number, or in one of eight cases another one."""
    if supply.below(8) != 1:
        return honest
    return supply.choice((*COUNTS, honest + 1, max(0, honest - 1), honest * 2))


def _name(supply: Supply, number: int) -> bytes:
    way = supply.below(4)
    if way == 1:
        return supply.take(supply.below(64))
    if way == 2:
        joined = "/".join(supply.choice(NAMES) for _ in range(1 + supply.below(3)))
        return joined.encode("utf-8", "surrogatepass")
    name = supply.choice(NAMES) if supply.left else NAMES[number]
    return name.encode("utf-8")


def _member(supply: Supply, number: int, offset: int) -> _Member:
    name = _name(supply, number)
    plain = supply.choice(CONTENTS) if supply.below(4) else supply.take(supply.below(200))
    if supply.below(16) == 1:
        plain = b"\0" * (1 << (10 + supply.below(12)))  # up to 2 MiB from next to nothing
    method = supply.choice(METHODS) if supply.below(8) == 1 else supply.choice((0, 8))
    packed = plain
    if method == 8:
        deflate = zlib.compressobj(1, zlib.DEFLATED, -15)
        packed = deflate.compress(plain) + deflate.flush()
    crc = _perhaps(supply, zlib.crc32(plain)) & 0xFFFFFFFF
    flags = supply.choice((0x800, 0, 0x1, 0x8, 0x40, 0x2000, 0x20))
    sizes = tuple(_perhaps(supply, len(data)) & 0xFFFFFFFF for data in (packed, plain))
    extra = b""
    if supply.below(8) == 1:
        extra = supply.choice(
            (
                struct.pack("<HHQQQ", 1, 24, supply.whole() & (2**64 - 1), 2**63, 2**40),
                struct.pack("<HHBI", 0x7075, 5 + len(name), 1, zlib.crc32(name)) + name,
                b"\x01\x00\xff\xff\x00",
                b"\x75\x70\x01\x00\x01",
            )
        )
    time, date = supply.choice(((0, 0x21), (0xFFFF, 0xFFFF), (0, 0)))
    attributes = (supply.choice(MODES) << 16) | supply.choice((0, 0x10, 0xFF))
    local_name = _name(supply, number) if supply.below(8) == 1 else name
    local = struct.pack(
        *("<4sHHHHHIIIHH", b"PK\x03\x04", 20, flags, method, time, date, crc),
        *(*sizes, len(local_name), len(extra)),
    )
    comment = supply.take(supply.choice((0, 2, 30)))
    made_by = supply.choice((0x0314, 0x0014, 0x1314))
    central = struct.pack(
        *("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", made_by, supply.choice((20, 45, 63, 255))),
        *(flags, method, time, date, crc, *sizes, len(name), len(extra), len(comment)),
        *(0, 0, attributes, _perhaps(supply, offset) & 0xFFFFFFFF),
    )
    return _Member(local + local_name + extra + packed, central + name + extra + comment)
