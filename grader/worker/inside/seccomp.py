"""Seccomp: the system calls that a worker may make. An allow-list; the rest fails with EPERM.

The filter is a classic BPF program, see seccomp(2). What is left to a worker: memory, its own
threads, files that it may open (which ones is Landlock's part), clocks, and its one channel. No new
process, no program, no socket, no signal to another process, no change of limits or of identity.
Nor may it end itself by SIGKILL: that is left to others, so a worker that ended so was no suicide.
Its host may besides make processes like itself and confine them further.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys
from collections.abc import Mapping
from typing import Final

PR_SET_SECCOMP: Final = 22
SECCOMP_MODE_FILTER: Final = 2

_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_ALLOW: Final = 0x7FFF0000
_ERRNO: Final = 0x00050000
_KILL: Final = 0x80000000
_NUMBER_AT, _ARCH_AT, _ARGUMENT_AT = 0, 4, 16
_X32: Final = 0x40000000  # x86-64's second numbering, which would bypass the list
_CLONE_THREAD: Final = 0x00010000
_CLONE_NAMESPACES: Final = 0x7E020000  # of mounts, cgroups, names, IPC, users, processes, network
SIGKILL: Final = 9

Rules = Mapping[tuple[int, int], list[bytes]]  # what to do for a call, by its numbers

# Name: number on x86-64, number on aarch64 (which lacks the older forms).
CALLS: Final[dict[str, tuple[int, int]]] = {
    **{"read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66)},
    **{"pread64": (17, 67), "pwrite64": (18, 68), "close": (3, 57), "lseek": (8, 62)},
    **{"open": (2, -1), "openat": (257, 56), "stat": (4, -1), "lstat": (6, -1), "fstat": (5, 80)},
    **{"newfstatat": (262, 79), "statx": (332, 291), "access": (21, -1), "faccessat": (269, 48)},
    **{"faccessat2": (439, 439), "getdents64": (217, 61), "getcwd": (79, 17)},
    **{"readlink": (89, -1), "readlinkat": (267, 78), "unlink": (87, -1), "unlinkat": (263, 35)},
    **{"mkdir": (83, -1), "mkdirat": (258, 34), "rmdir": (84, -1), "rename": (82, -1)},
    **{"renameat": (264, 38), "renameat2": (316, 276), "ftruncate": (77, 46)},
    **{"chdir": (80, 49), "umask": (95, 166), "fsync": (74, 82), "fdatasync": (75, 83)},
    **{"mmap": (9, 222), "mprotect": (10, 226), "munmap": (11, 215), "mremap": (25, 216)},
    **{"madvise": (28, 233), "brk": (12, 214), "membarrier": (324, 283)},
    **{"rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139)},
    **{"sigaltstack": (131, 132), "restart_syscall": (219, 128)},
    **{"dup": (32, 23), "dup2": (33, -1), "dup3": (292, 24), "pipe": (22, -1), "pipe2": (293, 59)},
    **{"poll": (7, -1), "ppoll": (271, 73), "select": (23, -1), "pselect6": (270, 72)},
    **{"epoll_create1": (291, 20), "epoll_ctl": (233, 21), "epoll_wait": (232, -1)},
    **{"epoll_pwait": (281, 22), "eventfd2": (290, 19)},
    **{"futex": (202, 98), "set_robust_list": (273, 99), "rseq": (334, 293)},
    **{"set_tid_address": (218, 96), "arch_prctl": (158, -1)},
    **{"sched_yield": (24, 124), "sched_getaffinity": (204, 123)},
    **{"getpid": (39, 172), "getppid": (110, 173), "gettid": (186, 178), "uname": (63, 160)},
    **{"getuid": (102, 174), "geteuid": (107, 175), "getgid": (104, 176), "getegid": (108, 177)},
    **{"clock_gettime": (228, 113), "clock_getres": (229, 114), "gettimeofday": (96, 169)},
    **{"clock_nanosleep": (230, 115), "nanosleep": (35, 101), "time": (201, -1)},
    **{"getitimer": (36, 102), "setitimer": (38, 103), "times": (100, 153)},
    **{"getrandom": (318, 278), "flock": (73, 32)},
    **{"sendmsg": (46, 211), "recvmsg": (47, 212), "sendto": (44, 206), "recvfrom": (45, 207)},
    **{"getrusage": (98, 165), "getrlimit": (97, 163), "sysinfo": (99, 179)},
    **{"exit": (60, 93), "exit_group": (231, 94)},
}
# What a host needs for its workers; with what `_new_process` allows.
HOST_CALLS: Final[dict[str, tuple[int, int]]] = {
    **{"wait4": (61, 260), "waitid": (247, 95), "kill": (62, 129), "pidfd_open": (434, 434)},
    **{"setsid": (112, 157), "prctl": (157, 167), "seccomp": (317, 277), "capset": (126, 91)},
    **{"prlimit64": (302, 261), "setrlimit": (160, 164), "close_range": (436, 436)},
    **{"landlock_create_ruleset": (444, 444), "landlock_add_rule": (445, 445)},
    **{"landlock_restrict_self": (446, 446)},
    **{"chmod": (90, -1), "fchmodat": (268, 53)},
    **{"getsockname": (51, 204), "getsockopt": (55, 209)},  # what a socket is, for Python's object
}
CLONE: Final = (56, 220)
CLONE3: Final = (435, 435)
KILL: Final = (62, 129)
TGKILL: Final = (234, 131)
PRLIMIT: Final = (302, 261)
IOCTL: Final = (16, 29)
FCNTL: Final = (72, 25)
# Duplicates, flags, locks and seals; not who gets a file's signals.
FCNTLS: Final = (0, 1, 2, 3, 4, 5, 6, 7, 1030, 1033, 1034)
# Asking whether a descriptor is a terminal, and close-on-exec: what Python's files need.
IOCTLS: Final = (0x5401, 0x5450, 0x5451, 0x541B, 0x5421)

_ARCHITECTURES: Final = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}


def supported() -> bool:
    """Tells whether the list is known for this machine."""
    return sys.platform.startswith("linux") and platform.machine() in _ARCHITECTURES


def _statement(code: int, value: int) -> bytes:
    return struct.pack("<HBBI", code, 0, 0, value)


def _jump(code: int, value: int, if_true: int, if_false: int) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)


def _argument(index: int) -> bytes:
    # The low half of a 64-bit argument; both architectures are little-endian.
    return _statement(_LOAD, _ARGUMENT_AT + 8 * index)


def _when(number: int, body: list[bytes]) -> list[bytes]:
    """Runs the body, which ends in returns, when the call has this number."""
    return [_jump(_JUMP_EQUAL, number, 0, len(body)), *body]


_REFUSE: Final = _statement(_RETURN, _ERRNO | errno.EPERM)
_PASS: Final = _statement(_RETURN, _ALLOW)


def _one_of(index: int, values: tuple[int, ...]) -> list[bytes]:
    """Allows a call whose argument is among the values; else refuses it."""
    body = [_argument(index)]
    for at, value in enumerate(values):
        body.append(_jump(_JUMP_EQUAL, value, len(values) - at, 0))
    return [*body, _REFUSE, _PASS]


def _only_asks(pid: int) -> list[bytes]:
    """Allows prlimit on the process itself, with no new limit: both halves of the pointer are 0."""
    body = []
    for half in (_argument(2), _statement(_LOAD, _ARGUMENT_AT + 8 * 2 + 4)):
        body += [half, _jump(_JUMP_EQUAL, 0, 1, 0), _REFUSE]
    return [*body, *_one_of(0, (0, pid))]


def _signals(pid: int, signal_at: int) -> list[bytes]:
    """Allows a signal to the process itself, but for SIGKILL.

    Args:
        pid: the process's own.
        signal_at: index of the argument that holds the signal's number.
    """
    is_kill = [_argument(signal_at), _jump(_JUMP_EQUAL, SIGKILL, 0, 1), _REFUSE]
    return [*is_kill, *_one_of(0, (pid,))]


# glibc falls back on clone from clone3, whose flags lie in memory where a filter cannot see them.
_NO_CLONE3: Final = [_statement(_RETURN, _ERRNO | errno.ENOSYS)]
_NEW_THREAD: Final = [
    _argument(0),
    _statement(_AND, _CLONE_THREAD),
    _jump(_JUMP_EQUAL, 0, 0, 1),
    _REFUSE,
    _PASS,
]
_NEW_PROCESS: Final = [
    _argument(0),
    _statement(_AND, _CLONE_NAMESPACES),
    _jump(_JUMP_EQUAL, 0, 1, 0),
    _REFUSE,
    _PASS,
]


def worker_program(machine: str, pid: int, threads: bool = True) -> bytes:
    """Returns the filter of a worker.

    Args:
        machine: `x86_64` or `aarch64`.
        pid: the process's own, the only one that it may signal.
        threads: whether it may start any.
    """
    rules: Rules = {
        CLONE: _NEW_THREAD if threads else [_REFUSE],
        KILL: _signals(pid, 1),
        TGKILL: _signals(pid, 2),
        PRLIMIT: _only_asks(pid),
    }
    return _program(machine, rules, CALLS)


def host_program(machine: str) -> bytes:
    """Returns the filter of a host on a machine, which its workers inherit."""
    rules: Rules = {CLONE: _NEW_PROCESS}
    return _program(machine, rules, {**CALLS, "tgkill": TGKILL, **HOST_CALLS})


def _program(machine: str, rules: Rules, calls: Mapping[str, tuple[int, int]]) -> bytes:
    arch, column = _ARCHITECTURES[machine]
    parts = [
        _statement(_LOAD, _ARCH_AT),
        _jump(_JUMP_EQUAL, arch, 1, 0),
        _statement(_RETURN, _KILL),
        _statement(_LOAD, _NUMBER_AT),
    ]
    if machine == "x86_64":
        parts += [_jump(_JUMP_AT_LEAST, _X32, 0, 1), _statement(_RETURN, _KILL)]
    common: Rules = {
        CLONE3: _NO_CLONE3,
        FCNTL: _one_of(1, FCNTLS),
        IOCTL: _one_of(1, IOCTLS),
    }
    for numbers, body in {**rules, **common}.items():
        parts += _when(numbers[column], body)
    for numbers in calls.values():
        if numbers[column] >= 0:
            parts += _when(numbers[column], [_PASS])
    return b"".join([*parts, _REFUSE])


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def enforce(pid: int, threads: bool = True) -> bool:
    """Puts a worker's filter in force for this process, for good. Needs no-new-privileges.

    Only the calling thread is filtered, with the threads that it starts later; so it has to be the
    only one.
    """
    return supported() and _enforce(worker_program(platform.machine(), pid, threads))


def enforce_on_host() -> bool:
    """Puts a host's filter in force for this process and its forks, for good; as `enforce`."""
    return supported() and _enforce(host_program(platform.machine()))


def _enforce(code: bytes) -> bool:
    holder = _Program(len(code) // 8, code)
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(holder), 0, 0) == 0)
