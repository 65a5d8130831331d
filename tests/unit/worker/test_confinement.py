"""What a worker gives up: each layer is told when it holds, and only then."""

import os
import resource
import sys
import threading

import numpy as np
import pytest

from grader.worker.inside import confinement, landlock, seccomp, selftest
from grader.worker.inside.confinement import Readable
from grader.worker.sandbox import EXTRA, LAYERS_A, LAYERS_B, trust

PACKAGES = (os.path.dirname(np.__file__),)
ROOMY_MIB = 1 << 15  # this process has more mapped than a worker
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")


@pytest.fixture
def readable():
    opened = confinement.open_readable(PACKAGES)
    yield opened
    for handle, _ in opened.handles:
        os.close(handle)


class TestReadable:
    def test_folders_and_files_are_told_apart_and_nothing_installed_is_among_them(self, readable):
        paths = {os.readlink(f"/proc/self/fd/{handle}"): is_folder
                 for handle, is_folder in readable.handles}  # fmt: skip
        assert paths["/dev/null"] is False
        assert paths[os.path.realpath(PACKAGES[0])] is True
        assert all(os.path.isdir(path) == is_folder for path, is_folder in paths.items())
        names = {os.path.basename(path) for path in paths}
        assert not names & {"site-packages", "dist-packages"}
        assert "/" not in paths
        assert not any(os.path.realpath(__file__).startswith(path + "/") for path in paths)

    def test_paths_that_are_not_there_are_left_out(self, readable, monkeypatch):
        monkeypatch.setattr(confinement, "_is_open_to_all", lambda path: True)
        more = confinement.open_readable((*PACKAGES, "/nowhere/at/all"))
        for handle, _ in more.handles:
            os.close(handle)
        assert len(more.handles) == len(readable.handles)
        assert more.for_everybody

    @pytest.mark.parametrize(("mode", "to_all"), [(0o755, True), (0o711, True), (0o750, False)])
    def test_one_closed_folder_on_the_way_keeps_others_out(self, tmp_path, mode, to_all):
        inner = tmp_path / "a" / "b"
        inner.mkdir(parents=True)
        for folder in (inner, *inner.parents[:3]):
            if os.access(folder, os.W_OK) and str(folder).startswith(str(tmp_path)):
                folder.chmod(0o755)
        (tmp_path / "a").chmod(mode)
        within = os.path.relpath(inner, tmp_path)
        previous = os.getcwd()
        os.chdir(tmp_path)
        try:
            assert confinement._is_open_to_all(within) is to_all
        finally:
            os.chdir(previous)
            (tmp_path / "a").chmod(0o755)


class TestLayersThatAreNotThere:
    def test_elsewhere_nothing_is_asked_of_the_kernel(self, monkeypatch):
        monkeypatch.setattr(sys, "platform", "darwin")
        assert confinement._prctl(confinement.PR_SET_DUMPABLE, 0) is False
        assert confinement._drop_capabilities() is False
        assert confinement.die_with_parent() is False

    def test_capabilities_of_a_machine_without_a_known_number_are_kept(self, monkeypatch):
        monkeypatch.setattr(confinement, "CAPSET", {})
        assert confinement._drop_capabilities() is False

    def test_without_landlock_files_are_not_restricted(self, monkeypatch):
        monkeypatch.setattr(landlock, "version", lambda: 0)
        assert confinement._restrict_files("/", Readable((), True)) is False

    @pytest.mark.parametrize(("uid", "for_everybody"), [(1000, True), (0, False), (1000, False)])
    def test_the_user_stays_where_it_cannot_change(self, monkeypatch, uid, for_everybody):
        monkeypatch.setattr(os, "getuid", lambda: uid)
        monkeypatch.setattr(os, "setresuid", lambda *ids: pytest.fail("changed"), raising=False)
        assert confinement._drop_user("/", Readable((), for_everybody)) is False

    def test_a_system_that_refuses_another_user_is_told(self, monkeypatch, tmp_path):
        def refuse(*_ids):
            raise PermissionError

        monkeypatch.setattr(os, "getuid", lambda: 0)
        monkeypatch.setattr(os, "chown", refuse)
        assert confinement._drop_user(str(tmp_path), Readable((), True)) is False

    def test_another_user_owns_the_folder_and_has_no_groups(self, monkeypatch):
        calls = []
        for name in ("chown", "setgroups", "setresgid", "setresuid"):
            monkeypatch.setattr(os, name, lambda *ids, name=name: calls.append((name, *ids)))
        monkeypatch.setattr(os, "getuid", lambda: 0)
        assert confinement._drop_user("/work", Readable((), True)) is True
        assert calls == [
            ("chown", "/work", 65534, 65534),
            ("setgroups", []),
            ("setresgid", 65534, 65534, 65534),
            ("setresuid", 65534, 65534, 65534),
        ]


class TestLimits:
    @pytest.fixture
    def limits(self, monkeypatch):
        made = {}
        monkeypatch.setattr(resource, "setrlimit", made.__setitem__)
        monkeypatch.setattr(resource, "getrlimit", lambda name: made.get(name, (-1, -1)))
        return made

    def test_all_are_set_and_confirmed(self, limits, monkeypatch):
        monkeypatch.setattr(os, "getuid", lambda: 0)
        assert confinement._limit(512, 7) is True
        assert limits == {
            resource.RLIMIT_AS: (512 << 20,) * 2,
            resource.RLIMIT_CPU: (7, 7),
            resource.RLIMIT_FSIZE: (64 << 20,) * 2,
            resource.RLIMIT_CORE: (0, 0),
            resource.RLIMIT_NPROC: (64, 64),
        }

    def test_the_processes_of_a_person_are_not_counted(self, limits, monkeypatch):
        monkeypatch.setattr(os, "getuid", lambda: 1000)
        assert confinement._limit(512, 7) is True
        assert resource.RLIMIT_NPROC not in limits

    def test_one_that_cannot_be_set_and_is_not_in_force_is_told(self, limits, monkeypatch):
        def refuse(name, pair):
            if name == resource.RLIMIT_AS:
                raise ValueError
            limits[name] = pair

        monkeypatch.setattr(resource, "setrlimit", refuse)
        assert confinement._limit(512, 7) is False
        limits[resource.RLIMIT_AS] = (1 << 20, 1 << 20)  # a lower one was in force before
        assert confinement._limit(512, 7) is True


def live_confined(channel, folder, readable):
    parent = os.getppid()
    held = confinement.confine(channel, ROOMY_MIB, 60, folder, readable)
    seen = []
    thread = threading.Thread(target=lambda: seen.append(os.getcwd()))
    thread.start()
    thread.join()
    open_now = []
    for number in range(3, 1024):
        try:
            os.fstat(number)
        except OSError:
            continue
        open_now.append(number)
    with open("own", "w", encoding="utf-8") as file:
        file.write("text")
    refused = selftest.run(parent, os.path.dirname(selftest.__file__)) if (
        {"landlock", "seccomp"} <= set(held)) else {}  # fmt: skip
    return {
        "held": held,
        "threads": seen,
        "open": [number for number in open_now if number != channel],
        "environment": dict(os.environ),
        "refused": refused,
    }


@linux
class TestConfining:
    def test_a_child_holds_what_it_says_and_is_refused_what_it_tries(
        self, in_child, tmp_path, readable
    ):
        seen = in_child(live_confined, str(tmp_path), readable)
        assert "raised" not in seen, seen.get("raised")
        held = set(seen["held"])
        assert len(seen["held"]) == len(held)
        assert held <= {*LAYERS_B, *EXTRA}
        assert held >= {
            *("separate_process", "empty_environment", "closed_descriptors", "resource_limits"),
            *("no_new_privileges", "not_dumpable"),
        }
        assert ("landlock" in held) == (landlock.version() > 0)
        assert ("seccomp" in held) == seccomp.supported()
        assert (seen["threads"], seen["open"], seen["environment"]) == ([str(tmp_path)], [], {})
        assert (tmp_path / "own").read_text(encoding="utf-8") == "text"
        if not {"landlock", "seccomp"} <= held:
            pytest.skip("this machine has no Landlock or no system-call filter")
        assert [name for name, was in seen["refused"].items() if not was] == []
        assert len(seen["refused"]) == 16
        found = trust(seen["held"], seen["refused"])
        assert (found.tier, found.allowed) == ("B", ())
        assert set(found.missing) <= set(LAYERS_A) - set(LAYERS_B)

    def test_beside_a_second_thread_no_filter_is_claimed(self, in_child, tmp_path, readable):
        def live(channel):
            waiting = threading.Event()
            threading.Thread(target=waiting.wait, daemon=True).start()
            return confinement.confine(channel, ROOMY_MIB, 60, str(tmp_path), readable)

        held = in_child(live)
        assert "raised" not in held
        assert "seccomp" not in held
        assert "closed_descriptors" in held

    def test_where_no_layer_can_be_had_none_is_claimed(
        self, in_child, tmp_path, readable, monkeypatch
    ):
        monkeypatch.setattr(confinement, "_prctl", lambda option, value: False)
        monkeypatch.setattr(confinement, "_limit", lambda memory_mib, cpu_s: False)
        monkeypatch.setattr(confinement, "_drop_capabilities", lambda: False)
        monkeypatch.setattr(confinement, "_drop_user", lambda folder, readable: False)
        monkeypatch.setattr(confinement, "_restrict_files", lambda folder, readable: False)
        monkeypatch.setattr(seccomp, "enforce", lambda pid: False)
        held = in_child(
            lambda channel: confinement.confine(channel, ROOMY_MIB, 60, str(tmp_path), readable)
        )
        assert held == ["separate_process", "empty_environment", "closed_descriptors"]
