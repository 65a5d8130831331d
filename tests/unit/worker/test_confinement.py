"""What hosts and workers give up: each layer is told when it holds, and only then."""

import json
import os
import resource
import shutil
import sys
import tempfile
import threading

import numpy as np
import pytest

from grader.worker.inside import confinement, landlock, seccomp, selftest, zygote
from grader.worker.inside.confinement import Place, confine, confine_host
from grader.worker.inside.privileges import NOBODY, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS
from grader.worker.inside.readable import Readable, is_open_to_all, open_readable
from grader.worker.sandbox import EXTRA, LAYERS_A, LAYERS_B, trust

PACKAGES = (os.path.dirname(np.__file__),)
ROOMY_MIB = 1 << 15  # this process has more mapped than a worker
UID = 0x7000_0002
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")


def place(readable=None, **changes):
    plain = {
        "readable": readable or Readable((), True),
        "scratch": "/scratch",
        "namespaces": False,
        "uid": UID,
        "max_tasks": zygote.MAX_TASKS,
        "keep_reading": False,
    }
    return Place(**{**plain, **changes})


@pytest.fixture
def readable():
    opened = open_readable(PACKAGES)
    yield opened
    for handle, _ in opened.handles:
        os.close(handle)


@pytest.fixture
def folder():
    """A folder for one host, which another user can reach, as the zygote makes it."""
    above = tempfile.mkdtemp(prefix="grader-test-")
    os.chmod(above, 0o711)  # noqa: S103  # to pass through, not to list
    made = os.path.join(above, "0")
    os.mkdir(made, 0o700)
    yield made
    shutil.rmtree(above)


class TestHosts:
    @pytest.fixture
    def steps(self, monkeypatch):
        """Plays a system that does all that root asks of it, and keeps what was asked, in order."""
        asked = []

        def plays(owner, name, answer=None):
            monkeypatch.setattr(owner, name, lambda *given: asked.append((name, *given)) or answer)

        plays(confinement, "_has_one_thread", True)
        monkeypatch.setattr(resource, "getrlimit", lambda name: (-1, -1))
        for owner, name in ((resource, "setrlimit"), (os, "chown")):
            plays(owner, name)
        for name in ("become_other_user", "drop_capabilities", "end_with_parent", "prctl"):
            plays(confinement, name, True)
        plays(confinement, "_restrict_files", True)
        plays(seccomp, "enforce_on_host", True)
        monkeypatch.setattr(os, "getuid", lambda: 0)
        return asked

    def test_layers_come_in_the_order_in_which_each_leaves_room_for_the_next(self, steps):
        readable = Readable((), True)
        assert confine_host(place(readable), "/scratch/0", 12) == (
            *("other_user", "no_capabilities", "not_dumpable", "no_new_privileges"),
            "parser_confined",
        )
        assert [step for step in steps if step[0] != "setrlimit"] == [
            ("_has_one_thread",),
            ("chown", "/scratch/0", UID, UID),
            ("become_other_user", (UID, NOBODY), False),
            ("drop_capabilities", False),
            ("end_with_parent", 12),
            ("prctl", PR_SET_DUMPABLE, 0),
            ("prctl", PR_SET_NO_NEW_PRIVS, 1),
            ("_restrict_files", "/scratch/0", readable),
            ("enforce_on_host",),
        ]

    def test_bubblewrap_is_told_where_the_zygote_has_namespaces_of_its_own(self, steps):
        assert confine_host(place(namespaces=True), "/scratch/0", 12)[0] == "bubblewrap"
        assert "bubblewrap" not in confine_host(place(namespaces=False), "/scratch/0", 12)

    @pytest.mark.parametrize(
        ("hard", "made"),
        [
            (-1, (2 << 30, -1)),  # none is in force
            (1 << 40, (2 << 30, 1 << 40)),
            (1 << 30, (1 << 30, 1 << 30)),  # a lower one is
        ],
    )
    def test_memory_and_time_are_limited_and_its_workers_may_have_more(
        self, steps, monkeypatch, hard, made
    ):
        monkeypatch.setattr(resource, "getrlimit", lambda name: (hard, hard))
        confine_host(place(), "/scratch/0", 12)
        assert ("setrlimit", resource.RLIMIT_AS, made) in steps
        assert ("setrlimit", resource.RLIMIT_CPU, (60, hard)) in steps

    def test_anybody_but_root_gives_no_folder_away(self, steps, monkeypatch):
        monkeypatch.setattr(os, "getuid", lambda: 1000)
        confine_host(place(), "/scratch/0", 12)
        assert "chown" not in [step[0] for step in steps]

    def test_a_folder_that_cannot_be_given_away_stops_nothing(self, steps, monkeypatch):
        def refuse(*_given):
            raise PermissionError

        monkeypatch.setattr(os, "chown", refuse)
        assert "other_user" in confine_host(place(), "/scratch/0", 12)

    @pytest.mark.parametrize(("becomes", "keeps"), [(True, True), (False, False)])
    def test_reading_for_root_alone_is_kept_by_another_user_who_needs_it(
        self, steps, monkeypatch, becomes, keeps
    ):
        monkeypatch.setattr(confinement, "become_other_user", lambda uids, keep: keep and becomes)
        confine_host(place(keep_reading=True), "/scratch/0", 12)
        assert ("drop_capabilities", keeps) in steps

    @pytest.mark.parametrize(
        ("owner", "name", "lost"),
        [
            (confinement, "become_other_user", {"other_user"}),
            (confinement, "drop_capabilities", {"no_capabilities"}),
            (confinement, "prctl", {"not_dumpable", "no_new_privileges"}),
            (confinement, "_has_one_thread", {"parser_confined"}),
            (confinement, "_restrict_files", {"parser_confined"}),
            (seccomp, "enforce_on_host", {"parser_confined"}),
        ],
    )
    def test_what_cannot_be_had_is_not_claimed(self, steps, monkeypatch, owner, name, lost):
        everything = set(confine_host(place(), "/scratch/0", 12))
        monkeypatch.setattr(owner, name, lambda *given: False)
        assert everything - set(confine_host(place(), "/scratch/0", 12)) == lost


class TestLayersThatAreNotThere:
    def test_without_landlock_files_are_not_restricted(self, monkeypatch):
        monkeypatch.setattr(landlock, "version", lambda: 0)
        assert confinement._restrict_files("/", Readable((), True)) is False

    def test_threads_that_cannot_be_counted_are_those_of_a_fork(self, monkeypatch):
        def refuse(_path):
            raise PermissionError

        monkeypatch.setattr(os, "listdir", refuse)
        assert confinement._has_one_thread() is True


class TestLimits:
    @pytest.fixture
    def limits(self, monkeypatch):
        made = {}
        monkeypatch.setattr(resource, "setrlimit", made.__setitem__)
        monkeypatch.setattr(resource, "getrlimit", lambda name: made.get(name, (-1, -1)))
        return made

    def test_all_are_set_and_confirmed(self, limits):
        assert confinement._limit(512, 7, 65) is True
        assert limits == {
            resource.RLIMIT_AS: (512 << 20,) * 2,
            resource.RLIMIT_CPU: (7, 12),
            resource.RLIMIT_FSIZE: (64 << 20,) * 2,
            resource.RLIMIT_CORE: (0, 0),
            resource.RLIMIT_NPROC: (65, 65),
        }

    @pytest.mark.parametrize("error", [ValueError, OSError])
    def test_one_that_cannot_be_set_and_is_not_in_force_is_told(self, limits, monkeypatch, error):
        def refuse(name, pair):
            if name == resource.RLIMIT_AS:
                raise error
            limits[name] = pair

        monkeypatch.setattr(resource, "setrlimit", refuse)
        assert confinement._limit(512, 7, 65) is False
        limits[resource.RLIMIT_AS] = (1 << 20, 1 << 20)  # a lower one was in force before
        assert confinement._limit(512, 7, 65) is True
        limits[resource.RLIMIT_AS] = (1 << 30, 1 << 30)
        assert confinement._limit(512, 7, 65) is False


def open_descriptors():
    found = []
    for number in range(3, 1024):
        try:
            os.fstat(number)
        except OSError:
            continue
        found.append(number)
    return found


def live_as_worker(channel, folder, place, host, grader):
    """Confines this process as a worker and looks at what it can still do."""
    held = confine((channel,), ROOMY_MIB, 60, folder, place, host)
    seen = []
    thread = threading.Thread(target=lambda: seen.append(os.getcwd()))
    try:
        thread.start()
        thread.join()
    except RuntimeError:  # no thread may be started
        seen = []
    open_now = open_descriptors()
    with open("own", "w", encoding="utf-8") as file:
        file.write("text")
    targets = selftest.Targets(
        grader=grader,
        file=__file__,
        folder=tempfile.gettempdir(),
        reference=os.path.dirname(selftest.__file__),
    )
    # Where nothing is refused, the acts would be done.
    refused = selftest.run(targets) if {"landlock", "seccomp"} <= set(held) else {}
    return {
        "held": held,
        "threads": seen,
        "open": [number for number in open_now if number != channel],
        "environment": dict(os.environ),
        "refused": refused,
        "uid": os.getuid(),
    }


def live_as_host(_channel, folder, place):
    """Confines this process as a host, forks a worker, and returns what it saw, with our layers."""
    # The process of the tests has more mapped than a zygote.
    confinement.PARSER_MEMORY_BYTES = ROOMY_MIB << 20
    grader = os.getppid()
    tempfile.gettempdir()  # looked for once, while it can be
    held = confine_host(place, folder, grader)
    own = os.path.join(folder, "worker")
    os.mkdir(own, 0o700)
    host, (reader, writer) = os.getpid(), os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writer, json.dumps(live_as_worker(writer, own, place, host, grader)).encode())
        os._exit(0)
    os.close(writer)
    with open(reader, "rb") as file:
        told = file.read()
    _, status = os.waitpid(pid, 0)
    return {**json.loads(told or "{}"), "held_by_host": held, "status": status, "own": own}


@linux
class TestConfining:
    def test_a_worker_holds_what_it_and_its_host_say_and_is_refused_what_it_tries(
        self, in_child, folder, readable
    ):
        tasks = zygote.MAX_TASKS
        if os.getuid() != 0:  # then all of this user's are counted
            tasks = zygote.MAX_MORE_TASKS + zygote._tasks_of(os.getuid())
        open_to_all = readable.for_everybody and is_open_to_all(os.path.dirname(folder))
        where = place(readable, max_tasks=tasks, keep_reading=not open_to_all)
        seen = in_child(live_as_host, folder, where)
        assert "raised" not in seen, seen.get("raised")
        assert seen["status"] == 0
        layers = [*seen["held_by_host"], *seen["held"]]
        held = set(layers)
        assert len(layers) == len(held)
        assert held <= {*LAYERS_B, *EXTRA}
        assert held >= {
            *("separate_process", "empty_environment", "closed_descriptors", "resource_limits"),
            *("no_new_privileges", "not_dumpable"),
        }
        assert ("landlock" in held) == (landlock.version() > 0)
        assert ("seccomp" in held) == seccomp.supported()
        assert ("parser_confined" in held) == ({"landlock", "seccomp"} <= held)
        assert (seen["uid"] != os.getuid()) == ("other_user" in held)
        one_thread = seen["uid"] == 0 and "seccomp" in held
        assert seen["threads"] == ([] if one_thread else [seen["own"]])
        assert (seen["open"], seen["environment"]) == ([], {})
        with open(os.path.join(seen["own"], "own"), encoding="utf-8") as file:
            assert file.read() == "text"
        if not {"landlock", "seccomp"} <= held:
            pytest.skip("this machine has no Landlock or no system-call filter")
        assert [name for name, was in seen["refused"].items() if not was] == []
        assert len(seen["refused"]) == 21
        found = trust(layers, seen["refused"])
        assert (found.tier, found.allowed) == ("B", ())
        assert found.missing == tuple(set(LAYERS_A) - set(LAYERS_B))

    def test_beside_a_second_thread_no_filter_is_claimed(self, in_child, tmp_path, readable):
        def live(channel):
            waiting = threading.Event()
            threading.Thread(target=waiting.wait, daemon=True).start()
            where = place(readable)
            return confine((channel,), ROOMY_MIB, 60, str(tmp_path), where, os.getppid())

        held = in_child(live)
        assert "raised" not in held
        assert "seccomp" not in held
        assert "closed_descriptors" in held

    def test_where_no_layer_can_be_had_none_is_claimed(self, in_child, tmp_path, monkeypatch):
        monkeypatch.setattr(confinement, "end_with_parent", lambda parent: False)
        monkeypatch.setattr(confinement, "_limit", lambda memory_mib, cpu_s, max_tasks: False)
        monkeypatch.setattr(confinement, "_restrict_files", lambda folder, readable: False)
        monkeypatch.setattr(seccomp, "enforce", lambda pid, threads: False)
        held = in_child(
            lambda channel: confine((channel,), ROOMY_MIB, 60, str(tmp_path), place(), 1)
        )
        assert held == ["separate_process", "empty_environment", "closed_descriptors"]

    @pytest.mark.parametrize(("uid", "threads"), [(0, False), (1000, True)])
    def test_root_whose_threads_no_limit_counts_has_one_only(
        self, in_child, tmp_path, monkeypatch, uid, threads
    ):
        asked = []
        monkeypatch.setattr(os, "getuid", lambda: uid)
        monkeypatch.setattr(confinement, "_restrict_files", lambda folder, readable: True)
        monkeypatch.setattr(
            seccomp, "enforce", lambda pid, threads: asked.append((pid == os.getpid(), threads))
        )

        def live(channel):
            confine((channel,), ROOMY_MIB, 60, str(tmp_path), place(), os.getppid())
            return asked

        assert in_child(live) == [[True, threads]]

    def test_a_worker_whose_host_has_ended_ends_at_once(self, in_child, tmp_path):
        def live(_channel):
            pid = os.fork()
            if pid == 0:
                # Its host is another process than the one that it names.
                confine((), ROOMY_MIB, 60, str(tmp_path), place(), os.getpid())
                os._exit(0)
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

        assert in_child(live) == 1
