"""Users, capabilities and process flags: what is asked of the kernel, and what a child is then."""

import os
import signal
import struct
import sys

import pytest

from grader.worker.inside import privileges

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")
root = pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")


def status():
    """What the kernel says of this process, by name."""
    with open("/proc/self/status", encoding="utf-8") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file)


@pytest.fixture
def kernel(monkeypatch):
    """Plays a kernel that answers every call with one number, and keeps the calls."""

    def play(answer, machine="x86_64"):
        calls = []

        class Libc:
            def __init__(self):
                self.prctl = lambda *call: calls.append(("prctl", *call)) or answer
                self.syscall = lambda number, *call: (
                    calls.append(("syscall", number.value, *call)) or answer
                )

        # Not the C library itself: what the module keeps of it would outlive this test.
        monkeypatch.setattr(privileges, "_libc", Libc)
        monkeypatch.setattr(sys, "platform", "linux")
        names = os.uname()
        changed = os.uname_result((*tuple(names)[:4], machine))
        monkeypatch.setattr(os, "uname", lambda: changed)
        return calls

    return play


class TestFlags:
    def test_elsewhere_nothing_is_asked_of_the_kernel(self, kernel, monkeypatch):
        calls = kernel(0)
        monkeypatch.setattr(sys, "platform", "darwin")
        assert privileges.prctl(privileges.PR_SET_DUMPABLE, 0) is False
        assert privileges.drop_capabilities() is False
        assert calls == []

    @pytest.mark.parametrize(("answer", "done"), [(0, True), (-1, False)])
    def test_whether_the_kernel_did_it_is_told(self, kernel, answer, done):
        calls = kernel(answer)
        assert privileges.prctl(privileges.PR_SET_DUMPABLE, 0) is done
        assert calls == [("prctl", 4, 0, 0, 0, 0)]

    def test_ending_with_the_parent_is_asked_and_orphans_are_taken(self, kernel):
        calls = kernel(0)
        assert privileges.end_with_parent(os.getppid()) is True
        assert [call[1:3] for call in calls] == [(36, 1), (1, signal.SIGKILL)]

    def test_a_parent_that_has_ended_already_ends_the_process(self, kernel, monkeypatch):
        kernel(0)
        monkeypatch.setattr(os, "_exit", lambda code: sys.exit(code))
        with pytest.raises(SystemExit) as caught:
            privileges.end_with_parent(os.getppid() + 1)
        assert caught.value.code == 1

    @linux
    def test_a_process_really_ends_with_its_parent(self, in_child, gone_soon):
        def live(channel):
            reader, writer = os.pipe()
            parent = os.getpid()
            pid = os.fork()
            if pid == 0:
                os.close(channel)  # else one that lives on would keep its reader waiting
                signal.alarm(120)  # nor may it outlive a test that fails
                privileges.end_with_parent(parent)
                os.write(writer, b"1")
                signal.pause()
            os.read(reader, 1)
            return pid

        assert gone_soon(in_child(live))


class TestUsers:
    @pytest.fixture
    def calls(self, monkeypatch):
        """Keeps the changes of user that are asked of the system."""
        made = []
        for name in ("setgroups", "setresgid", "setresuid"):
            monkeypatch.setattr(os, name, lambda *ids, name=name: made.append((name, *ids)))
        monkeypatch.setattr(os, "getuid", lambda: 0)
        monkeypatch.setattr(
            privileges, "prctl", lambda option, value: made.append((option, value)) or True
        )
        return made

    def test_only_root_can_become_another(self, calls, monkeypatch):
        monkeypatch.setattr(os, "getuid", lambda: 1000)
        assert privileges.become_other_user((7,), keep_reading=True) is False
        assert calls == []

    @pytest.mark.parametrize("keep", [True, False])
    def test_the_first_that_can_be_had_is_taken_without_groups(self, calls, keep):
        assert privileges.become_other_user((7, 8), keep) is True
        assert calls == [
            (privileges.PR_SET_KEEPCAPS, int(keep)),
            ("setgroups", []),
            ("setresgid", 7, 7, 7),
            ("setresuid", 7, 7, 7),
        ]

    def test_the_next_is_tried_where_the_system_refuses_one(self, calls, monkeypatch):
        def only_eight(*ids):
            if ids != (8, 8, 8):
                raise PermissionError

        monkeypatch.setattr(os, "setresuid", only_eight)
        assert privileges.become_other_user((7, 8), False) is True
        assert privileges.become_other_user((7,), False) is False

    @root
    def test_a_child_really_is_another_and_cannot_go_back(self, in_child):
        def live(_channel):
            done = privileges.become_other_user((0x7000_0001, 65534), keep_reading=False)
            dropped = privileges.drop_capabilities()
            try:
                os.setuid(0)
            except PermissionError:
                return [done, dropped, os.getresuid()[0] == os.getresuid()[2], os.getgroups()]
            return "went back"

        assert in_child(live) == [True, True, True, []]


class TestCapabilities:
    def test_a_machine_without_a_known_number_keeps_them(self, kernel):
        calls = kernel(0, machine="riscv64")
        assert privileges.drop_capabilities() is False
        assert calls == []

    @pytest.mark.parametrize(("machine", "number"), [("x86_64", 126), ("aarch64", 91)])
    def test_all_are_dropped_from_every_set(self, kernel, machine, number):
        calls = kernel(0, machine)
        assert privileges.drop_capabilities() is True
        assert [call[1:3] for call in calls[:-1]] == [(24, n) for n in range(64)]
        assert calls[-1] == ("syscall", number, struct.pack("<Ii", 0x20080522, 0), bytes(24))

    def test_the_one_to_read_may_be_kept(self, kernel):
        calls = kernel(0)
        assert privileges.drop_capabilities(keep_reading=True) is True
        assert calls[-1][3] == struct.pack("<6I", 4, 4, 0, 0, 0, 0)

    def test_where_it_cannot_be_kept_it_goes_too(self, kernel):
        calls = kernel(-1)
        assert privileges.drop_capabilities(keep_reading=True) is False
        assert [struct.unpack("<6I", call[3])[0] for call in calls if call[0] == "syscall"] == [
            *(4, 0)
        ]

    @linux
    @pytest.mark.parametrize("keep", [True, False])
    def test_a_child_really_has_no_others_left(self, in_child, keep):
        def live(_channel):
            dropped = privileges.drop_capabilities(keep_reading=keep)
            seen = status()
            return [dropped, *(int(seen[name], 16) for name in ("CapEff", "CapPrm", "CapInh"))]

        left = 4 & int(status()["CapPrm"], 16) if keep else 0  # not even all of root have it
        assert in_child(live) == [True, left, left, 0]
