"""The process that every worker is a fork of.

It imports NumPy once, on one thread, and never computes. For every hand-in it forks a *host*, which
compiles the sources and runs none of them; for every group of checks the host forks a *worker*,
which runs the hand-in. Hosts and workers are confined before they see a byte of it. So each group
begins in milliseconds with nothing left of the group before. The grader starts this module and
tells it in `sys.argv` what it needs to know; it ends when the grader closes the connection.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import secrets
import signal
import socket
import sys
from collections.abc import Mapping
from typing import Any, Final

# NumPy loads these at first use; loaded here, every worker has them for nothing.
import numpy as np
import numpy.linalg
import numpy.random  # as above

from . import drivers, foreign, scratch
from .confinement import Place
from .host import Host, leave
from .privileges import PR_SET_DUMPABLE, prctl
from .readable import is_open_to_all, open_readable
from .wire import CONTROL, ConnectionEnded, receive, send

FIRST_UID: Final = 0x7000_0000  # far from what systems give to people and services
UIDS: Final = 1 << 24
MAX_TASKS: Final = 64  # of a user who has nothing but one hand-in's processes
MAX_MORE_TASKS: Final = 256  # beside those that a person's user has already
KILLED_FIRST: Final = 1000  # oom_score_adj: out of memory, the kernel ends us before the grader
NAMESPACES: Final = ("mnt", "pid", "net", "ipc", "uts")


def main() -> None:
    """Serves hosts until the grader closes the connection."""
    told: dict[str, Any] = json.loads(sys.argv[1])
    control = socket.socket(fileno=told["control"])
    # Before this process's files are closed to others, itself among them where it is not root.
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write(str(KILLED_FIRST))
    prctl(PR_SET_DUMPABLE, 0)
    # Nothing waits for a host: it ends when its connection does, or with this process.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grader, which then ends us
    wrapped = _are_own(told["namespaces"])
    readable = open_readable(told["packages"], alone=wrapped)
    place = Place(
        readable=readable,
        scratch=told["scratch"],
        namespaces=wrapped,
        uid=FIRST_UID + secrets.randbelow(UIDS),
        max_tasks=MAX_TASKS if os.getuid() == 0 else MAX_MORE_TASKS + _tasks_of(os.getuid()),
        keep_reading=not (readable.for_everybody and is_open_to_all(told["scratch"])),
        library=told["library"],
    )
    versions = {"python": sys.version.split()[0], "numpy": np.__version__}
    try:
        versions |= foreign.prepare(place.library)
        drivers.load(place.library)
        send(control, CONTROL, 0, versions)
        _serve(control, place)
    finally:
        scratch.remove(place.scratch)  # the grader may have been killed
    # The grader waits for this end, and a large library takes long to be taken down.
    os._exit(0)


def _serve(control: socket.socket, place: Place) -> None:
    hosts: list[int] = []
    zygote = os.getpid()
    while True:
        try:
            frame, descriptors = receive(control)
        except ConnectionEnded:
            for pid in hosts:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            return
        (channel,) = descriptors
        folder = os.path.join(place.scratch, str(len(hosts)))
        try:
            os.mkdir(folder, 0o700)
            pid = os.fork()
        except OSError as error:
            send(control, CONTROL, frame.nonce, {"fault": error.strerror})
            os.close(channel)
            continue
        if pid == 0:
            control.close()
            ours, confined = socket.socket(fileno=channel), bool(frame.body["confined"])
            leave(functools.partial(_live, ours, place, folder, confined, zygote))
        hosts.append(pid)
        os.close(channel)
        send(control, CONTROL, frame.nonce, {})


def _live(control: socket.socket, place: Place, folder: str, confined: bool, zygote: int) -> None:
    Host(control, place, folder, confined, zygote).serve()


def _are_own(graders: Mapping[str, int]) -> bool:
    """Tells whether this process has namespaces of its own.

    Args:
        graders: inode numbers of the grader's namespaces, by name.
    """
    try:
        own = {name: os.stat(f"/proc/self/ns/{name}").st_ino for name in NAMESPACES}
    except OSError:
        return False
    return bool(graders) and all(own[name] != graders.get(name) for name in NAMESPACES)


def _tasks_of(uid: int) -> int:
    """Counts the threads of all processes of a user, as far as they can be seen."""
    count = 0
    with contextlib.suppress(OSError):
        for name in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                found = os.stat(f"/proc/{name}/task")
                count += (found.st_nlink - 2) * (found.st_uid == uid)
    return count
