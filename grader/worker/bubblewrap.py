"""The command line of bubblewrap: a file system, processes and a network for the zygote alone.

What is not bound is not there, whoever looks. See bwrap(1).
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

SCRATCH: Final = "/tmp"  # noqa: S108  # in the sandbox, where it is a file system of its own
SCRATCH_BYTES: Final = 64 << 20
# What the zygote needs to make other users of its hosts; they give all of it up. Only root has it.
_CAPABILITIES: Final = ("SETUID", "SETGID", "SETPCAP", "CHOWN", "KILL", "DAC_READ_SEARCH")
_NAMES_OF_PACKAGES: Final = frozenset({"site-packages", "dist-packages"})


def find() -> str | None:
    """Returns the program's path, if it is installed."""
    return shutil.which("bwrap")


def command(
    program: str, argv: list[str], bound: Collection[str], environment: Mapping[str, str]
) -> list[str]:
    """Makes the command that runs a Python program inside bubblewrap.

    Args:
        program: path of `bwrap`.
        argv: the command inside.
        bound: further files and folders that are there, read-only.
        environment: all that the environment holds.
    """
    made = [program, "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    made += ["--unshare-cgroup-try", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    if os.getuid() == 0:
        made += [part for name in _CAPABILITIES for part in ("--cap-add", f"CAP_{name}")]
    else:
        made += ["--unshare-user", "--uid", "65534", "--gid", "65534"]
    made += ["--clearenv"]
    for name, value in environment.items():
        made += ["--setenv", name, value]
    made += ["--proc", "/proc", "--dev", "/dev"]
    made += ["--perms", "1777", "--size", str(SCRATCH_BYTES), "--tmpfs", SCRATCH]
    for path in _system_links():
        made += ["--symlink", os.readlink(path), path]
    for path in _interpreter():
        made += ["--ro-bind", path, path]
    for path in _package_folders():
        made += ["--tmpfs", path]
    for path in bound:
        made += ["--ro-bind-try", path, path]
    return [*made, "--remount-ro", "/", "--chdir", "/", "--", *argv]


def interpreter() -> str:
    """Returns the path of the interpreter itself, behind links and virtual environments."""
    return os.path.realpath(getattr(sys, "_base_executable", sys.executable))


def _system_links() -> Iterator[str]:
    for path in ("/lib", "/lib64"):
        if os.path.islink(path):
            yield path


def _interpreter() -> Iterator[str]:
    """Yields the interpreter, its standard library and the C libraries that they use."""
    platform_library = sysconfig.get_config_var("MULTIARCH") or ""
    libraries = ["/usr/lib64", "/lib64", "/etc/ld.so.cache", "/usr/share/zoneinfo"]
    libraries += ["/etc/localtime"]
    if platform_library:
        libraries += [f"/usr/lib/{platform_library}", f"/lib/{platform_library}"]
    seen = set()
    for path in (interpreter(), sysconfig.get_path("stdlib"), *_libraries_beside(), *libraries):
        real = os.path.realpath(path)
        if os.path.exists(path) and not os.path.islink(path) and real not in seen:
            seen.add(real)
            yield path


def _libraries_beside() -> Iterator[str]:
    """Yields shared libraries of an interpreter that was not installed with the system."""
    folder = Path(sys.base_prefix, "lib")
    if folder != Path("/usr/lib"):
        yield from sorted(str(path) for path in folder.glob("*.so*") if path.is_file())


def _package_folders() -> Iterator[str]:
    """Yields folders of packages that lie inside of what is bound; they become empty."""
    standard = sysconfig.get_path("stdlib")
    for name in sorted(_NAMES_OF_PACKAGES):
        path = os.path.join(standard, name)
        if os.path.isdir(path):
            yield path
