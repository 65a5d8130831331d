"""Landlock: what a ruleset says for each version of the kernel, and that the real one holds."""

import os
import socket
import struct
import sys

import pytest

from grader.worker.inside import landlock
from grader.worker.inside.privileges import PR_SET_NO_NEW_PRIVS, prctl

needs_landlock = pytest.mark.skipif(landlock.version() < 1, reason="this kernel has no Landlock")


@pytest.fixture
def kernel(monkeypatch):
    """Plays a kernel of some version, and keeps the calls that it gets."""

    def play(version, descriptor=9):
        calls = []

        def syscall(number, *arguments):
            calls.append((number, *(getattr(each, "value", each) for each in arguments)))
            if number == landlock.CREATE_RULESET:
                asked_for_version = calls[-1][1] is None
                return version if asked_for_version else descriptor
            return 0

        monkeypatch.setattr(landlock, "_syscall", syscall)
        monkeypatch.setattr(sys, "platform", "linux")
        return calls

    return play


def rules(calls):
    """The rights and descriptors of the rules that were added."""
    return [struct.unpack("<Qi", call[3]) for call in calls if call[0] == landlock.ADD_RULE]


class TestVersions:
    @pytest.mark.parametrize("answer", [0, -1, 3, 7])
    def test_it_is_what_the_kernel_says_and_never_negative(self, kernel, answer):
        calls = kernel(answer)
        assert landlock.version() == max(0, answer)
        assert calls == [(444, None, 0, 1)]

    def test_elsewhere_there_is_none(self, monkeypatch):
        monkeypatch.setattr(sys, "platform", "darwin")
        assert landlock.version() == 0


class TestRulesets:
    @pytest.mark.parametrize(
        ("version", "layout"),
        [
            (1, [(1 << 13) - 1]),
            (2, [(1 << 14) - 1]),
            (3, [(1 << 15) - 1]),
            (4, [(1 << 15) - 1, 0b11]),
            (5, [(1 << 16) - 1, 0b11]),
            (6, [(1 << 16) - 1, 0b11, 0b11]),
            (9, [(1 << 16) - 1, 0b11, 0b11]),
        ],
    )
    def test_all_that_a_version_knows_is_denied(self, kernel, version, layout):
        calls = kernel(version)
        ruleset = landlock.Ruleset()
        number, attributes, size, flags = calls[-1]
        assert (number, size, flags) == (444, 8 * len(layout), 0)
        assert list(struct.unpack(f"<{len(layout)}Q", attributes)) == layout
        assert ruleset.descriptor == 9

    def test_a_kernel_without_it_is_an_error(self, kernel):
        kernel(0)
        with pytest.raises(OSError, match=r"^the kernel has no Landlock$"):
            landlock.Ruleset()

    def test_a_kernel_that_refuses_is_an_error(self, kernel):
        kernel(3, descriptor=-1)
        with pytest.raises(OSError, match=r"^the kernel refused a Landlock ruleset$"):
            landlock.Ruleset()

    def test_a_file_gets_only_rights_that_a_file_can_have(self, kernel, tmp_path):
        calls = kernel(3)
        file = tmp_path / "file"
        file.touch()
        ruleset = landlock.Ruleset()
        ruleset.allow([str(tmp_path), str(file)], landlock.WORK)
        (folder_rights, _), (file_rights, _) = rules(calls)
        assert folder_rights == landlock.WORK
        assert file_rights == landlock.READ_FILE | landlock.WRITE_FILE | landlock.TRUNCATE

    def test_rights_that_the_version_does_not_know_are_not_granted(self, kernel, tmp_path):
        calls = kernel(2)  # knows no truncation
        landlock.Ruleset().allow([str(tmp_path)], landlock.WORK)
        assert rules(calls)[0][0] == landlock.WORK & ~landlock.TRUNCATE

    def test_a_path_that_is_not_there_is_left_out_and_no_descriptor_stays_open(
        self, kernel, tmp_path
    ):
        calls = kernel(3)
        before = len(os.listdir("/proc/self/fd"))
        landlock.Ruleset().allow([str(tmp_path / "gone"), str(tmp_path)], landlock.READ)
        assert len(rules(calls)) == 1
        assert len(os.listdir("/proc/self/fd")) == before

    @pytest.mark.parametrize(("answer", "holds"), [(0, True), (-1, False)])
    def test_whether_it_is_in_force_is_told(self, kernel, monkeypatch, answer, holds):
        kernel(3)
        ruleset = landlock.Ruleset()
        calls = []
        monkeypatch.setattr(landlock, "_syscall", lambda *call: calls.append(call) or answer)
        assert ruleset.enforce() is holds
        assert calls[0][0] == 446


def refused(act):
    try:
        act()
    except OSError:
        return True
    return False


def live_in(_channel, allowed, readable, outside):
    """Restricts itself to one folder for work and one for reading, and tries what it may."""
    ruleset = landlock.Ruleset()
    ruleset.allow([allowed], landlock.WORK)
    ruleset.allow([readable], landlock.READ)
    assert prctl(PR_SET_NO_NEW_PRIVS, 1)
    assert ruleset.enforce()

    def connect():
        with socket.socket() as channel:
            channel.bind(("127.0.0.1", 0))

    def write(path):
        with open(path, "w", encoding="utf-8") as file:
            file.write("text")

    def read(path):
        with open(path, encoding="utf-8") as file:
            assert file.read() == "text"

    return {
        "write": refused(lambda: write(f"{allowed}/new")),
        "read back": refused(lambda: read(f"{allowed}/new")),
        "folder": refused(lambda: os.mkdir(f"{allowed}/folder")),
        "remove": refused(lambda: os.remove(f"{allowed}/new")),
        "read": refused(lambda: read(f"{readable}/file")),
        "list": refused(lambda: os.listdir(readable)),
        "write where one may read": refused(lambda: write(f"{readable}/file")),
        "remove where one may read": refused(lambda: os.remove(f"{readable}/file")),
        "link": refused(lambda: os.symlink("/", f"{allowed}/link")),
        "read outside": refused(lambda: read(f"{outside}/file")),
        "list outside": refused(lambda: os.listdir(outside)),
        "write outside": refused(lambda: write(f"{outside}/new")),
        "connect": refused(connect),
        "signal": refused(lambda: os.kill(os.getppid(), 0)),
    }


@needs_landlock
def test_the_real_one_allows_what_was_allowed_and_nothing_else(in_child, tmp_path):
    folders = [tmp_path / name for name in ("allowed", "readable", "outside")]
    for folder in folders:
        folder.mkdir()
        (folder / "file").write_text("text", encoding="utf-8")
    seen = in_child(live_in, *map(str, folders))
    allowed = {"write", "read back", "folder", "remove", "read", "list"}
    if landlock.version() < 4:
        seen.pop("connect")
    if landlock.version() < 6:
        seen.pop("signal")
    assert seen == {name: name not in allowed for name in seen}
