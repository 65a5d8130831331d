"""The self-test: an act counts as refused only when it was, and each act really acts."""

import ctypes
import os
import resource
import socket
import sys

import pytest

from grader.worker.inside import selftest

OUTSIDE = os.path.dirname(selftest.__file__)
NAMES = (
    *("read_outside", "read_grader", "write_outside", "read_grader_memory"),
    *("read_grader_environment", "trace_grader", "signal_grader", "tcp", "udp", "unix_socket"),
    *("socket_pair", "fork", "execute", "allocate", "large_file", "raise_limit"),
)


def test_every_act_has_a_name():
    assert tuple(selftest.acts(1, "/")) == NAMES


@pytest.mark.parametrize(
    ("error", "was_refused"),
    [
        (PermissionError(), True),
        (ValueError("not allowed to raise maximum limit"), True),
        (MemoryError(), True),
        (OverflowError(), True),
        (None, False),
    ],
)
def test_an_act_is_refused_when_it_fails(monkeypatch, error, was_refused):
    def act():
        if error is not None:
            raise error

    asked = []
    monkeypatch.setattr(
        selftest, "acts", lambda grader, outside: asked.append((grader, outside)) or {"one": act}
    )
    assert selftest.run(7, "/code") == {"one": was_refused}
    assert asked == [(7, "/code")]


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


@pytest.mark.parametrize(("answer", "refused"), [(0, False), (-1, True)])
def test_tracing_is_refused_when_the_kernel_says_so(monkeypatch, answer, refused):
    calls = []

    class Libc:
        def __init__(self, _name):
            self.ptrace = lambda *call: calls.append(call) or answer

    monkeypatch.setattr(ctypes, "CDLL", Libc)
    if refused:
        with pytest.raises(PermissionError):
            selftest._trace(12)
    else:
        selftest._trace(12)
    assert calls == [(16, 12, 0, 0)]


def test_a_limit_is_raised_by_one(monkeypatch):
    calls = []
    monkeypatch.setattr(resource, "getrlimit", lambda name: (8, 64))
    monkeypatch.setattr(resource, "setrlimit", lambda *call: calls.append(call))
    selftest._raise_limit()
    assert calls == [(resource.RLIMIT_NOFILE, (65, 65))]


def unconfined(_channel, folder, names):
    os.chdir(folder)
    acts = selftest.acts(os.getppid(), OUTSIDE)
    done = {}
    for name in names:
        try:
            acts[name]()
        except Exception as error:
            done[name] = repr(error)
        else:
            done[name] = "done"
    return done


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")
def test_unconfined_the_acts_that_anybody_may_do_are_done(in_child, tmp_path):
    names = [
        *("read_outside", "read_grader", "write_outside", "read_grader_environment"),
        *("signal_grader", "udp", "unix_socket", "socket_pair", "fork", "large_file"),
    ]
    assert in_child(unconfined, str(tmp_path), names) == dict.fromkeys(names, "done")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")
def test_a_program_that_can_be_started_is_reported(in_child, tmp_path):
    assert in_child(unconfined, str(tmp_path), ["execute"]) == {"execute": "done"}
