"""What the processes that touch a hand-in give up before its first byte reaches them.

A host, which parses the sources, is confined once; its workers, which run them, are forks of it and
give up more. The order matters: the process still has one thread, so every thread that it starts
later inherits the filters; privileges go before the file rules, and the system-call filter comes
last, because it forbids what the steps before it need. This module puts layers in place and tells
which of them hold. Judging whether they are enough is the grader's part: `grader.worker.sandbox`.
"""

from __future__ import annotations

import contextlib
import os
import resource
from dataclasses import dataclass
from typing import Final

from . import landlock, seccomp
from .privileges import (
    NOBODY,
    PR_SET_DUMPABLE,
    PR_SET_NO_NEW_PRIVS,
    become_other_user,
    drop_capabilities,
    end_with_parent,
    prctl,
)
from .readable import Readable

MAX_FILE_BYTES: Final = 64 << 20
MAX_OPEN_FILES: Final = 64
PARSER_MEMORY_BYTES: Final = 2 << 30
HOST_CPU_S: Final = 60  # forking for a whole rubric takes 1 s; a parser that hangs ends with this
CPU_GRACE_S: Final = 5  # between the signal that says that the CPU time is used up and the end


@dataclass(frozen=True, slots=True)
class Place:
    """Where a zygote runs, which all of its hosts and workers share.

    Attributes:
        readable: files that may be read.
        scratch: the folder in which each worker gets one of its own.
        namespaces: whether bubblewrap gave it a file system, processes and network of its own.
        uid: a user that nobody else on this machine is, for where we may change to it.
        max_tasks: processes and threads that a worker's user may have.
        keep_reading: whether another user needs a capability to reach the interpreter's files or
            the scratch folder.
        library: what workers have beside NumPy; empty for nothing.
    """

    readable: Readable
    scratch: str
    namespaces: bool
    uid: int
    max_tasks: int
    keep_reading: bool
    library: str = ""


def confine_host(place: Place, folder: str, parent: int) -> tuple[str, ...]:
    """Confines the process that parses a hand-in; returns the names of the layers that hold.

    Args:
        place: where it runs.
        folder: the only one that it may write to; for its workers' folders.
        parent: the zygote's process id.
    """
    one_thread = _has_one_thread()
    # Soft limits, because the workers, whose limits these are not, inherit them.
    most_of = {resource.RLIMIT_AS: PARSER_MEMORY_BYTES, resource.RLIMIT_CPU: HOST_CPU_S}
    for name, most in most_of.items():
        _, hard = resource.getrlimit(name)
        with contextlib.suppress(ValueError, OSError):  # a system that cannot count this
            resource.setrlimit(name, (min(most, hard % (1 << 63)), hard))
    held = ["bubblewrap"] if place.namespaces else []
    if os.getuid() == 0:
        with contextlib.suppress(OSError):
            os.chown(folder, place.uid, place.uid)
    if become_other_user((place.uid, NOBODY), place.keep_reading):
        held.append("other_user")
    if drop_capabilities(place.keep_reading and "other_user" in held):
        held.append("no_capabilities")
    # After the user has changed: that sets these two back.
    end_with_parent(parent)
    if prctl(PR_SET_DUMPABLE, 0):
        held.append("not_dumpable")
    if prctl(PR_SET_NO_NEW_PRIVS, 1):
        held.append("no_new_privileges")
    if one_thread and _restrict_files(folder, place.readable) and seccomp.enforce_on_host():
        held.append("parser_confined")
    return tuple(held)


def confine(
    kept: tuple[int, ...], memory_mib: int, cpu_s: int, folder: str, place: Place, parent: int
) -> tuple[str, ...]:
    """Confines a worker and returns the names of the layers that hold, beside those of its host.

    Args:
        kept: the only descriptors above 2 that stay open.
        memory_mib: address space, in MiB.
        cpu_s: CPU seconds after which the kernel ends the process.
        folder: an empty directory to work in.
        place: where it runs.
        parent: the host's process id.
    """
    one_thread = _has_one_thread()
    os.setsid()
    end_with_parent(parent)
    os.chdir(folder)
    os.umask(0o077)
    os.environ.clear()
    held = ["separate_process", "empty_environment"]
    if _limit(memory_mib, cpu_s, place.max_tasks):
        held.append("resource_limits")
    if _restrict_files(folder, place.readable):
        held.append("landlock")
    _close_descriptors(kept)
    held.append("closed_descriptors")
    # Root's threads are not counted by any limit, so where we had to stay root it has one only.
    if one_thread and seccomp.enforce(os.getpid(), threads=os.getuid() != 0):
        held.append("seccomp")
    return tuple(held)


def _has_one_thread() -> bool:
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:  # behind its host's file rules; but a fork begins with one thread
        return True


def _limit(memory_mib: int, cpu_s: int, max_tasks: int) -> bool:
    limits = {
        resource.RLIMIT_AS: (memory_mib << 20,) * 2,
        # At the first the process gets a signal, which it may ignore; at the second it ends.
        resource.RLIMIT_CPU: (cpu_s, cpu_s + CPU_GRACE_S),
        resource.RLIMIT_FSIZE: (MAX_FILE_BYTES,) * 2,
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_NPROC: (max_tasks,) * 2,
    }
    for name, pair in limits.items():
        with contextlib.suppress(ValueError, OSError):  # a lower hard limit is in force already
            resource.setrlimit(name, pair)
    return all(0 <= resource.getrlimit(name)[1] <= hard for name, (_, hard) in limits.items())


def _restrict_files(folder: str, readable: Readable) -> bool:
    try:
        ruleset = landlock.Ruleset()
    except OSError:
        return False
    for handle, is_folder in readable.handles:
        ruleset.allow_handle(handle, is_folder, landlock.READ)
    ruleset.allow([folder], landlock.WORK)
    ruleset.allow(["/dev/null"], landlock.READ_FILE | landlock.WRITE_FILE)
    return ruleset.enforce()


def _close_descriptors(kept: tuple[int, ...]) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    begin = 3
    for descriptor in sorted(kept):
        os.closerange(begin, descriptor)
        begin = descriptor + 1
    os.closerange(begin, 1 << 16)
    resource.setrlimit(resource.RLIMIT_NOFILE, (MAX_OPEN_FILES, MAX_OPEN_FILES))
