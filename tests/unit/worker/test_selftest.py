"""The self-test: an act counts as refused only when it was, and each act really acts."""

import ctypes
import errno
import os
import resource
import socket
import sys

import pytest

from grader.worker.inside import selftest
from grader.worker.inside.selftest import Targets

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")

OUTSIDE = os.path.dirname(selftest.__file__)
NAMES = (
    *("read_outside", "read_grader", "list_reference", "write_outside", "read_grader_memory"),
    *("read_grader_environment", "trace_grader", "signal_grader", "tcp", "udp", "unix_socket"),
    *("abstract_socket", "socket_pair", "fork", "execute", "new_namespace", "io_uring"),
    *("allocate", "large_file", "raise_limit", "too_many_threads"),
)


def targets(grader=1, folder="/"):
    return Targets(grader=grader, file=__file__, folder=folder, reference=OUTSIDE)


def test_every_act_has_a_name():
    assert tuple(selftest.acts(targets())) == NAMES


@pytest.mark.parametrize(
    ("error", "was_refused"),
    [
        (PermissionError(errno.EPERM, ""), True),
        (PermissionError(errno.EACCES, ""), True),
        (FileNotFoundError(errno.ENOENT, ""), True),
        (ProcessLookupError(errno.ESRCH, ""), True),
        (OSError(errno.EROFS, ""), True),
        (BlockingIOError(errno.EAGAIN, ""), True),
        (OSError(errno.ENOMEM, ""), True),
        (OSError(errno.EFBIG, ""), True),
        (MemoryError(), True),
        (OSError(errno.EFAULT, ""), False),
        (OSError(errno.EINVAL, ""), False),
        (OSError(errno.ENOSYS, ""), False),
        (OSError("no number"), False),
        (None, False),
    ],
)
def test_an_act_is_refused_when_the_kernel_refuses_it_and_not_when_it_fails(
    monkeypatch, error, was_refused
):
    def act():
        if error is not None:
            raise error

    asked = []
    monkeypatch.setattr(selftest, "acts", lambda given: asked.append(given) or {"one": act})
    assert selftest.run(targets()) == {"one": was_refused}
    assert asked == [targets()]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_on_a_full_disk_nothing_is_told(monkeypatch, number):
    def act():
        raise OSError(number, "No room left")

    monkeypatch.setattr(selftest, "acts", lambda given: {"one": act})
    with pytest.raises(OSError, match="No room left") as caught:
        selftest.run(targets())
    assert caught.value.errno == number


def test_a_mistake_of_ours_is_no_refusal(monkeypatch):
    monkeypatch.setattr(selftest, "acts", lambda given: {"one": lambda: 1 / 0})
    with pytest.raises(ZeroDivisionError):
        selftest.run(targets())


def test_sockets_are_closed_and_large_memory_is_given_back(monkeypatch):
    before = set(os.listdir("/proc/self/fd"))
    selftest._socket(socket.AF_UNIX, socket.SOCK_STREAM)
    assert set(os.listdir("/proc/self/fd")) == before
    asked = []

    class Memory:
        def __init__(self, *size):
            asked.append(size)

        def close(self):
            asked.append("closed")

    monkeypatch.setattr(selftest.mmap, "mmap", Memory)
    selftest._allocate()
    assert asked == [(-1, 64 << 30), "closed"]


@pytest.fixture
def libc(monkeypatch):
    """Plays a C library whose calls answer one number and leave one error number."""

    def play(answer, number=0):
        calls = []

        class Libc:
            def __init__(self, *_args, **_more):
                pass

            def __getattr__(self, name):
                return lambda *call: calls.append((name, *call)) or answer

        monkeypatch.setattr(ctypes, "CDLL", Libc)
        monkeypatch.setattr(ctypes, "get_errno", lambda: number)
        return calls

    return play


def test_tracing_is_refused_when_the_kernel_says_so(libc):
    calls = libc(0)
    selftest._trace(12)
    assert calls == [("ptrace", 0x4206, 12, 0, 0)]
    libc(-1, errno.EPERM)
    with pytest.raises(PermissionError, match="the process cannot be traced"):
        selftest._trace(12)


def test_a_program_is_refused_with_the_number_that_the_kernel_gives(libc):
    libc(-1, errno.EFAULT)
    with pytest.raises(OSError, match="the program was not started") as caught:
        selftest._execute()
    assert caught.value.errno == errno.EFAULT


def test_a_system_call_is_refused_when_the_kernel_says_so(libc):
    calls = libc(0)
    selftest._call(272, 0x10000000)
    assert [getattr(part, "value", part) for part in calls[0]] == ["syscall", 272, 0x10000000]
    libc(-1, errno.EPERM)
    with pytest.raises(PermissionError, match="the system call was refused"):
        selftest._call(272)


def test_threads_are_refused_when_one_more_than_allowed_is(monkeypatch):
    made = []

    class Libc:
        sleep = "sleep"

        def __init__(self, *_args, **_more):
            pass

        def pthread_create(self, *call):
            made.append(call)
            return errno.EAGAIN if len(made) > self.most else 0

    monkeypatch.setattr(ctypes, "CDLL", Libc)
    monkeypatch.setattr(resource, "getrlimit", lambda name: (8, 8))
    Libc.most = 8
    with pytest.raises(BlockingIOError, match="no more threads can be started"):
        selftest._too_many_threads()
    # With no attributes, each sleeps for a minute.
    assert [(call[1], call[2], call[3].value) for call in made] == [(None, "sleep", 60)] * 9
    made.clear()
    Libc.most = 9
    selftest._too_many_threads()
    assert len(made) == 9


def test_a_limit_is_raised_by_one(monkeypatch):
    calls = []
    monkeypatch.setattr(resource, "getrlimit", lambda name: (8, 64))
    monkeypatch.setattr(resource, "setrlimit", lambda *call: calls.append(call))
    selftest._raise_limit()
    assert calls == [(resource.RLIMIT_NOFILE, (65, 65))]

    def refuse(*_call):
        raise ValueError("not allowed to raise maximum limit")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    with pytest.raises(PermissionError, match="the limit cannot be raised"):
        selftest._raise_limit()


def unconfined(_channel, folder, names):
    os.chdir(folder)
    acts = selftest.acts(targets(os.getppid(), folder))
    done = {}
    for name in names:
        try:
            acts[name]()
        except OSError as error:
            done[name] = errno.errorcode[error.errno]
        else:
            done[name] = "done"
    return done


@linux
def test_unconfined_the_acts_that_anybody_may_do_are_done(in_child, tmp_path):
    names = [
        *("read_outside", "read_grader", "list_reference", "write_outside", "signal_grader"),
        *("read_grader_environment", "udp", "unix_socket", "abstract_socket", "socket_pair"),
        *("fork", "large_file"),
    ]
    assert in_child(unconfined, str(tmp_path), names) == dict.fromkeys(names, "done")


@linux
def test_a_program_that_could_be_started_counts_as_allowed(in_child, tmp_path):
    assert in_child(unconfined, str(tmp_path), ["execute"]) == {"execute": "EFAULT"}
    assert errno.EFAULT not in selftest.REFUSALS
