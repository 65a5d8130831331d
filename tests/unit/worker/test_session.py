"""Sessions: which worker a program runs in, and what becomes of one that misbehaves."""

import os
import textwrap

import numpy as np
import pytest

from grader.deadline import Deadline
from grader.errors import (
    RunOutOfTime,
    WorkerDidNotStart,
    WorkerDied,
    WorkerKilled,
    WorkerOutOfTime,
    WorkerStarved,
)
from grader.records import Limits
from grader.worker.endings import late
from grader.worker.forked import Ending
from grader.worker.inside import operations as ops
from grader.worker.inside.wire import WireError
from grader.worker.program import FaultKind, Program
from grader.worker.session import Setup, WorkerSession


class FakeWorker:
    """A worker that answers as it is told."""

    pid = 1

    def __init__(self, answers, ending):
        self.answers = answers
        self.ending = ending
        self.ended = 0
        self.cpu_reads = 0
        self.waits_s, self.waited_reads = 0.0, 0  # between one reading and the next

    def exchange(self, program, wall_s, lender=None):
        self.wall_s, self.lender = wall_s, lender
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def cpu_s(self):
        self.cpu_reads += 1
        return float(self.cpu_reads)

    def waited_s(self):
        self.waited_reads += 1
        return self.waits_s * self.waited_reads

    def end(self):
        self.ended += 1

    def autopsy(self):
        self.ended += 1
        return self.ending


class FakeHost:
    """A host that gives out fake workers and keeps the settings it was asked for."""

    def __init__(self, *answers, ending):
        self.answers = list(answers)
        self.ending = ending
        self.workers = []
        self.settings = []
        self.files = []

    def fork(self, settings, files=()):
        self.settings.append(settings)
        self.files.append(files)
        self.workers.append(FakeWorker(self.answers, self.ending))
        return self.workers[-1]


SETUP = Setup("handin", ("ece662", "cs231n"), ("lib",), seed=5, files=(7,))
QUIET = Ending(signal=0, cpu_s=0.0, overfull=False)


@pytest.fixture
def opened():
    """Makes sessions on fake hosts, and closes them; each worker is ended once."""
    made = []

    def make(*answers, setup=SETUP, ending=QUIET, **more):
        host = FakeHost(*answers, ending=ending)
        made.append(WorkerSession(host, setup, **more))
        return host, made[-1]

    yield make
    for session in made:
        session.close()
        assert [worker.ended for worker in session.host.workers] == [1] * len(session.host.workers)


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
        assert host.settings[0] == {
            "package": "handin",
            "root_names": ["ece662", "cs231n"],
            "libraries": ["lib"],
            "free": {},
            "asked": [],
            "lend": {},
            "skip": {},
            "memory_mib": 512,
            "cpu_s": 66,
            "seed": 5,
            "confined": True,
            "targets": {},
        }
        assert host.files == [(7,), (7,)]  # the one that runs and the spare
        assert host.workers[0].wall_s == 3.0

    def test_workers_know_what_to_look_for_where_a_name_is_free(self, opened):
        free = {"hw.MLP": {"inputs": [10], "outputs": [1, 2]}}
        host, session = opened(RIGHT, setup=Setup("handin", ("hw",), free=free))
        session.run(program())
        assert [settings["free"] for settings in host.settings] == [free, free]

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

    def test_what_is_lent_and_who_answers_for_it_reach_the_worker(self, opened):
        def lender(dotted, args, kwargs):
            return 0, None

        host, session = opened(RIGHT, RIGHT)
        session.begin_group(Limits(), {"layers": ("f", "g")}, lender)
        session.run(program())
        assert [settings["lend"] for settings in host.settings] == [{"layers": ["f", "g"]}, {}]
        assert host.workers[0].lender is lender
        session.begin_group(Limits())
        session.run(program())
        assert host.workers[1].lender is None

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

    def test_statements_to_skip_reach_the_next_worker(self, opened):
        host, session = opened(RIGHT, RIGHT)
        session.run(program())
        session.skip = {"layers": (3, 9)}
        session.begin_group(Limits())
        session.run(program())
        assert session._worker.settings["skip"] == {"layers": [3, 9]}
        assert host.workers.index(session._worker.worker) > 1  # the spare did not fit

    def test_closing_ends_every_worker(self, opened):
        host, session = opened(*[RIGHT] * 3)
        for _ in range(3):
            session.begin_group(Limits())
            session.run(program())
        session.close()
        assert [worker.ended for worker in host.workers] == [1] * 4

    def test_closing_a_session_that_never_ran_is_allowed(self, opened):
        host, session = opened()
        session.end_group()
        session.close()
        assert host.workers == []

    def test_where_no_worker_starts_the_next_program_tries_again(self, opened):
        host, session = opened(RIGHT)
        fork = host.fork

        def refuse(_settings, _files):
            raise WorkerDidNotStart("No.")

        host.fork = refuse
        with pytest.raises(WorkerDidNotStart, match="No"):
            session.run(program())
        host.fork = fork
        assert session.run(program()).entries == RIGHT


class TestMisbehaviour:
    def test_running_out_of_time_ends_the_worker(self, opened):
        host, session = opened(TimeoutError(), limits=Limits(wall_s=2.5))
        with pytest.raises(WorkerOutOfTime) as caught:
            session.run(program())
        assert str(caught.value) == "did not finish within 2.5 s of wall-clock time."
        assert host.workers[0].ended == 1
        assert session.take_usage().cpu_s == 1.0

    def test_one_that_the_machine_kept_waiting_was_not_too_slow(self, opened):
        host, session = opened(RIGHT, TimeoutError(), limits=Limits(wall_s=4.0))
        session.run(program())
        host.workers[0].waits_s = 3.0
        with pytest.raises(WorkerStarved) as caught:
            session.run(program())
        assert str(caught.value) == (
            "The machine was too busy to judge this: in 4 s the hand-in's process got 1.0 s of the "
            "processor and waited 3.0 s for it. This is no fault of the hand-in. Grade fewer "
            "hand-ins at a time, and run the command again."
        )

    @pytest.mark.parametrize(
        ("waited_s", "used_s", "starved"),
        [(0.0, 0.0, False), (0.9, 0.0, False), (1.1, 0.0, True), (3.0, 2.9, True), (3, 3, False)],
    )
    def test_threads_of_its_own_are_no_excuse(self, waited_s, used_s, starved):
        kind = WorkerStarved if starved else WorkerOutOfTime
        assert type(late(4.0, used_s, waited_s)) is kind

    @pytest.mark.parametrize(("waited_s", "starved"), [(4.2, False), (5.9, False), (6.3, True)])
    def test_waiting_for_what_a_container_does_not_allow_is_no_excuse(self, waited_s, starved):
        kind = WorkerStarved if starved else WorkerOutOfTime
        assert type(late(8.0, 1.0, waited_s, share=0.5)) is kind

    def test_half_a_processor_has_twice_the_time(self, opened):
        _, session = opened(TimeoutError(), limits=Limits(wall_s=4))
        session.share = 0.5
        with pytest.raises(WorkerOutOfTime, match="did not finish within 8 s"):
            session.run(program())

    @pytest.mark.parametrize("error", [WireError("odd"), OSError("gone"), ConnectionResetError()])
    @pytest.mark.parametrize(
        ("ending", "kind", "said"),
        [
            (QUIET, WorkerDied, "ended the process that ran it."),
            (Ending(15, 0, False), WorkerDied, "ended the process that ran it."),
            (Ending(6, 0, False), WorkerDied, "ended the process that ran it (abort)."),
            (
                Ending(11, 0, False),
                WorkerDied,
                "ended the process that ran it (segmentation fault).",
            ),
            (
                Ending(24, 76, False),
                WorkerDied,
                "ended the process that ran it (it used up its CPU time).",
            ),
            (
                Ending(25, 0, False),
                WorkerDied,
                "ended the process that ran it (it wrote a file that is too large).",
            ),
            (
                Ending(9, 0, True),
                WorkerDied,
                "wrote more than 64 MiB or 4,096 files to its folder, and its process was ended.",
            ),
            (Ending(9, 76.0, False), WorkerOutOfTime, "used up its 76 s of CPU time."),
            (
                Ending(9, 75.9, False),
                WorkerKilled,
                "The process that ran the hand-in was killed from outside, as a machine does that "
                "runs out of memory. This is no fault of the hand-in. Free memory, or grade fewer "
                "hand-ins at a time, and run the command again.",
            ),
        ],
    )
    def test_how_a_worker_ended_and_whose_doing_it_was_is_told(
        self, opened, error, ending, kind, said
    ):
        _, session = opened(error, RIGHT, ending=ending, limits=Limits(wall_s=8.0))
        with pytest.raises((WorkerDied, WorkerKilled, WorkerOutOfTime)) as caught:
            session.run(program())
        assert (type(caught.value), str(caught.value)) == (kind, said)
        assert session.take_usage().cpu_s == max(0.0, ending.cpu_s - 1)
        assert session.run(program()).entries == RIGHT

    def test_a_worker_that_is_gone_already_ended_in_silence(self, opened):
        _, session = opened()
        assert session._autopsy() == QUIET

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
    TARGETS = {"file": "/a", "folder": "/b", "reference": "/c"}  # noqa: RUF012  # read only

    def test_a_worker_of_its_own_is_asked_and_ended(self, opened):
        host, session = opened({"held": ("landlock",), "refused": {"fork": True}})
        session.lend = {"layers": ("f",)}
        finish = session.begin_self_test(self.TARGETS)
        assert host.workers[0].ended == 0
        assert finish() == (("landlock",), {"fork": True})
        assert host.settings[0]["targets"] == {**self.TARGETS, "grader": os.getpid()}
        assert host.settings[0]["lend"] == {}
        assert host.files == [()]  # no file of a hand-in is anything to it
        assert host.workers[0].ended == 1
        assert session._worker is None

    @pytest.mark.parametrize("error", [TimeoutError(), WireError("ended")])
    def test_one_that_does_not_end_as_it_should_is_a_fault_of_the_machine(self, opened, error):
        host, session = opened(error)
        with pytest.raises(WorkerDidNotStart) as caught:
            session.begin_self_test(self.TARGETS)()
        assert str(caught.value) == (
            "The sandbox's self-test did not end as it should. This is a fault of the grading "
            "machine, not of the hand-in. `grader doctor` says what the machine offers."
        )
        assert host.workers[0].ended == 1

    def test_one_that_found_no_room_on_the_disk_says_so(self, opened):
        host, session = opened({"held": (), "fault": "No space left on \x1bdevice"})
        with pytest.raises(WorkerDidNotStart) as caught:
            session.begin_self_test(self.TARGETS)()
        assert str(caught.value) == (
            "The sandbox could not be tested (No space left on \\x1bdevice). This is a fault of "
            "the grading machine, not of the hand-in. Make room on its disk, then run the command "
            "again."
        )
        assert host.workers[0].ended == 1

    def test_one_that_never_started_says_why(self, opened, monkeypatch):
        def refused(worker):
            raise WorkerDidNotStart("The machine refused.")

        monkeypatch.setattr(FakeWorker, "pid", property(refused))
        _, session = opened(WireError("ended"))
        with pytest.raises(WorkerDidNotStart, match="The machine refused"):
            session.begin_self_test(self.TARGETS)()


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
def real(bare_service):
    """Opens a session on a real worker of a source."""
    made = []

    def make(source, **limits):
        host = bare_service.host()
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
        for _ in range(20):  # a busy machine may leave it no time, which is another finding
            try:
                with pytest.raises(WorkerOutOfTime, match=r"did not finish within 1 s of wall-"):
                    ask(session, "loop")
                break
            except WorkerStarved:
                session.take_usage()
        else:
            pytest.skip("this machine is too busy to see a loop run out of time")
        assert session.take_usage().cpu_s > 0.01
        session.limits = Limits()
        assert ask(session, "one") == 1

    def test_exits_are_faults_or_deaths_and_never_reach_the_grader(self, real):
        session = real(
            "import os, sys\ndef soft():\n    sys.exit(3)\ndef hard():\n    os._exit(0)\n"
        )
        assert ask(session, "soft").message.startswith("raised SystemExit: '3' (layers.py, line 3")
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

    def test_files_go_into_a_folder_that_is_removed(self, real, until):
        session = real(
            """
            import os
            def leave():
                os.makedirs("a/b")
                open("a/b/file", "w").close()
                return os.getcwd()
            """
        )
        folder = ask(session, "leave")
        assert os.path.exists(f"{folder}/a/b/file")
        session.end_group()
        assert until(lambda: not os.path.exists(folder))

    def test_what_fills_the_disk_is_ended_and_says_so(self, real):
        session = real(
            """
            import time
            def fill():
                for number in range(6000):
                    open(str(number), "w").close()
                time.sleep(600)
            """,
            wall_s=60.0,
        )
        with pytest.raises(WorkerDied, match=r"^wrote more than 64 MiB or 4,096 files to its"):
            ask(session, "fill")

    def test_a_worker_that_something_else_killed_is_no_fault_of_the_hand_in(self, real):
        session = real("def one():\n    return 1\n")
        assert ask(session, "one") == 1
        os.kill(session._worker.worker.pid, 9)
        with pytest.raises(WorkerKilled, match="killed from outside"):
            ask(session, "one")
        assert ask(session, "one") == 1

    def test_a_reply_that_is_forged_ahead_of_time_is_refused(self, real):
        session = real(
            """
            import socket
            def write():
                import os
                for number in range(3, 4096):
                    try:
                        os.write(number, b"GRDW\\1\\0\\2\\0" + bytes(24))
                    except OSError:
                        pass
                return 1
            """
        )
        with pytest.raises(WorkerDied, match=r"ended the process that ran it"):
            ask(session, "write")


class TestTheDeadlineOfTheRun:
    def clock(self):
        return self.now_s

    @pytest.fixture
    def deadline(self):
        self.now_s = 0.0
        return Deadline(100.0, 0.0, self.clock)

    def test_a_program_gets_no_more_than_is_left(self, opened, deadline):
        host, session = opened(RIGHT, RIGHT, limits=Limits(wall_s=8.0), deadline=deadline)
        session.run(program())
        assert host.workers[0].wall_s == 8.0
        self.now_s = 93.0
        session.run(program())
        assert host.workers[0].wall_s == 2.0

    def test_one_that_is_cut_short_has_not_run_out_of_its_own_time(self, opened, deadline):
        _, session = opened(TimeoutError(), limits=Limits(wall_s=8.0), deadline=deadline)
        self.now_s = 93.0
        with pytest.raises(RunOutOfTime) as caught:
            session.run(program())
        assert caught.value.message == deadline.while_it_ran()

    def test_one_that_had_all_its_time_has(self, opened, deadline):
        _, session = opened(TimeoutError(), limits=Limits(wall_s=8.0), deadline=deadline)
        with pytest.raises(WorkerOutOfTime):
            session.run(program())

    def test_after_it_nothing_is_run(self, opened, deadline):
        host, session = opened(RIGHT, deadline=deadline)
        self.now_s = 95.0
        with pytest.raises(RunOutOfTime) as caught:
            session.run(program())
        assert caught.value.message == deadline.while_it_ran()
        assert host.workers == []
