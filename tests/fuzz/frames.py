"""Frames whose header lies about what follows, and descriptors of what nobody asked for."""

from __future__ import annotations

import os

import numpy as np

from grader.worker.inside import values, wire
from tests.fuzz.supply import Supply


def framed(supply: Supply, descriptors: int) -> bytes:
    """Puts a header before a body, honest but for some numbers."""
    segments = supply.choice((descriptors, 0, 1, 2**32 - 1))
    extra = supply.choice((descriptors - segments if descriptors >= segments else 0, 0, 1))
    lie = supply.choice((0, 1, -1, 1000))
    body = supply.rest()
    size = max(0, len(body) + lie)
    header = wire.HEADER.pack(wire.MAGIC, wire.VERSION, wire.REPLY, 7, size, segments, extra)
    return header + body


def descriptor(supply: Supply) -> int:
    """Opens what a worker may pass: sealed memory as it should be, memory that is not, a file."""
    kind = supply.below(4)
    array = np.arange(supply.choice((3, 1, 64)), dtype=np.float64)
    sealed = values.seal(array) if kind < 2 else None
    if sealed is not None:
        return sealed
    if kind == 2 and hasattr(os, "memfd_create"):
        return os.memfd_create("open", os.MFD_ALLOW_SEALING)
    return os.open(os.devnull, os.O_RDONLY)
