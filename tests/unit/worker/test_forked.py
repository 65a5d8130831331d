"""The grader's end of one worker: its exchanges, its clock, its end; with bad and real peers."""

import os
import re
import signal
import socket
import sys

import numpy as np
import pytest

from grader.errors import HostLost, WorkerDidNotStart
from grader.worker import forked
from grader.worker.connection import Answer
from grader.worker.forked import Ending, Worker
from grader.worker.inside import operations as ops
from grader.worker.inside.wire import (
    BORROW,
    CONTROL,
    LENT,
    REPLY,
    REQUEST,
    WireError,
    receive,
    send,
)

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")
needs_handles = pytest.mark.skipif(
    not hasattr(os, "pidfd_open"), reason="this system has no descriptors of processes"
)


class FakeHost:
    """A host's control channel that keeps what it is told."""

    def __init__(self, found=None):
        self.told = []
        self._found = found

    def tell(self, body):
        self.told.append(body)

    def ask(self, body):
        self.told.append(body)
        return self._found


@pytest.fixture
def peer():
    """A worker that is played by the test."""
    ours, theirs = socket.socketpair()
    yield Worker(ours, lambda: Answer({"pid": os.getpid()}, ()), FakeHost()), theirs
    ours.close()
    theirs.close()


class Channel:
    """A peer's channel that answers as soon as it is asked; each answer gets the next frame."""

    def __init__(self, ours, theirs, *answers):
        self._ours, self._theirs, self._answers = ours, theirs, list(answers)

    def __getattr__(self, name):
        return getattr(self._ours, name)

    def sendall(self, data):
        self._ours.sendall(data)
        frame, _ = receive(self._theirs)
        self._answers.pop(0)(self._theirs, frame)


def reply(body):
    return lambda channel, frame: send(channel, REPLY, frame.nonce, body)


class TestExchanges:
    def answered_by(self, peer, *answers):
        worker, theirs = peer
        worker.channel = Channel(worker.channel, theirs, *answers)
        return worker

    def test_the_reply_is_the_one_to_this_request(self, peer):
        worker = self.answered_by(peer, lambda c, f: send(c, REPLY, f.nonce, [f.kind, f.body]))
        assert worker.exchange([(1, 2)], 5) == [REQUEST, [(1, 2)]]

    @pytest.mark.parametrize("kind", [REQUEST, CONTROL, LENT, BORROW, 0])
    def test_a_frame_of_another_kind_is_refused(self, peer, kind):
        worker = self.answered_by(peer, lambda c, f: send(c, kind, f.nonce, []))
        with pytest.raises(WireError, match="reply does not belong to the request"):
            worker.exchange([], 5)

    def test_a_reply_that_does_not_repeat_the_number_is_refused(self, peer):
        worker = self.answered_by(peer, lambda c, f: send(c, REPLY, f.nonce ^ 1, []))
        with pytest.raises(WireError, match=r"^the worker's reply does not belong to the request$"):
            worker.exchange([], 5)

    @pytest.mark.parametrize("kind", [REPLY, BORROW])
    def test_a_descriptor_that_nobody_asked_for_is_closed_and_refused(self, peer, kind):
        before = len(os.listdir("/proc/self/fd"))
        call = ("layers.f", [], {})
        worker = self.answered_by(peer, lambda c, f: send(c, kind, f.nonce, call, (0,)))
        with pytest.raises(WireError, match="does not belong to the request"):
            worker.exchange([], 5, lambda *_: pytest.fail("was called"))
        assert len(os.listdir("/proc/self/fd")) == before

    def test_a_worker_that_has_ended_is_said_to(self, peer):
        worker, theirs = peer
        theirs.close()
        with pytest.raises(WireError, match=r"^the worker ended$"):
            worker.exchange([], 5)

    def test_a_worker_that_ends_without_an_answer_is_said_to(self, peer):
        worker = self.answered_by(peer, lambda c, f: c.close())
        with pytest.raises(WireError, match="the connection was closed"):
            worker.exchange([], 5)

    def test_a_worker_whose_connection_is_reset_is_said_to_have_ended(self, peer, monkeypatch):
        def reset(*_args, **_more):
            raise ConnectionResetError

        monkeypatch.setattr(forked, "receive", reset)
        with pytest.raises(WireError, match=r"^the worker ended$"):
            peer[0].exchange([], 5)

    def test_a_silent_worker_runs_into_the_deadline(self, peer):
        with pytest.raises(TimeoutError):
            peer[0].exchange([], 0.01)

    def test_a_worker_that_does_not_read_runs_into_the_deadline(self, peer):
        with pytest.raises(TimeoutError):
            peer[0].exchange([(ops.NEW, b"x" * (8 << 20))], 0.01)


class TestBorrowing(TestExchanges):
    def test_the_lender_answers_as_often_as_it_is_asked(self, peer):
        def first(channel, frame):
            self.asked = frame.nonce
            send(channel, BORROW, 3, ("layers.f", [np.ones(2), 1], {"k": 2}))

        def second(channel, frame):
            assert (frame.kind, frame.nonce, frame.body) == (LENT, 3, (ops.VALUE, 1))
            send(channel, BORROW, 4, ("layers.g", [], {}))

        def third(channel, frame):
            assert (frame.kind, frame.nonce, frame.body) == (LENT, 4, (ops.VALUE, 2))
            send(channel, REPLY, self.asked, "done")

        calls = []

        def lender(dotted, args, kwargs):
            calls.append((dotted, len(args), kwargs))
            return ops.VALUE, len(calls)

        worker = self.answered_by(peer, first, second, third)
        assert worker.exchange([], 5, lender) == "done"
        assert calls == [("layers.f", 2, {"k": 2}), ("layers.g", 0, {})]

    @pytest.mark.parametrize(
        "body",
        [None, (), ("layers.f", []), ("layers.f", (), {}), (1, [], {}), ("f", [], []), "layers.f"],
    )
    def test_what_is_no_call_is_refused(self, peer, body):
        worker = self.answered_by(peer, lambda c, f: send(c, BORROW, 1, body))
        with pytest.raises(WireError, match=r"^what the worker asks to have called is no call$"):
            worker.exchange([], 5, lambda *_: pytest.fail("was called"))

    def test_what_the_lender_refuses_ends_the_exchange(self, peer):
        def lender(*_call):
            raise WireError("not lent")

        worker = self.answered_by(peer, lambda c, f: send(c, BORROW, 1, ("os.system", [], {})))
        with pytest.raises(WireError, match="not lent"):
            worker.exchange([], 5, lender)

    def test_calls_without_end_run_into_the_deadline(self, peer):
        def again(channel, frame):
            send(channel, BORROW, 1, ("layers.f", [], {}))

        worker = self.answered_by(peer, *[again] * 100_000)
        with pytest.raises(TimeoutError):
            worker.exchange([], 0.05, lambda *_: (ops.VALUE, None))


class TestMeeting:
    def worker(self, peer, body, descriptors=(), found=None):
        answers = [Answer(body, descriptors)]
        host = FakeHost(found)
        return Worker(peer[0].channel, answers.pop, host), answers, host

    def test_the_process_id_is_asked_for_once_and_only_when_it_is_needed(self, peer):
        worker, answers, _ = self.worker(peer, {"pid": os.getpid()})
        assert len(answers) == 1
        assert worker.pid == worker.pid == os.getpid()
        assert answers == []

    @needs_handles
    @linux
    def test_the_number_is_that_of_the_descriptors_process_and_not_what_the_host_says(self, peer):
        worker, _, host = self.worker(peer, {"pid": 2}, (os.pidfd_open(os.getpid()),))
        assert worker.pid == os.getpid()
        worker.end()
        assert host.told == [{"do": "end", "pid": 2}]

    def test_a_descriptor_of_no_process_tells_no_number_and_is_closed_at_the_end(self, peer):
        descriptor = os.open(os.devnull, os.O_RDONLY)
        worker, _, _ = self.worker(peer, {"pid": 2}, (descriptor,))
        assert worker.pid == 0
        assert worker.cpu_s() == 0.0
        worker.end()
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(descriptor)

    def test_a_descriptor_that_is_closed_already_tells_no_number(self):
        descriptor = os.open(os.devnull, os.O_RDONLY)
        os.close(descriptor)
        assert forked._pid_of(descriptor) == 0

    @needs_handles
    def test_a_process_that_was_collected_has_no_number(self):
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        handle = os.pidfd_open(pid)
        os.waitpid(pid, 0)
        assert forked._pid_of(handle) == 0
        os.close(handle)

    def test_one_that_never_started_says_so_each_time_and_is_ended_without_waiting(self):
        ours, theirs = socket.socketpair()
        answers = [WorkerDidNotStart("The machine refused.")]

        def wait():
            raise answers.pop()

        worker = Worker(ours, wait, FakeHost())
        for _ in range(2):
            with pytest.raises(WorkerDidNotStart, match="The machine refused"):
                _ = worker.pid
        with pytest.raises(WorkerDidNotStart, match="The machine refused"):
            worker.autopsy()
        worker.end()
        assert worker._host.told == []
        assert ours.fileno() == -1
        theirs.close()

    def test_one_whose_host_is_lost_is_ended_already(self, peer):
        class LostHost(FakeHost):
            def tell(self, body):
                raise HostLost("It is gone.")

        worker = Worker(peer[0].channel, lambda: Answer({"pid": 1}, ()), LostHost())
        worker.end()
        assert worker.channel.fileno() == -1

    def test_for_how_long_a_process_waited_is_read_and_zero_where_it_is_gone(self, peer):
        assert 0 <= peer[0].waited_s() < 3600
        gone = Worker(peer[0].channel, lambda: Answer({"pid": 4_000_000}, ()), FakeHost())
        assert gone.waited_s() == 0.0

    def test_cpu_seconds_of_a_process_that_is_gone_are_zero(self, peer):
        worker, _, _ = self.worker(peer, {"pid": 4_194_305})  # above what Linux gives out
        assert worker.cpu_s() == 0.0

    def test_an_autopsy_says_what_the_host_found(self, peer):
        found = {"signal": 6, "cpu_s": 1.5, "overfull": True}
        worker, _, host = self.worker(peer, {"pid": 7}, found=found)
        assert worker.autopsy() == Ending(signal=6, cpu_s=1.5, overfull=True)
        assert host.told == [{"do": "autopsy", "pid": 7}]
        assert worker.channel.fileno() == -1


@linux
@needs_handles
class TestStopping:
    """Between two programs the process stands still, and what threads it left with it."""

    TICK = """
        import threading, time
        ticks = [0]

        def tick():
            while True:
                ticks[0] += 1
                time.sleep(0.001)

        def begin():
            threading.Thread(target=tick, daemon=True).start()
            return 1

        def so_far():
            return ticks[0]
    """

    def test_a_worker_is_stopped_after_its_reply_and_goes_on_when_asked(
        self, service, forking, call, until, state_of
    ):
        worker = forking(service)(self.TICK)
        assert call(worker, "layers.so_far") == (ops.VALUE, 0)
        assert until(lambda: state_of(worker.pid) == "T")
        used = worker.cpu_s()
        assert state_of(worker.pid) == "T"
        assert worker.cpu_s() == used
        assert call(worker, "layers.so_far") == (ops.VALUE, 0)
        worker.end()

    def test_a_thread_that_was_left_running_gains_nothing(
        self, service, forking, call, until, state_of
    ):
        worker = forking(service)(self.TICK)
        status, _ = call(worker, "layers.begin")
        if status == ops.RAISED:
            pytest.skip("root's workers have one thread only, where nobody else can be had")
        # One thread after the other comes to a stop.
        tasks = [f"{worker.pid}/task/{task}" for task in os.listdir(f"/proc/{worker.pid}/task")]
        assert until(lambda: {state_of(task) for task in tasks} == {"T"})
        assert len(tasks) == 2
        used = worker.cpu_s()
        assert not works_on(worker, used)
        assert call(worker, "layers.so_far")[1] > 0
        worker.end()

    def test_a_stopped_worker_is_ended_all_the_same(
        self, service, forking, call, until, state_of, gone_soon
    ):
        one, two = (forking(service)(self.TICK) for _ in range(2))
        for worker in (one, two):
            call(worker, "layers.so_far")
            assert until(lambda pid=worker.pid: state_of(pid) == "T")
        pids = (one.pid, two.pid)
        one.end()
        assert two.autopsy().signal == 0  # it ends by itself, because its channel is closed
        assert all(map(gone_soon, pids))

    def test_one_that_has_ended_is_stopped_no_more(self, service, forking, call, gone_soon):
        worker = forking(service)(self.TICK)
        call(worker, "layers.so_far")
        os.kill(worker.pid, signal.SIGKILL)
        assert gone_soon(worker.pid)
        with pytest.raises((WireError, OSError)):
            call(worker, "layers.so_far")
        ending = worker.autopsy()
        assert (ending.signal, ending.overfull) == (signal.SIGKILL, False)


def works_on(worker, used):
    """Tells whether a stopped worker used CPU time while this process worked for 50 ms."""
    import time

    end_s = time.process_time() + 0.05
    while time.process_time() < end_s:
        pass
    return worker.cpu_s() != used


class TestRealWorkers:
    def test_cpu_seconds_are_read_from_the_kernel(self, service, forking, call):
        worker = forking(service)("def work(n):\n    return sum(range(n))\n")
        before = worker.cpu_s()
        call(worker, "layers.work", 3_000_000)
        assert worker.cpu_s() - before > 0.005
        worker.end()

    @pytest.mark.parametrize(
        ("act", "number"),
        [
            ("os.abort()", signal.SIGABRT),
            ("os.kill(os.getpid(), 11)", signal.SIGSEGV),
            ("os._exit(9)", 0),
        ],
    )
    def test_how_a_worker_ended_is_told(self, service, forking, call, act, number):
        worker = forking(service)(f"import os\ndef end():\n    {act}\n")
        with pytest.raises(WireError, match="connection was closed"):
            call(worker, "layers.end")
        ending = worker.autopsy()
        assert (ending.signal, ending.overfull) == (number, False)
        assert 0 < ending.cpu_s < 30

    def test_a_worker_cannot_kill_itself_so_that_another_seems_to_have_done_it(
        self, service, forking, call
    ):
        worker = forking(service)("import os\ndef end():\n    os.kill(os.getpid(), 9)\n")
        status, payload = call(worker, "layers.end")
        assert status == ops.RAISED
        assert payload[0] == "PermissionError"
        worker.end()

    def test_a_large_array_goes_there_and_back(self, service, forking, call):
        worker = forking(service)("def twice(x):\n    return 2 * x\n")
        x = np.arange(400_000, dtype=float)
        assert np.array_equal(call(worker, "layers.twice", x)[1], 2 * x)
        worker.end()

    def test_a_lent_function_is_called_here_and_its_changes_arrive_there(
        self, service, forking, call
    ):
        source = """
            def f(x, config):
                return "own"

            def g(x):
                config = {"steps": 0}
                return f(x, config), f(x, config=config), config
        """
        worker = forking(service)(source, lend={"layers": ["f"]})
        asked = []

        def lender(dotted, args, kwargs):
            asked.append((dotted, [len(args), sorted(kwargs)]))
            return ops.VALUE, (args[0] * 3, [None, {"steps": len(asked)}])

        status, payload = call(worker, "layers.g", np.ones(2), lender=lender)
        assert status == ops.VALUE
        assert [each.tolist() for each in payload[:2]] == [[3, 3], [3, 3]]
        assert payload[2] == {"steps": 2}
        assert asked == [("layers.f", [2, []]), ("layers.f", [1, ["config"]])]
        worker.end()

    def test_without_a_lender_the_call_of_a_lent_function_ends_the_exchange(
        self, service, forking, call
    ):
        worker = forking(service)("def f():\n    return 1\n", lend={"layers": ["f"]})
        with pytest.raises(WireError, match=re.escape("does not belong to the request")):
            call(worker, "layers.f")
        worker.end()
