"""What a worker sets up before it answers: output that is capped, sources, loans and skips."""

import errno
import os
import socket
import subprocess
import sys
import tempfile
import textwrap
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from grader.worker.inside import drivers, numpy_names, standins, worker
from grader.worker.inside import operations as ops
from grader.worker.inside.confinement import Place
from grader.worker.inside.loader import NotFound, PackageLoader, compile_package
from grader.worker.inside.readable import Readable
from grader.worker.inside.values import Opaque, Slot
from grader.worker.inside.wire import REPLY, REQUEST, ConnectionEnded, Frame, receive, send
from grader.worker.sandbox import EXTRA, LAYERS_A, trust
from grader.worker.service import ENVIRONMENT
from grader.worker.session import Setup, WorkerSession


def package(files):
    sources = {name: textwrap.dedent(source).encode() for name, source in files.items()}
    return compile_package(sources, {})


def settings(**changes):
    plain = {
        "package": "handin",
        "root_names": ["ece662"],
        "libraries": [],
        "free": {},
        "asked": [],
        "lend": {},
        "skip": {},
        "memory_mib": 2048,
        "cpu_s": 60,
        "seed": 1,
        "confined": False,
        "targets": {},
    }
    return worker.Settings(**{**plain, **changes})


class Borrowing:
    """Makes lent functions that say which they are."""

    def function(self, dotted):
        return lambda: f"lent {dotted}"


@pytest.fixture
def install(monkeypatch):
    """Sets a worker up in this process, and takes all of it away again."""
    made = []

    def keep(real):
        def call(*args):
            made.append(real(*args))
            return made[-1]

        return call

    monkeypatch.setattr(worker.standins, "install", keep(standins.install))
    monkeypatch.setattr(worker.numpy_names, "install", keep(numpy_names.install))

    def setup(packages, **changes):
        return worker._install(packages, settings(**changes), Borrowing())

    yield setup
    for finder in list(sys.meta_path):
        if isinstance(finder, PackageLoader):
            finder.remove()
    for each in reversed(made):
        each.remove()


class TestCappedOutput:
    def test_the_first_characters_are_kept_and_all_are_counted(self):
        output = worker.CappedOutput()
        for _ in range(3):
            assert output.write("x" * 30_000) == 30_000
        assert len(output.kept) == worker.MAX_OUTPUT == 65536
        assert output.written == 90_000

    def test_it_serves_print_and_what_asks_about_streams(self):
        output = worker.CappedOutput()
        print("a", 1, file=output, flush=True)
        output.writelines(["b\n", "c\n"])
        assert output.kept == "a 1\nb\nc\n"
        assert output.writable()
        assert not output.isatty()

    def test_what_is_no_text_is_written_as_its_text(self):
        output = worker.CappedOutput()
        assert output.write(12) == 2
        assert output.kept == "12"


class TestFacts:
    def test_sources_are_told_as_plain_values(self):
        compiled = compile_package(
            {"layers.py": b"import torch\ndef f():\n    pass\n", "bad.py": b"x = = 1\n"},
            {"solver.py": b"import numpy\n"},
        )
        facts = worker.facts(compiled)
        assert facts["layers.py"] == {
            "name": "layers",
            "origin": "handin",
            "error": None,
            "imports": [("torch", 1)],
            "definitions": {"f": 2},
            "cells": [],
            "unparsed": [],
        }
        assert facts["solver.py"]["origin"] == "provided"
        assert facts["bad.py"]["error"] == ("invalid syntax", 1, "x = = 1")

    def test_a_file_with_very_many_names_is_told_in_part(self):
        source = "".join(f"import m{n}\ndef f{n}(): pass\n" for n in range(300))
        told = worker.facts(compile_package({"layers.py": source.encode()}, {}))["layers.py"]
        assert told["imports"] == [(f"m{n}", 2 * n + 1) for n in range(200)]
        assert list(told["definitions"]) == [f"f{n}" for n in range(200)]


def nested(depth):
    value = 1
    for _ in range(depth):
        value = [value]
    return value


class TestWhatCannotCross:
    @pytest.mark.parametrize("payload", [None, 1, "text", [1, (2.5,)], {"a": np.zeros(3)}])
    def test_what_can_cross_is_left_alone(self, payload):
        before = set(os.listdir("/proc/self/fd"))
        assert worker._sendable(ops.VALUE, payload) == (ops.VALUE, payload)
        assert set(os.listdir("/proc/self/fd")) == before

    def test_large_memory_is_closed_again(self):
        before = set(os.listdir("/proc/self/fd"))
        _, payload = worker._sendable(ops.VALUE, np.zeros(1 << 18))
        assert payload.size == 1 << 18
        assert set(os.listdir("/proc/self/fd")) == before

    @pytest.mark.parametrize("payload", [nested(40), (nested(40),), {"a": {1, 2}}])
    def test_what_cannot_is_replaced_by_the_name_of_its_type(self, payload):
        assert worker._sendable(ops.VALUE, payload) == (
            ops.VALUE,
            Opaque(f"{type(payload).__name__} that is too large to look at"),
        )


class TestInstalling:
    def test_a_hand_in_is_importable_under_every_root_name(self, install):
        handin = package({"layers.py": "x = 1\n", "net.py": "from cs231n.layers import x\n"})
        loader = install({"handin": handin}, root_names=["ece662", "cs231n"])
        assert loader.resolve("net.x") == 1

    def test_libraries_are_importable_where_they_are_given(self, install):
        packages = {
            "handin": package({"layers.py": "from course_lib.core import two\n"}),
            "course_lib": package({"__init__.py": "", "core.py": "two = 2\n"}),
        }
        assert install(packages, libraries=["course_lib"]).resolve("layers.two") == 2

    def test_a_lent_function_takes_the_place_of_the_hand_ins_own(self, install):
        source = "def f():\n    return 'own'\n\n\ndef g():\n    return 'own', f()\n"
        loader = install({"handin": package({"layers.py": source})}, lend={"layers": ["f"]})
        assert loader.resolve("layers.g")() == ("own", "lent layers.f")

    def test_a_free_name_is_looked_for_where_there_is_a_finder(self, install, monkeypatch):
        made = []

        class Finder:
            def __init__(self, inputs, outputs):
                made.append((inputs, outputs))

            def watch(self, namespace):
                pass

            def find(self, namespace, *_):
                return namespace["Net"]

        asked = {"hw.MLP": {"inputs": [10], "outputs": [2]}}
        handin = package({"hw.py": "Net = 3\n"})
        monkeypatch.delitem(drivers._loaded, "torch_finder", raising=False)
        with pytest.raises(NotFound):
            install({"handin": handin}, free=asked).resolve("hw.MLP")
        module = SimpleNamespace(NetworkFinder=Finder)
        monkeypatch.setitem(drivers._loaded, "torch_finder", module)
        assert install({"handin": handin}, free=asked, root_names=["b"]).resolve("hw.MLP") == 3
        assert made == [([10], [2])]

    def test_skipped_lines_are_left_out_and_the_rest_runs(self, install):
        handin = package({"layers.py": "a = 1\nb = 2\nc = 3\n", "other.py": "a = 1\n"})
        loader = install({"handin": handin}, skip={"layers": [2], "gone": [1]})
        module = loader.resolve("layers")
        assert (module.a, module.c, hasattr(module, "b")) == (1, 3, False)
        assert loader.resolve("other.a") == 1

    def test_libraries_that_are_not_there_and_old_names_are_noted(self, install):
        handin = package(
            {"layers.py": "import matplotlib.pyplot as plt\nimport numpy as np\nx = np.float\n"}
        )
        loader = install({"handin": handin})
        assert loader.resolve("layers.x") is float
        notes = worker._notes(loader, worker.CappedOutput())
        assert [(module, line, kind) for module, line, kind, _ in notes["imports"]] == [
            ("layers", 1, "standin_used"),
            ("layers", 3, "old_numpy_name"),
        ]


SERVE = """
import os, socket, sys
sys.path.insert(0, {inside!r})
from inside import worker
from inside.confinement import Place
from inside.readable import open_readable
from inside.loader import compile_package
packages = {{"handin": compile_package({{"layers.py": {source!r}}}, {{}})}}
channel = socket.socket(fileno=int(sys.argv[1]))
place = Place(open_readable({packages!r}), {folder!r}, False, 0x70000000, 4096, False)
worker.serve(channel, packages, worker.Settings(
    package="handin", root_names=["ece662"], libraries=[], free={{}}, asked=[], lend={{}},
    skip={{}},
    memory_mib=4096, cpu_s=60, seed={seed}, confined={confined}, targets={targets!r}),
    worker.Surroundings(place, {folder!r}, ("no_new_privileges",), os.getppid(), ()))
assert packages == {{}}
"""


@pytest.fixture
def serve(tmp_path):
    """Starts `worker.serve` in a process of its own and gives the channel to it.

    That process has no host around it, so what a host gives up first is not given up.
    """
    started = []

    def start(source, confined=True, seed=3, targets=None):
        ours, theirs = socket.socketpair()
        program = SERVE.format(
            inside=os.path.dirname(os.path.dirname(worker.__file__)),
            source=textwrap.dedent(source).encode(),
            packages=[os.path.dirname(np.__file__)],
            folder=str(tmp_path),
            confined=confined,
            seed=seed,
            targets=targets or {},
        )
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", program, str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            stderr=subprocess.DEVNULL,
            env={**ENVIRONMENT, "A_VARIABLE": "kept"},
        )
        theirs.close()
        started.append((ours, process))

        def exchange(program, nonce=9):
            send(ours, REQUEST, nonce, program)
            frame, _ = receive(ours)
            assert (frame.kind, frame.nonce) == (REPLY, nonce)
            return frame.body

        return exchange

    yield start
    for ours, process in started:
        ours.close()
        process.kill()
        process.wait()


def called(name):
    return [(ops.RESOLVE, name), (ops.CALL, Slot(0), (), {}), (ops.EXPORT, Slot(1)), (ops.NOTES,)]


LOOK = """
import os, sys
print("hello", file=sys.stderr)

def is_open(descriptor):
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True

def most_files():
    files = []
    try:
        while len(files) < 1000:
            files.append(os.dup(0))
    except OSError:
        pass
    for file in files:
        os.close(file)
    return len(files)

def look():
    return {
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "descriptors": sum(map(is_open, range(200))),
        "devices": [os.fstat(n).st_rdev == os.makedev(1, 3) for n in range(3)],
        "files": most_files(),
        "stdin": sys.stdin.read(),
        "mask": os.umask(0o077),
    }
"""
FORBIDDEN = """
import os, posix, socket

def refused(act, *args):
    try:
        act(*args)
    except OSError:
        return True
    return False

def files(secret):
    return refused(open, secret), refused(os.listdir, "/"), refused(os.mkdir, "/tmp/escaped")

def processes():
    return refused(posix.fork), refused(socket.socket)

def work():
    os.mkdir("folder")
    with open("folder/file", "w") as file:
        file.write("text")
    with open("folder/file") as file:
        return file.read()
"""


@pytest.fixture(scope="module")
def held(bare_service):
    """The layers that hold on this machine, as a worker says that is there to be tested."""
    host = bare_service.host()
    # All of these are open to every user of the machine, so a user's rights refuse nothing here.
    targets = {"file": __file__, "folder": tempfile.gettempdir(), "reference": "/"}
    found = WorkerSession(host, Setup("nothing", ())).begin_self_test(targets)()
    host.close()
    return found


class TestServing:
    """In workers of a real service, so behind all that their host gave up."""

    @pytest.fixture
    def run(self, bare_service, forking):
        """Runs a program in a fresh worker of a source."""
        fork = forking(bare_service)
        return lambda source, program, **changes: fork(source, **changes).exchange(program, 60)

    def test_a_confined_worker_has_given_everything_up(self, run):
        body = run(LOOK, called("layers.look"))
        assert body[2][0] == ops.VALUE, body
        seen, notes = body[2][1], body[3][1]
        assert seen["environment"] == {}
        assert os.path.basename(os.path.dirname(os.path.dirname(seen["folder"]))).startswith(
            "grader-"
        )
        # Three standard ones, the channel, and stdin's own.
        assert seen["descriptors"] <= 5
        assert seen["devices"] == [True] * 3
        assert 50 < seen["files"] < 64
        assert seen["stdin"] == ""
        assert seen["mask"] == 0o077
        assert (notes["output"], notes["written"]) == ("hello\n", 6)

    def test_it_may_read_and_write_in_its_own_folder(self, run):
        assert run(FORBIDDEN, called("layers.work"))[2] == (ops.VALUE, "text")

    def test_files_elsewhere_are_out_of_reach_where_that_layer_holds(self, run, held):
        call = (ops.CALL, Slot(0), (__file__,), {})
        program = [(ops.RESOLVE, "layers.files"), call, (ops.EXPORT, Slot(1))]
        body = run(FORBIDDEN, program)
        if "landlock" not in held[0]:
            pytest.skip("this kernel has no Landlock")
        assert body[2] == (ops.VALUE, (True, True, True))

    def test_no_process_and_no_connection_can_be_made_where_that_layer_holds(self, run, held):
        body = run(FORBIDDEN, called("layers.processes"))
        if "seccomp" not in held[0]:
            pytest.skip("this machine has no system-call filter")
        assert body[2] == (ops.VALUE, (True, True))

    def test_what_holds_is_tried_and_told(self, held):
        layers, refused = held
        assert len(set(layers)) == len(layers)
        assert {"separate_process", "empty_environment", "closed_descriptors"} <= set(layers)
        assert set(layers) <= {*LAYERS_A, *EXTRA} - {"bubblewrap"}
        if not {"landlock", "seccomp"} <= set(layers):
            pytest.skip("this machine has no Landlock or no system-call filter")
        assert [name for name, was in refused.items() if not was] == []
        assert trust(layers, refused).tier == "B"

    def test_a_file_that_was_passed_along_can_be_read_and_no_other(
        self, bare_service, settings, tmp_path
    ):
        path = tmp_path / "file"
        path.write_bytes(b"text")
        host = bare_service.host()
        source = b"import os\ndef read(n):\n    return os.read(n, 100).decode()\n"
        host.load("handin", {"layers.py": source}, {})()
        with path.open("rb") as file:
            worker = host.fork(settings(), (file.fileno(),))
        program = [
            *((ops.RESOLVE, "layers.read"), (ops.FILE, 0), (ops.CALL, Slot(0), (Slot(1),), {})),
            *((ops.EXPORT, Slot(2)), (ops.FILE, 1)),
        ]
        results = worker.exchange(program, 60)
        assert results[3] == (ops.VALUE, "text")
        assert results[4][0] == ops.RAISED
        worker.end()
        host.close()


class TestSelfTests:
    """What a worker does that is there to be tested; its own system is played."""

    TARGETS = {"grader": 1, "file": "/a", "folder": "/b", "reference": "/c"}  # noqa: RUF012  # is only read

    @pytest.fixture
    def steps(self, monkeypatch):
        """Keeps what the worker does, in order."""
        done = []

        def plays(owner, name, answer):
            monkeypatch.setattr(owner, name, lambda *given: done.append((name, *given)) or answer)

        plays(worker, "confine", ("landlock",))
        plays(worker, "end_with_parent", True)
        plays(worker, "send", None)
        plays(worker.selftest, "run", {"an_act": True})

        def ask(channel, lockstep):
            done.append(("receive", channel, lockstep))
            return Frame(REQUEST, 7, []), []

        monkeypatch.setattr(worker, "receive", ask)
        return done

    @pytest.fixture
    def around(self):
        place = Place(Readable((), True), "/scratch", False, 0x70000000, 64, False)
        return worker.Surroundings(place, "/scratch/0/a", ("no_capabilities",), 12, (5,))

    @pytest.fixture
    def channel(self):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            yield ours

    def test_the_acts_are_tried_before_the_worker_is_asked(self, steps, around, channel):
        worker.serve(channel, {}, settings(confined=True, targets=self.TARGETS), around)
        report = {"held": ("no_capabilities", "landlock"), "refused": {"an_act": True}}
        # Of the 64 threads that its user may have, 24 are left to the workers beside it.
        place = replace(around.place, max_tasks=40)
        assert steps == [
            ("confine", (channel.fileno(), 5), 2048, 60, around.folder, place, 12),
            ("run", worker.selftest.Targets(**self.TARGETS)),
            ("receive", channel, True),
            ("send", channel, REPLY, 7, report),
        ]

    @pytest.mark.parametrize(
        ("error", "told"),
        [
            (OSError(errno.ENOSPC, "No space left on device"), "No space left on device"),
            (OSError("a text alone"), "a text alone"),
        ],
    )
    def test_a_test_that_could_not_be_made_is_told_with_the_reason(
        self, steps, around, channel, monkeypatch, error, told
    ):
        def fail(_targets):
            raise error

        monkeypatch.setattr(worker.selftest, "run", fail)
        worker.serve(channel, {}, settings(confined=True, targets=self.TARGETS), around)
        report = {"held": ("no_capabilities", "landlock"), "fault": told}
        assert steps[-1] == ("send", channel, REPLY, 7, report)

    def test_without_confinement_a_worker_still_ends_with_its_host(self, steps, around, channel):
        worker.serve(channel, {}, settings(confined=False, targets=self.TARGETS), around)
        assert steps[0] == ("end_with_parent", 12)
        assert "confine" not in [step[0] for step in steps]


class TestServingAlone:
    def test_a_worker_that_is_there_to_be_tested_tells_what_holds_and_ends(self, serve, tmp_path):
        targets = {"grader": os.getpid(), "file": __file__, "folder": str(tmp_path)}
        exchange = serve(LOOK, targets={**targets, "reference": str(tmp_path)})
        report = exchange([])
        assert report["held"][0] == "no_new_privileges"  # the host's come first
        assert {"separate_process", "empty_environment"} <= set(report["held"])
        assert {type(was) for was in report["refused"].values()} == {bool}
        with pytest.raises((ConnectionEnded, OSError)):
            exchange([])

    def test_the_reference_is_trusted_and_not_confined(self, serve):
        body = serve(LOOK, confined=False)(called("layers.look"))
        assert body[2][1]["environment"]["A_VARIABLE"] == "kept"

    def test_equal_seeds_draw_equal_numbers(self, serve):
        source = """
            import random
            import numpy as np
            def draw():
                return [float(np.random.rand()), random.random()]
        """
        first, second, other = (
            serve(source, seed=seed)(called("layers.draw"))[2][1] for seed in (3, 3, (1 << 32) + 4)
        )
        assert first == second
        assert first != other

    def test_a_value_that_is_too_large_to_cross_is_told_and_the_others_arrive(self, serve):
        source = """
            def large():
                return [[0] * 1000] * 100
            def small():
                return 2
        """
        program = [*called("layers.large")[:3], (ops.RESOLVE, "layers.small"),
                   (ops.CALL, Slot(3), (), {}), (ops.EXPORT, Slot(4))]  # fmt: skip
        exchange = serve(source)
        body = exchange(program)
        assert body[2] == (ops.VALUE, Opaque("list that is too large to look at"))
        assert body[5] == (ops.VALUE, 2)
        assert exchange(called("layers.small"))[2] == (ops.VALUE, 2)

    def test_modes_may_be_compared_by_identity(self, serve):
        source = """
            def mode(param):
                return param["mode"] is "train"
        """
        call = (ops.CALL, Slot(0), ({"mode": "train"},), {})
        program = [(ops.RESOLVE, "layers.mode"), call, (ops.EXPORT, Slot(1))]
        assert serve(source)(program)[2] == (ops.VALUE, True)

    def test_warnings_of_numpy_are_no_part_of_the_output(self, serve):
        source = """
            import numpy as np
            def overflow():
                return np.float64(1e308) * 10
        """
        body = serve(source)(called("layers.overflow"))
        assert body[2][1] == float("inf")
        assert body[3][1]["written"] == 0
