"""Which files a worker may read: the interpreter's, NumPy's, a few devices, and nothing else."""

from __future__ import annotations

import contextlib
import os
import sysconfig
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

# Where packages are installed, the grader's own among them; nothing below may be read.
_INSTALLED: Final = frozenset({"site-packages", "dist-packages"})
_NAME_ONLY: Final = getattr(os, "O_PATH", os.O_RDONLY)  # systems without it have no use for it
_DEVICES: Final = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")


@dataclass(frozen=True, slots=True)
class Readable:
    """Paths that a worker may read, opened while they still can be.

    Attributes:
        handles: `(descriptor, is_folder)` for each path.
        for_everybody: whether another user could reach the interpreter's files.
    """

    handles: tuple[tuple[int, bool], ...]
    for_everybody: bool


def open_readable(packages: Collection[str], alone: bool = False) -> Readable:
    """Opens the standard library, the C libraries, some devices and the named packages' folders.

    Args:
        packages: absolute paths of folders; those that do not exist are left out.
        alone: whether no other package is here, as in a file system made for this.
    """
    standard = os.path.dirname(os.__file__)
    # Each path costs every worker 5 us, and a standard library has two hundred.
    own = [standard]
    if not alone:
        names = (name for name in os.listdir(standard) if name not in _INSTALLED)
        own = [os.path.join(standard, name) for name in names]
    platform_library = sysconfig.get_config_var("MULTIARCH") or ""
    paths = [
        *own,
        *(f"{prefix}/{platform_library}" for prefix in ("/lib", "/usr/lib") if platform_library),
        *("/lib64", "/usr/lib64", "/etc/localtime", "/usr/share/zoneinfo"),
        *packages,
    ]
    handles = []
    for path in (*paths, *_DEVICES):
        with contextlib.suppress(OSError):
            handles.append((os.open(path, _NAME_ONLY | os.O_CLOEXEC), os.path.isdir(path)))
    folders = (standard, *filter(os.path.isdir, packages))
    return Readable(tuple(handles), all(map(is_open_to_all, folders)))


def is_open_to_all(path: str) -> bool:
    """Tells whether any user may pass through a folder and all those above it."""
    while path not in ("", "/"):
        if not os.stat(path).st_mode & 0o001:
            return False
        path = os.path.dirname(path)
    return True
