"""Seccomp: the system calls that a worker may make. An allow-list; the rest fails with EPERM.

The filter is a classic BPF program, see seccomp(2). What is left to a worker: memory, its own
threads, files that it may open (which ones is Landlock's part), clocks, and its one channel. No new
process, no program, no socket, no signal to another process, no change of limits or of identity.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys
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
    **{"getrandom": (318, 278), "memfd_create": (319, 279), "flock": (73, 32)},
    **{"sendmsg": (46, 211), "recvmsg": (47, 212), "sendto": (44, 206), "recvfrom": (45, 207)},
    **{"getrusage": (98, 165), "getrlimit": (97, 163), "sysinfo": (99, 179)},
    **{"exit": (60, 93), "exit_group": (231, 94)},
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


def _one_of(index: int, values: tuple[int, ...]) -> list[bytes]:
    """Allows a call whose argument is among the values; else refuses it."""
    body = [_argument(index)]
    for at, value in enumerate(values):
        body.append(_jump(_JUMP_EQUAL, value, len(values) - at, 0))
    return [*body, _statement(_RETURN, _ERRNO | errno.EPERM), _statement(_RETURN, _ALLOW)]


def _only_asks(pid: int) -> list[bytes]:
    """Allows prlimit on the process itself, with no new limit: both halves of the pointer are 0."""
    refuse = _statement(_RETURN, _ERRNO | errno.EPERM)
    body = []
    for half in (_argument(2), _statement(_LOAD, _ARGUMENT_AT + 8 * 2 + 4)):
        body += [half, _jump(_JUMP_EQUAL, 0, 1, 0), refuse]
    return [*body, *_one_of(0, (0, pid))]


def program(machine: str, pid: int) -> bytes:
    """Returns the filter for a machine.

    Args:
        machine: `x86_64` or `aarch64`.
        pid: the process's own, the only one that it may signal.
    """
    arch, column = _ARCHITECTURES[machine]
    parts = [
        _statement(_LOAD, _ARCH_AT),
        _jump(_JUMP_EQUAL, arch, 1, 0),
        _statement(_RETURN, _KILL),
        _statement(_LOAD, _NUMBER_AT),
    ]
    if machine == "x86_64":
        parts += [_jump(_JUMP_AT_LEAST, _X32, 0, 1), _statement(_RETURN, _KILL)]
    # A new thread is allowed, a new process is not. glibc falls back from clone3, whose flags
    # lie in memory where a filter cannot see them.
    thread = [
        _argument(0),
        _statement(_AND, _CLONE_THREAD),
        _jump(_JUMP_EQUAL, 0, 1, 0),
        _statement(_RETURN, _ALLOW),
        _statement(_RETURN, _ERRNO | errno.EPERM),
    ]
    parts += _when(CLONE[column], thread)
    parts += _when(CLONE3[column], [_statement(_RETURN, _ERRNO | errno.ENOSYS)])
    parts += _when(KILL[column], _one_of(0, (pid,)))
    parts += _when(TGKILL[column], _one_of(0, (pid,)))
    parts += _when(PRLIMIT[column], _only_asks(pid))
    parts += _when(FCNTL[column], _one_of(1, FCNTLS))
    parts += _when(IOCTL[column], _one_of(1, IOCTLS))
    for numbers in CALLS.values():
        if numbers[column] >= 0:
            parts += _when(numbers[column], [_statement(_RETURN, _ALLOW)])
    return b"".join([*parts, _statement(_RETURN, _ERRNO | errno.EPERM)])


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def enforce(pid: int) -> bool:
    """Puts the filter in force for this process, for good. Needs no-new-privileges.

    Only the calling thread is filtered, with the threads that it starts later; so it has to be the
    only one.
    """
    if not supported():
        return False
    code = program(platform.machine(), pid)
    holder = _Program(len(code) // 8, code)
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(holder), 0, 0) == 0)
