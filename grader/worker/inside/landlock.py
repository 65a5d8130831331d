"""Landlock: the files that a process may reach, and the network and signals that it may not.

Talks to the kernel through ctypes; see landlock(7). Paths are opened in the zygote, where they
still can be; each worker makes a ruleset of them and puts it in force for itself.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from functools import cache
from typing import Final

CREATE_RULESET: Final = 444  # the numbers are the same on all architectures
ADD_RULE: Final = 445
RESTRICT_SELF: Final = 446
CREATE_RULESET_VERSION: Final = 1
RULE_PATH_BENEATH: Final = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE = 1 << 4, 1 << 5
MAKE_DIR, MAKE_REG = 1 << 7, 1 << 8
TRUNCATE: Final = 1 << 14
READ: Final = READ_FILE | READ_DIR
FILE_RIGHTS: Final = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE  # that a file itself can have
WORK: Final = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | TRUNCATE

# How many rights each version of the interface knows: files, TCP, scopes.
_FILE_BITS: Final = {1: 13, 2: 14, 3: 15, 4: 15}
_ALL_FILE_BITS: Final = 16
_TCP: Final = 0b11  # bind and connect; from version 4
_SCOPES: Final = 0b11  # abstract Unix sockets and signals; from version 6


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _syscall(number: int, *arguments: object) -> int:
    return int(_libc().syscall(ctypes.c_long(number), *arguments))


def version() -> int:
    """Returns the kernel's version of the interface; 0 where there is none."""
    if not sys.platform.startswith("linux"):
        return 0
    none, zero = ctypes.c_void_p(None), ctypes.c_size_t(0)
    return max(0, _syscall(CREATE_RULESET, none, zero, ctypes.c_uint32(CREATE_RULESET_VERSION)))


class Ruleset:
    """A ruleset that denies everything, to which paths are added.

    Raises:
        OSError: the kernel has no Landlock.
    """

    def __init__(self) -> None:
        known = version()
        if known < 1:
            raise OSError("the kernel has no Landlock")
        self._files = (1 << _FILE_BITS.get(known, _ALL_FILE_BITS)) - 1
        layout = [self._files]
        if known >= 4:
            layout.append(_TCP)
        if known >= 6:
            layout.append(_SCOPES)
        attributes = struct.pack(f"<{len(layout)}Q", *layout)
        size = ctypes.c_size_t(len(attributes))
        self.descriptor = _syscall(CREATE_RULESET, attributes, size, ctypes.c_uint32(0))
        if self.descriptor < 0:
            raise OSError("the kernel refused a Landlock ruleset")

    def allow(self, paths: Iterable[str], rights: int) -> None:
        """Allows rights on paths and all below them; paths that do not exist are left out."""
        for path in paths:
            try:
                handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except OSError:
                continue
            self.allow_handle(handle, os.path.isdir(path), rights)
            os.close(handle)

    def allow_handle(self, handle: int, is_folder: bool, rights: int) -> None:
        """Allows rights on an opened path and, if it is a folder, on all below it."""
        granted = rights & self._files & (-1 if is_folder else FILE_RIGHTS)
        rule = struct.pack("<Qi", granted, handle)
        ruleset, kind = ctypes.c_int(self.descriptor), ctypes.c_int(RULE_PATH_BENEATH)
        _syscall(ADD_RULE, ruleset, kind, rule, ctypes.c_uint32(0))

    def enforce(self) -> bool:
        """Puts the ruleset in force for this process, for good. Needs no-new-privileges."""
        return _syscall(RESTRICT_SELF, ctypes.c_int(self.descriptor), ctypes.c_uint32(0)) == 0
