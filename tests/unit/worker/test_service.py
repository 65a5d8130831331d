"""The grader's end of the zygote, its hosts and its workers, against real and against bad peers."""

import os
import signal
import socket
import sys
import textwrap
import time

import numpy as np
import pytest

from grader.errors import WorkerDidNotStart
from grader.worker import service as service_module
from grader.worker.inside import operations as ops
from grader.worker.inside.values import Slot
from grader.worker.inside.wire import CONTROL, REPLY, REQUEST, WireError, receive, send
from grader.worker.service import Host, Worker, WorkerService

SETTINGS = {
    "package": "handin",
    "root_names": ["ece662"],
    "libraries": [],
    "lend": {},
    "lender": "",
    "skip": {},
    "memory_mib": 2048,
    "cpu_s": 60,
    "seed": 0,
    "confined": True,
}


@pytest.fixture
def host(service):
    made = service.host()
    yield made
    made.close()


@pytest.fixture
def fork(host, tmp_path):
    """Forks a worker for a source; several share one host."""

    def make(source, **settings):
        host.load("handin", {"layers.py": textwrap.dedent(source).encode()}, {})()
        return host.fork({**SETTINGS, "folder": str(tmp_path), **settings})

    return make


def call(worker, name, *args, wall_s=10.0):
    program = [(ops.RESOLVE, name), (ops.CALL, Slot(0), args, {}), (ops.EXPORT, Slot(1))]
    return worker.exchange(program, wall_s)[2]


def gone_soon(pid):
    """Waits until a process has ended; one that its new parent has yet to collect has, too."""
    for _ in range(3000):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                state = file.read().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state in "ZX":
            return True
        time.sleep(0.01)
    return False


class TestStarting:
    def test_it_tells_the_versions_that_a_hand_in_runs_on(self, service):
        assert service.versions() == {
            "python": sys.version.split()[0],
            "numpy": np.__version__,
        }

    def test_an_interpreter_that_is_not_there_is_named(self):
        with pytest.raises(WorkerDidNotStart) as caught:
            WorkerService("/nowhere/python")
        assert str(caught.value) == (
            "The worker's interpreter '/nowhere/python' could not be started (No such file or "
            "directory). This is a fault of the grading machine, not of the hand-in. "
            "Reinstall the grader in a fresh virtual environment."
        )

    def test_a_process_that_never_gets_ready_is_a_fault_of_the_machine(self, monkeypatch):
        monkeypatch.setattr(service_module, "START_WALL_S", 0.0)
        with WorkerService() as slow, pytest.raises(WorkerDidNotStart) as caught:
            slow.versions()
        assert "The worker process did not start within 0 s. This is a fault of" in str(
            caught.value
        )

    def test_a_process_that_ends_at_once_is_a_fault_of_the_machine(self):
        with WorkerService("/bin/true") as ended, pytest.raises(WorkerDidNotStart) as caught:
            ended.host()
        assert "The worker process did not start" in str(caught.value)
        assert "`grader doctor` says what the machine offers." in str(caught.value)

    def test_a_process_that_ends_later_is_a_fault_of_the_machine(self):
        with WorkerService() as ended:
            ended.versions()
            ended._process.kill()
            ended._process.wait()
            with pytest.raises(WorkerDidNotStart) as caught:
                ended.host()
        assert str(caught.value) == (
            "The worker process ended before a hand-in was loaded. This is a fault of the "
            "grading machine, not of the hand-in. Run the command again."
        )

    def test_its_processes_end_with_it(self, tmp_path):
        with WorkerService() as service:
            host = service.host()
            host.load("handin", {"layers.py": b""}, {})()
            worker = host.fork({**SETTINGS, "folder": str(tmp_path)})
            worker.exchange([], 30)  # until then it may not have asked to end with its parent
            pids = (worker.pid, service._process.pid)
        assert all(map(gone_soon, pids))
        host.close()
        worker.channel.close()


class TestHosts:
    def test_sources_are_told_and_not_run(self, host):
        facts = host.load(
            "handin",
            {"layers.py": b"import torch\n\n\ndef f(): pass\n", "net.py": b"x = = 1"},
            {"solver.py": b""},
        )()
        assert facts["layers.py"].imports == (("torch", 1),)
        assert facts["layers.py"].definitions == {"f": 4}
        assert (facts["solver.py"].name, facts["solver.py"].origin) == ("solver", "provided")
        assert facts["net.py"].error == ("invalid syntax", 1, "x = = 1")

    def test_loads_are_answered_in_the_order_in_which_they_were_asked(self, host):
        waits = [host.load(name, {f"{name}.py": b""}, {}) for name in ("a", "b", "c")]
        assert [list(wait()) for wait in waits] == [["a.py"], ["b.py"], ["c.py"]]

    def test_answers_find_their_questions_in_whatever_order_they_are_waited_for(self, host):
        waits = [host.load(name, {f"{name}.py": b""}, {}) for name in ("a", "b", "c")]
        assert [list(wait()) for wait in reversed(waits)] == [["c.py"], ["b.py"], ["a.py"]]

    def test_two_hosts_know_nothing_of_each_other(self, service, tmp_path):
        one, two = service.host(), service.host()
        try:
            for host, value in ((one, b"x = 1"), (two, b"x = 2")):
                host.load("handin", {"layers.py": value}, {})()
            program = [(ops.RESOLVE, "layers.x"), (ops.EXPORT, Slot(0))]
            workers = [host.fork({**SETTINGS, "folder": str(tmp_path)}) for host in (one, two)]
            assert [worker.exchange(program, 10)[1][1] for worker in workers] == [1, 2]
            for worker in workers:
                worker.end()
        finally:
            one.close()
            two.close()

    def test_nothing_is_left_of_the_worker_before(self, fork):
        source = """
            calls = []
            def count():
                calls.append(1)
                return len(calls)
        """
        first, second = fork(source), fork(source)
        assert [call(first, "layers.count")[1] for _ in range(3)] == [1, 2, 3]
        assert call(second, "layers.count")[1] == 1
        first.end()
        second.end()

    def test_a_host_that_ended_is_a_fault_of_the_machine(self):
        ours, theirs = socket.socketpair()
        theirs.close()
        host = Host(ours)
        with pytest.raises(WorkerDidNotStart) as caught:
            host.load("handin", {}, {})
        assert str(caught.value) == (
            "The process that starts the workers ended or stopped answering. This is a fault of "
            "the grading machine, not of the hand-in. `grader doctor` says what the machine offers."
        )
        host.close()

    def test_a_host_that_ended_forks_nothing_and_no_socket_stays_open(self):
        before = set(os.listdir("/proc/self/fd"))
        ours, theirs = socket.socketpair()
        theirs.close()
        host = Host(ours)
        with pytest.raises(WorkerDidNotStart, match="ended or stopped answering"):
            host.fork(SETTINGS)
        host.close()
        assert set(os.listdir("/proc/self/fd")) == before

    def test_a_host_that_does_not_answer_is_a_fault_of_the_machine(self, monkeypatch):
        monkeypatch.setattr(service_module, "CONTROL_WALL_S", 0.01)
        ours, theirs = socket.socketpair()
        host = Host(ours)
        with pytest.raises(WorkerDidNotStart, match="ended or stopped answering"):
            host.load("handin", {}, {})()
        worker = host.fork(SETTINGS)  # nobody waits for the answer before it is needed
        with pytest.raises(WorkerDidNotStart, match="ended or stopped answering"):
            _ = worker.pid
        worker.channel.close()
        host.close()
        theirs.close()

    def test_settings_that_no_worker_takes_are_a_fault_of_ours(self, service, tmp_path):
        host = service.host()
        host.load("handin", {}, {})()
        worker = host.fork({**SETTINGS, "folder": str(tmp_path), "more": 1})
        with pytest.raises((WireError, ConnectionResetError)):
            worker.exchange([], 10)
        assert worker.autopsy() in (0, signal.SIGKILL)
        host.close()


@pytest.fixture
def peer():
    """A worker that is played by the test."""
    ours, theirs = socket.socketpair()
    yield Worker(ours, lambda: {"pid": os.getpid()}, None), theirs
    ours.close()
    theirs.close()


class Channel:
    """A peer's channel that answers as soon as it is asked."""

    def __init__(self, ours, theirs, answer):
        self._ours, self._theirs, self._answer = ours, theirs, answer

    def __getattr__(self, name):
        return getattr(self._ours, name)

    def sendall(self, data):
        self._ours.sendall(data)
        frame, _ = receive(self._theirs)
        self._answer(self._theirs, frame)


class TestExchanges:
    def answered_by(self, peer, answer):
        worker, theirs = peer
        worker.channel = Channel(worker.channel, theirs, answer)
        return worker

    def test_the_reply_is_the_one_to_this_request(self, peer):
        worker = self.answered_by(peer, lambda c, f: send(c, REPLY, f.nonce, [f.kind, f.body]))
        assert worker.exchange([(1, 2)], 5) == [REQUEST, [(1, 2)]]

    @pytest.mark.parametrize("kind", [REQUEST, CONTROL, 0])
    def test_a_frame_of_another_kind_is_refused(self, peer, kind):
        worker = self.answered_by(peer, lambda c, f: send(c, kind, f.nonce, []))
        with pytest.raises(WireError, match="reply does not belong to the request"):
            worker.exchange([], 5)

    def test_a_reply_that_does_not_repeat_the_number_is_refused(self, peer):
        worker = self.answered_by(peer, lambda c, f: send(c, REPLY, f.nonce ^ 1, []))
        with pytest.raises(WireError, match="the worker's reply does not belong to the request"):
            worker.exchange([], 5)

    def test_a_descriptor_that_nobody_asked_for_is_closed_and_refused(self, peer):
        before = len(os.listdir("/proc/self/fd"))
        worker = self.answered_by(peer, lambda c, f: send(c, REPLY, f.nonce, [], (0,)))
        with pytest.raises(WireError, match="does not belong to the request"):
            worker.exchange([], 5)
        assert len(os.listdir("/proc/self/fd")) == before

    def test_a_worker_that_has_ended_is_said_to(self, peer):
        worker, theirs = peer
        theirs.close()
        with pytest.raises(WireError, match="the worker ended"):
            worker.exchange([], 5)

    def test_a_worker_that_ends_without_an_answer_is_said_to(self, peer):
        worker = self.answered_by(peer, lambda c, f: c.close())
        with pytest.raises(WireError, match="the connection was closed"):
            worker.exchange([], 5)

    def test_a_worker_whose_connection_is_reset_is_said_to_have_ended(self, peer, monkeypatch):
        def reset(*_args, **_more):
            raise ConnectionResetError

        monkeypatch.setattr(service_module, "receive", reset)
        with pytest.raises(WireError, match="the worker ended"):
            peer[0].exchange([], 5)

    def test_a_silent_worker_runs_into_the_deadline(self, peer):
        with pytest.raises(TimeoutError):
            peer[0].exchange([], 0.01)

    def test_a_worker_that_does_not_read_runs_into_the_deadline(self, peer):
        with pytest.raises(TimeoutError):
            peer[0].exchange([(ops.NEW, b"x" * (8 << 20))], 0.01)

    def test_cpu_seconds_of_a_process_that_is_gone_are_zero(self, peer):
        gone = Worker(peer[0].channel, lambda: {"pid": 4_000_000}, None)
        assert gone.cpu_s() == 0.0

    def test_the_process_id_is_asked_for_once_and_only_when_it_is_needed(self, peer):
        answers = [{"pid": os.getpid()}]
        worker = Worker(peer[0].channel, answers.pop, None)
        assert len(answers) == 1
        assert worker.pid == worker.pid == os.getpid()
        assert answers == []


# A confined worker cannot start processes at all; where that layer is missing, this must hold.
GRANDCHILDREN = """
    import os, posix, time

    def leave():
        reader, writer = os.pipe()
        if posix.fork() == 0:
            posix.setsid()
            if posix.fork() == 0:
                posix.setsid()
                os.write(writer, str(os.getpid()).encode())
                time.sleep(600)
            posix._exit(0)
        os.wait()
        return int(os.read(reader, 20))
"""


class TestRealWorkers:
    def test_cpu_seconds_are_read_from_the_kernel(self, fork):
        worker = fork("def work(n):\n    return sum(range(n))\n")
        before = worker.cpu_s()
        call(worker, "layers.work", 3_000_000)
        assert 0.005 < worker.cpu_s() - before < 5
        worker.end()

    def test_orphans_of_a_dead_worker_are_ended(self, fork):
        worker = fork(GRANDCHILDREN, confined=False)
        pid = call(worker, "layers.leave")[1]
        os.kill(pid, 0)
        # It may end by itself first, because its channel is closed.
        assert worker.autopsy() in (0, signal.SIGKILL)
        assert gone_soon(pid)
        assert gone_soon(worker.pid)

    def test_orphans_end_with_the_host(self, service, tmp_path):
        host = service.host()
        host.load("handin", {"layers.py": textwrap.dedent(GRANDCHILDREN).encode()}, {})()
        worker = host.fork({**SETTINGS, "folder": str(tmp_path), "confined": False})
        pid = call(worker, "layers.leave")[1]
        host.close()
        assert gone_soon(pid)
        worker.channel.close()

    def test_another_worker_of_the_host_lives_on(self, fork):
        source = GRANDCHILDREN + "\n    def two():\n        return 2\n"
        one, two = (fork(source, confined=False) for _ in range(2))
        call(one, "layers.leave")
        one.autopsy()
        assert call(two, "layers.two")[1] == 2
        two.end()

    @pytest.mark.parametrize(
        ("act", "number"), [("os.abort()", signal.SIGABRT), ("os.kill(os.getpid(), 11)", 11)]
    )
    def test_the_signal_that_ended_a_worker_is_told(self, fork, act, number):
        worker = fork(f"import os\ndef end():\n    {act}\n")
        with pytest.raises(WireError, match="connection was closed"):
            call(worker, "layers.end")
        assert worker.autopsy() == number

    def test_a_large_array_goes_there_and_back(self, fork):
        worker = fork("def twice(x):\n    return 2 * x\n")
        x = np.arange(400_000, dtype=float)
        assert np.array_equal(call(worker, "layers.twice", x)[1], 2 * x)
        worker.end()
