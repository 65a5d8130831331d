"""The system-call filter: each listed call is allowed and every other refused, on both machines."""

import ctypes
import errno
import json
import mmap
import os
import platform
import re
import resource
import socket
import struct
import threading
from pathlib import Path

import pytest

from grader.worker.inside import seccomp
from grader.worker.inside.privileges import PR_SET_NO_NEW_PRIVS, prctl

MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
ALLOW, KILL = 0x7FFF0000, 0x80000000
EPERM, ENOSYS = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
PID = 4321
SPECIAL = {
    "fcntl": seccomp.FCNTL,
    "clone": seccomp.CLONE,
    "clone3": seccomp.CLONE3,
    "kill": seccomp.KILL,
    "tgkill": seccomp.TGKILL,
    "prlimit64": seccomp.PRLIMIT,
    "ioctl": seccomp.IOCTL,
}


def decide(code, number, arguments=(), arch=0):
    """Interprets a filter as the kernel would, for one call; see seccomp(2)."""
    padded = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("<IIQ6Q", number, arch, 0, *padded)
    at = accumulator = 0
    while True:
        operation, if_true, if_false, value = struct.unpack_from("<HBBI", code, 8 * at)
        at += 1
        match operation:
            case 0x20:  # load a word
                assert value % 4 == 0
                (accumulator,) = struct.unpack_from("<I", data, value)
            case 0x54:  # and
                accumulator &= value
            case 0x15:  # jump if equal
                at += if_true if accumulator == value else if_false
            case 0x35:  # jump if at least
                at += if_true if accumulator >= value else if_false
            case 0x06:
                return value
            case _:
                raise AssertionError(f"{operation:#x} is no operation of this filter")


def signal_to(call, pid, number):
    """The arguments of a call that sends a signal."""
    return (pid, number) if call == "kill" else (pid, pid, number)


@pytest.fixture(params=sorted(MACHINES))
def machine(request):
    """Decides about a call of one machine, by name or number."""
    arch, column = MACHINES[request.param]
    code = seccomp.worker_program(request.param, PID)

    class Machine:
        name = request.param

        @staticmethod
        def number(call):
            return (seccomp.CALLS.get(call) or SPECIAL[call])[column]

        @classmethod
        def decide(cls, call, *arguments, arch=arch):
            number = cls.number(call) if isinstance(call, str) else call
            return decide(code, number, arguments, arch)

    Machine.code, Machine.arch = code, arch
    return Machine


class TestPrograms:
    def test_every_listed_call_is_allowed_and_every_other_refused(self, machine):
        listed = {machine.number(name) for name in seccomp.CALLS} - {-1}
        special = {machine.number(name) for name in SPECIAL}
        assert not listed & special
        for number in {*range(1024), 0x3FFFFFFF} - special:
            assert machine.decide(number) == (ALLOW if number in listed else EPERM), number

    def test_the_kernel_takes_a_program_of_this_length(self, machine):
        assert len(machine.code) % 8 == 0
        assert len(machine.code) // 8 <= 4096

    def test_another_architecture_ends_the_process(self, machine):
        for arch in (0, 0x40000003, *(arch for arch, _ in MACHINES.values())):
            if arch != MACHINES[machine.name][0]:
                assert machine.decide("read", arch=arch) == KILL

    def test_the_second_numbering_of_x86_64_ends_the_process(self, machine):
        for number in (0x40000000, 0x40000000 | 59, 0xFFFFFFFF):
            assert machine.decide(number) == (KILL if machine.name == "x86_64" else EPERM)

    def test_a_thread_may_be_started_and_a_process_may_not(self, machine):
        thread = 0x3D0F00  # the flags with which glibc starts a thread
        assert machine.decide("clone", thread) == ALLOW
        assert machine.decide("clone", 0x00010000) == ALLOW
        for flags in (0, 17, 0x01200011, 0x4111, thread & ~0x00010000):
            assert machine.decide("clone", flags) == EPERM
        assert machine.decide("clone3", thread) == ENOSYS

    @pytest.mark.parametrize("call", ["kill", "tgkill"])
    def test_only_the_process_itself_may_be_signalled(self, machine, call):
        assert machine.decide(call, *signal_to(call, PID, 11)) == ALLOW
        for pid in (0, 1, PID + 1, (1 << 32) - PID, (1 << 64) - 1):
            assert machine.decide(call, *signal_to(call, pid, 11)) == EPERM

    @pytest.mark.parametrize("call", ["kill", "tgkill"])
    def test_nobody_can_kill_itself_so_that_another_seems_to_have_done_it(self, machine, call):
        for number in (9, 9 | 1 << 32):  # the kernel looks at the low half only
            assert machine.decide(call, *signal_to(call, PID, number)) == EPERM
        for number in (0, 6, 11, 19, 24):
            assert machine.decide(call, *signal_to(call, PID, number)) == ALLOW

    def test_threads_can_be_refused(self, machine):
        code = seccomp.worker_program(machine.name, PID, threads=False)
        for flags in (0x3D0F00, 0x00010000, 0, 17):
            assert decide(code, machine.number("clone"), (flags,), machine.arch) == EPERM
        assert decide(code, machine.number("clone3"), (0,), machine.arch) == ENOSYS
        assert decide(code, machine.number("read"), (), machine.arch) == ALLOW

    def test_limits_may_be_asked_and_not_set(self, machine):
        assert machine.decide("prlimit64", 0, 7, 0, 0x7FFF0000) == ALLOW
        for pointer in (1, 0x7FFF1234, 0x7FFFFFFFE000):
            assert machine.decide("prlimit64", 0, 7, pointer) == EPERM

    def test_limits_may_not_be_set_from_wherever_they_lie(self, machine):
        assert machine.decide("prlimit64", 0, 7, 1 << 32) == EPERM

    def test_few_questions_may_be_put_to_a_descriptor(self, machine):
        for number in seccomp.IOCTLS:
            assert machine.decide("ioctl", 0, number) == ALLOW
        for number in (0, 0x5412, 0x541C, 0x5452, 0x8901, 0x5422):  # TIOCSTI among them
            assert machine.decide("ioctl", 0, number) == EPERM

    def test_a_descriptor_may_be_copied_and_sealed_but_not_made_to_signal(self, machine):
        for command in seccomp.FCNTLS:
            assert machine.decide("fcntl", 3, command) == ALLOW
        for command in (8, 9, 10, 11, 15, 16, 1024, 1026):  # F_SETOWN, F_SETSIG, F_SETLEASE, ...
            assert machine.decide("fcntl", 3, command) == EPERM

    def test_limits_of_another_process_may_not_even_be_asked(self, machine):
        assert machine.decide("prlimit64", PID, 7, 0) == ALLOW
        assert machine.decide("prlimit64", PID + 1, 7, 0) == EPERM

    @pytest.mark.parametrize(
        "name",
        [
            *("fork", "vfork", "execve", "execveat", "socket", "socketpair", "connect", "bind"),
            *("accept", "ptrace", "process_vm_readv", "setrlimit", "setuid", "mount", "unshare"),
            *("setns", "bpf", "keyctl", "io_uring_setup", "pidfd_send_signal", "tkill", "prctl"),
            *("rt_sigqueueinfo", "userfaultfd", "perf_event_open", "open_by_handle_at", "chmod"),
            *("link", "symlink", "truncate", "kexec_load", "seccomp", "chroot", "mknod"),
            *("memfd_create", "wait4", "pidfd_open", "setsid", "capset"),
        ],
    )
    def test_no_such_call_is_on_the_list(self, name):
        assert name not in seccomp.CALLS
        assert name not in SPECIAL


class TestHosts:
    """A host makes its workers, ends them, and confines them; it has nothing else besides."""

    def test_what_a_worker_may_and_what_a_host_needs_is_allowed_and_nothing_else(self, machine):
        code = seccomp.host_program(machine.name)
        calls = {**seccomp.CALLS, **seccomp.HOST_CALLS, "tgkill": seccomp.TGKILL}
        column = MACHINES[machine.name][1]
        listed = {numbers[column] for numbers in calls.values()} - {-1}
        special = {machine.number(name) for name in ("fcntl", "clone", "clone3", "ioctl")}
        assert not listed & special
        for number in {*range(1024), 0x3FFFFFFF} - special:
            allowed = ALLOW if number in listed else EPERM
            assert decide(code, number, (), machine.arch) == allowed, number

    def test_the_kernel_takes_a_program_of_this_length(self, machine):
        assert len(seccomp.host_program(machine.name)) // 8 <= 4096

    def test_it_may_make_processes_but_no_namespaces(self, machine):
        code, clone = seccomp.host_program(machine.name), machine.number("clone")
        for flags in (17, 0x01200011, 0x3D0F00):
            assert decide(code, clone, (flags,), machine.arch) == ALLOW
        for bit in (17, 25, 26, 27, 28, 29, 30):  # of mounts, cgroups, names, IPC, users, ...
            assert decide(code, clone, (17 | 1 << bit,), machine.arch) == EPERM
        assert decide(code, machine.number("clone3"), (), machine.arch) == ENOSYS

    @pytest.mark.parametrize(
        "name",
        [
            *("execve", "execveat", "socket", "socketpair", "connect", "ptrace", "setresuid"),
            *("unshare", "mount", "setns", "bpf", "memfd_create", "chroot", "chown", "symlink"),
        ],
    )
    def test_no_such_call_is_on_its_list(self, name):
        assert name not in {**seccomp.CALLS, **seccomp.HOST_CALLS, **SPECIAL}


HEADERS = {
    0: (Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), r"#define __NR_(\w+) (\d+)"),
    1: (Path("/usr/include/asm-generic/unistd.h"), r"#define __NR(?:3264)?_(\w+) (\d+)"),
}


@pytest.mark.parametrize("column", [0, 1])
def test_the_numbers_are_those_of_the_kernels_own_headers(column):
    path, pattern = HEADERS[column]
    if not path.exists():
        pytest.skip(f"{path} is not installed")
    known = {name: int(number) for name, number in re.findall(pattern, path.read_text())}
    if column == 1:  # names that the header leaves to each architecture
        known = {{"fstatat": "newfstatat"}.get(name, name): n for name, n in known.items()}
    for name, numbers in {**seccomp.CALLS, **seccomp.HOST_CALLS, **SPECIAL}.items():
        if name in known:
            assert numbers[column] == known[name], name
        else:
            assert numbers[column] == -1, name


class TestSupport:
    @pytest.mark.parametrize(
        ("system", "machine", "known"),
        [
            ("linux", "x86_64", True),
            ("linux", "aarch64", True),
            ("linux", "riscv64", False),
            ("darwin", "x86_64", False),
        ],
    )
    def test_it_is_there_where_the_numbers_are_known(self, monkeypatch, system, machine, known):
        monkeypatch.setattr(seccomp.sys, "platform", system)
        monkeypatch.setattr(seccomp.platform, "machine", lambda: machine)
        assert seccomp.supported() is known
        if not known:
            assert seccomp.enforce(1) is False
            assert seccomp.enforce_on_host() is False


def outcome(act):
    try:
        act()
    except OSError as error:
        return errno.errorcode[error.errno]
    except ValueError:  # what Python makes of a limit that may not be set
        return "EPERM"
    return "done"


def fork():
    if os.fork() == 0:
        os._exit(0)


def start_thread():
    done = []
    thread = threading.Thread(target=lambda: done.append(socket_refused()))
    thread.start()
    thread.join()
    assert done == [True]


def socket_refused():
    return outcome(lambda: socket.socket().close()) == "EPERM"


def limit(pid, address):
    """Sets the limit of open files of a process to what it is, from numbers at an address."""
    page = mmap.PAGESIZE
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    private_anonymous_fixed = 0x02 | 0x20 | 0x10
    where = ctypes.c_void_p(address)
    got = libc.mmap(where, page, 3, private_anonymous_fixed, -1, ctypes.c_long(0))
    assert got == address
    low, high = resource.getrlimit(resource.RLIMIT_NOFILE)
    ctypes.memmove(address, struct.pack("<QQ", low, high), 16)
    if libc.prlimit(pid, resource.RLIMIT_NOFILE, where, None) != 0:
        raise OSError(ctypes.get_errno(), "refused")


def live_filtered(_channel, folder):
    """Filters itself and tries what it may."""
    assert prctl(PR_SET_NO_NEW_PRIVS, 1)
    parent = os.getppid()
    assert seccomp.enforce(os.getpid())
    return {
        "file": outcome(lambda: open(f"{folder}/file", "w", encoding="utf-8").close()),
        "folder": outcome(lambda: os.mkdir(f"{folder}/folder")),
        "thread": outcome(start_thread),
        "own signal": outcome(lambda: os.kill(os.getpid(), 0)),
        "own end": outcome(lambda: os.kill(os.getpid(), 9)),
        "memory that no limit counts": outcome(lambda: os.memfd_create("one")),
        "ask limits": outcome(lambda: resource.getrlimit(resource.RLIMIT_AS)),
        "pipe": outcome(lambda: [os.close(each) for each in os.pipe()]),
        "fork": outcome(fork),
        "execute": outcome(lambda: os.execv("/bin/true", ["true"])),  # noqa: S606  # must fail
        "socket": outcome(lambda: socket.socket().close()),
        "socket pair": outcome(socket.socketpair),
        "signal": outcome(lambda: os.kill(parent, 0)),
        "group signal": outcome(lambda: os.kill(0, 0)),
        "set limits": outcome(lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40))),
        "link": outcome(lambda: os.symlink("/", f"{folder}/link")),
        "mode": outcome(lambda: os.chmod(folder, 0o700)),
        "priority": outcome(lambda: os.nice(1)),
        "limits of another, low address": outcome(lambda: limit(parent, 0x10000000)),
        "limits of another, odd address": outcome(lambda: limit(parent, 1 << 32)),
    }


needs_seccomp = pytest.mark.skipif(not seccomp.supported(), reason="no filter for this machine")
MAY = {"file", "folder", "thread", "own signal", "ask limits", "pipe"}
ODD = "limits of another, odd address"


@needs_seccomp
def test_the_real_one_allows_what_was_allowed_and_nothing_else(in_child, tmp_path):
    seen = in_child(live_filtered, str(tmp_path))
    seen.pop(ODD)
    assert seen == {name: "done" if name in MAY else "EPERM" for name in seen}


@needs_seccomp
def test_the_limits_of_the_grader_cannot_be_changed(in_child, tmp_path):
    assert in_child(live_filtered, str(tmp_path))[ODD] == "EPERM"


def test_without_the_promise_of_no_new_privileges_the_kernel_may_refuse_and_it_is_told(
    monkeypatch,
):
    class Refusing:
        def __init__(self, *_args, **_more):
            self.prctl = lambda *_args: -1

    monkeypatch.setattr(seccomp.ctypes, "CDLL", Refusing)
    monkeypatch.setattr(seccomp, "supported", lambda: True)
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    assert seccomp.enforce(PID) is False
    assert seccomp.enforce_on_host() is False


def live_as_host(_channel, folder, threads):
    """Filters itself as a host does, makes a process, and has that filter itself once more."""
    assert prctl(PR_SET_NO_NEW_PRIVS, 1)
    assert seccomp.enforce_on_host()
    seen = {
        "execute": outcome(lambda: os.execv("/bin/true", ["true"])),  # noqa: S606  # must fail
        "socket": outcome(lambda: socket.socket().close()),
        "socket pair": outcome(socket.socketpair),
        "owner": outcome(lambda: os.chown(folder, 0, 0)),
        "mode": outcome(lambda: os.chmod(folder, 0o700)),
    }
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        held = seccomp.enforce(os.getpid(), threads=threads)
        try:
            start_thread()
            thread = "done"
        except RuntimeError as error:
            thread = str(error)
        os.write(writer, json.dumps([held, outcome(fork), thread]).encode())
        os._exit(0)
    seen["collect"] = outcome(lambda: os.waitpid(pid, 0))
    seen["child"] = json.loads(os.read(reader, 1000))
    return seen


@needs_seccomp
@pytest.mark.parametrize(("threads", "thread"), [(True, "done"), (False, "can't start new thread")])
def test_a_real_host_makes_processes_that_can_make_none(in_child, tmp_path, threads, thread):
    assert in_child(live_as_host, str(tmp_path), threads) == {
        **dict.fromkeys(("execute", "socket", "socket pair", "owner"), "EPERM"),
        **dict.fromkeys(("mode", "collect"), "done"),
        "child": [True, "EPERM", thread],
    }
