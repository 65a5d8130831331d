"""Sessions: which worker a program runs in, and what becomes of one that misbehaves."""

import os
import tempfile
import textwrap
from pathlib import Path

import numpy as np
import pytest

from grader.errors import WorkerDidNotStart, WorkerDied, WorkerOutOfTime
from grader.records import Limits
from grader.worker.inside import operations as ops
from grader.worker.inside.wire import WireError
from grader.worker.program import FaultKind, Program
from grader.worker.session import Setup, WorkerSession


class FakeWorker:
    """A worker that answers as it is told."""

    def __init__(self, answers, signal=0):
        self.answers = answers
        self.signal = signal
        self.ended = 0
        self.cpu_reads = 0

    def exchange(self, program, wall_s):
        self.wall_s = wall_s
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def cpu_s(self):
        self.cpu_reads += 1
        return float(self.cpu_reads)

    def end(self):
        self.ended += 1

    def autopsy(self):
        self.ended += 1
        return self.signal


class FakeHost:
    """A host that gives out fake workers and keeps the settings it was asked for."""

    def __init__(self, *answers, signal=0):
        self.answers = list(answers)
        self.signal = signal
        self.workers = []
        self.settings = []

    def fork(self, settings):
        self.settings.append(settings)
        assert os.listdir(settings["folder"]) == []
        self.workers.append(FakeWorker(self.answers, self.signal))
        return self.workers[-1]

    @property
    def folders(self):
        return [settings["folder"] for settings in self.settings]


SETUP = Setup("handin", ("ece662", "cs231n"), ("lib",), ("lender_lib",), seed=5)


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """Makes sessions on fake hosts, with temporary folders of their own, and closes them."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    made = []

    def make(*answers, setup=SETUP, signal=0, **more):
        host = FakeHost(*answers, signal=signal)
        made.append(WorkerSession(host, setup, **more))
        return host, made[-1]

    yield make
    for session in made:
        session.close()
    assert list(tmp_path.iterdir()) == []


def program():
    made = Program()
    made.export(made.new(1))
    return made


RIGHT = [(ops.DONE, None), (ops.VALUE, 1)]


class TestWorkers:
    def test_settings_are_those_of_the_setup_and_the_limits(self, opened):
        host, session = opened(RIGHT, limits=Limits(wall_s=3.0, memory_mib=512))
        replies = session.run(program())
        assert replies.entries == RIGHT
        settings = dict(host.settings[0])
        assert Path(settings.pop("folder")).name.startswith("grader-")
        assert settings == {
            "package": "handin",
            "root_names": ["ece662", "cs231n"],
            "libraries": ["lib"],
            "lend": {},
            "lender": "",
            "skip": {},
            "memory_mib": 512,
            "cpu_s": 66,
            "seed": 5,
            "confined": True,
        }
        assert host.workers[0].wall_s == 3.0

    def test_a_group_keeps_its_worker_and_the_next_group_gets_a_fresh_one(self, opened):
        _, session = opened(RIGHT, RIGHT, RIGHT)
        session.run(program())
        first = session._worker.worker
        session.run(program())
        assert session._worker.worker is first
        session.begin_group(Limits())
        assert first.ended == 1
        session.run(program())
        assert session._worker.worker is not first

    def test_lending_brings_the_lender_and_what_it_needs(self, opened):
        host, session = opened(RIGHT)
        session.begin_group(Limits(), {"layers": ("f", "g")}, "course")
        session.run(program())
        lending = next(settings for settings in host.settings if settings["lender"])
        assert lending["lend"] == {"layers": ["f", "g"]}
        assert lending["lender"] == "course"
        assert lending["libraries"] == ["lib", "lender_lib"]

    def test_the_next_plain_worker_waits_ready_and_one_that_does_not_fit_is_ended(self, opened):
        host, session = opened(RIGHT, RIGHT, RIGHT)
        session.run(program())
        assert len(host.workers) == 2  # the one that runs and the spare
        session.begin_group(Limits())
        session.run(program())
        assert session._worker.worker is host.workers[1]
        session.begin_group(Limits(wall_s=99.0))
        session.run(program())
        assert host.workers[2].ended == 1
        assert session._worker.worker is host.workers[3]

    def test_the_reference_keeps_no_spare(self, opened):
        host, session = opened(RIGHT, setup=Setup("handin", ("hw",), confined=False))
        session.run(program())
        assert len(host.workers) == 1

    @pytest.mark.parametrize("end", ["end_group", "close"])
    def test_the_folder_goes_although_the_host_is_lost(self, opened, end):
        _, session = opened(RIGHT)
        session.run(program())

        def lost():
            raise WorkerDidNotStart("lost")

        worker, folder = session._worker.worker, session._worker.folder
        worker.end, right = lost, worker.end
        with pytest.raises(WorkerDidNotStart):
            getattr(session, end)()
        assert not os.path.exists(folder)
        worker.end = right

    def test_the_folder_goes_although_nobody_can_tell_why_the_worker_ended(self, opened):
        host, session = opened(WireError("ended"))

        def lost():
            raise WorkerDidNotStart("lost")

        fork = host.fork

        def forked(settings):
            worker = fork(settings)
            worker.autopsy = lost
            return worker

        host.fork = forked
        with pytest.raises(WorkerDidNotStart):
            session.run(program())
        assert not os.path.exists(host.folders[0])

    def test_statements_to_skip_reach_the_next_worker(self, opened):
        host, session = opened(RIGHT, RIGHT)
        session.run(program())
        session.skip = {"layers": (3, 9)}
        session.begin_group(Limits())
        session.run(program())
        used = next(s for s in host.settings if s["folder"] == session._worker.folder)
        assert used["skip"] == {"layers": [3, 9]}

    def test_no_two_workers_share_a_folder(self, opened):
        host, session = opened(*[RIGHT] * 5)
        for _ in range(5):
            session.begin_group(Limits())
            session.run(program())
        assert len(set(host.folders)) == len(host.folders) >= 5

    def test_closing_ends_every_worker_and_removes_every_folder(self, opened):
        host, session = opened(*[RIGHT] * 3)
        for _ in range(3):
            session.begin_group(Limits())
            session.run(program())
        session.close()
        assert [worker.ended for worker in host.workers] == [1] * len(host.workers)
        assert not any(map(os.path.exists, host.folders))

    def test_closing_a_session_that_never_ran_is_allowed(self, opened):
        host, session = opened()
        session.end_group()
        session.close()
        assert host.workers == []

    def test_the_folder_is_removed_when_no_worker_starts(self, opened, tmp_path):
        host, session = opened()

        def refuse(_settings):
            raise WorkerDidNotStart("No.")

        host.fork = refuse
        with pytest.raises(WorkerDidNotStart):
            session.run(program())
        assert list(tmp_path.iterdir()) == []


class TestMisbehaviour:
    def test_running_out_of_time_ends_the_worker(self, opened):
        host, session = opened(TimeoutError(), limits=Limits(wall_s=2.5))
        with pytest.raises(WorkerOutOfTime) as caught:
            session.run(program())
        assert str(caught.value) == "did not finish within 2.5 s of wall-clock time."
        assert host.workers[0].ended == 1
        assert not os.path.exists(host.folders[0])
        assert session.take_usage().cpu_s == 1.0

    @pytest.mark.parametrize("error", [WireError("odd"), OSError("gone"), ConnectionResetError()])
    @pytest.mark.parametrize(
        ("signal", "cause"),
        [
            (0, ""),
            (9, ""),
            (6, " (abort)"),
            (11, " (segmentation fault)"),
            (24, " (it used up its CPU time)"),
            (25, " (it wrote a file that is too large)"),
        ],
    )
    def test_a_worker_that_ended_is_told_with_its_cause(self, opened, error, signal, cause):
        host, session = opened(error, RIGHT, signal=signal)
        with pytest.raises(WorkerDied) as caught:
            session.run(program())
        assert str(caught.value) == f"ended the process that ran it{cause}."
        assert not os.path.exists(host.folders[0])
        assert session.run(program()).entries == RIGHT

    @pytest.mark.parametrize(
        "answer", [None, {}, (RIGHT), RIGHT[:1], [*RIGHT, RIGHT[0]], "text", np.zeros(2)]
    )
    def test_a_reply_to_another_program_is_refused(self, opened, answer):
        if answer is RIGHT:
            answer = tuple(RIGHT)
        host, session = opened(answer)
        with pytest.raises(WorkerDied) as caught:
            session.run(program())
        assert str(caught.value) == "ended the process that ran it: it answered out of turn."
        assert host.workers[0].ended == 1

    def test_entries_of_the_wrong_form_are_a_fault_and_no_crash(self, opened):
        _, session = opened([None, (1, 2, 3)])
        made = program()
        replies = session.run(made)
        assert replies.value(made.describe(made.new(0))).kind is FaultKind.MALFORMED
        assert replies.entries == [None, (1, 2, 3)]


class TestSelfTests:
    def test_a_worker_of_its_own_is_asked_and_ended(self, opened):
        host, session = opened({"held": ("landlock",), "refused": {"fork": True}})
        assert session.self_test() == (("landlock",), {"fork": True})
        assert host.settings[0]["test_for"] == os.getpid()
        assert host.workers[0].ended == 1
        assert not os.path.exists(host.folders[0])

    @pytest.mark.parametrize("error", [TimeoutError(), WireError("ended")])
    def test_one_that_does_not_end_as_it_should_is_a_fault_of_the_machine(self, opened, error):
        host, session = opened(error)
        with pytest.raises(WorkerDidNotStart) as caught:
            session.self_test()
        assert str(caught.value) == (
            "The sandbox's self-test did not end as it should. This is a fault of the grading "
            "machine, not of the hand-in. `grader doctor` says what the machine offers."
        )
        assert host.workers[0].ended == 1


class TestUsage:
    def test_usage_adds_up_and_starts_again_when_taken(self, opened):
        _, session = opened(RIGHT, RIGHT, RIGHT)
        session.run(program())
        session.run(program())
        assert session.take_usage().cpu_s == 2.0
        assert session.take_usage().cpu_s == 0.0
        session.run(program())
        usage = session.take_usage()
        assert (usage.cpu_s, usage.wall_s > 0) == (1.0, True)


@pytest.fixture
def real(service, tmp_path, monkeypatch):
    """Opens a session on a real worker of a source."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    made = []

    def make(source, **limits):
        host = service.host()
        host.load("handin", {"layers.py": textwrap.dedent(source).encode()}, {})()
        session = WorkerSession(host, Setup("handin", ("ece662",)), Limits(**limits))
        made.append((host, session))
        return session

    yield make
    for host, session in made:
        session.close()
        host.close()


def ask(session, name, *args):
    made = Program()
    slot = made.export(made.call(made.resolve(f"layers.{name}"), args))
    return session.run(made).value(slot)


class TestRealWorkers:
    def test_a_call_goes_there_and_back(self, real):
        session = real("def twice(x):\n    return 2 * x\n")
        assert ask(session, "twice", np.arange(3.0)).tolist() == [0, 2, 4]

    def test_an_endless_loop_is_ended_and_the_next_program_runs(self, real):
        session = real(
            "def loop():\n    while True:\n        pass\ndef one():\n    return 1\n", wall_s=1.0
        )
        with pytest.raises(WorkerOutOfTime, match=r"did not finish within 1 s of wall-clock time"):
            ask(session, "loop")
        assert session.take_usage().cpu_s > 0.01
        session.limits = Limits()
        assert ask(session, "one") == 1

    def test_exits_are_faults_or_deaths_and_never_reach_the_grader(self, real):
        session = real(
            "import os, sys\ndef soft():\n    sys.exit(3)\ndef hard():\n    os._exit(0)\n"
        )
        assert ask(session, "soft").message.startswith("raised SystemExit: 3 (layers.py, line 3")
        with pytest.raises(WorkerDied, match=r"ended the process that ran it\."):
            ask(session, "hard")

    def test_memory_is_limited(self, real):
        session = real(
            "import numpy as np\ndef eat():\n    return np.ones((1 << 16, 1 << 13)).sum()\n",
            memory_mib=1024,
        )
        fault = ask(session, "eat")
        assert fault.kind is FaultKind.RAISED
        assert "MemoryError" in fault.message

    def test_files_go_into_a_folder_that_is_removed(self, real, tmp_path):
        session = real(
            """
            import os
            def leave():
                os.makedirs("a/b")
                open("a/b/file", "w").close()
                return os.getcwd()
            """
        )
        folder = Path(ask(session, "leave"))
        assert folder.parent == tmp_path / "work"
        assert (folder / "a/b/file").exists()
        session.close()
        assert not folder.exists()

    def test_a_reply_that_is_forged_ahead_of_time_is_refused(self, real):
        session = real(
            """
            import socket
            def write():
                import os
                for number in range(3, 64):
                    try:
                        os.write(number, b"GRDW\\1\\0\\2\\0" + bytes(24))
                    except OSError:
                        pass
                return 1
            """
        )
        with pytest.raises(WorkerDied, match=r"ended the process that ran it"):
            ask(session, "write")
