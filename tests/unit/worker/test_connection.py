"""Questions and answers over a control channel, with a peer that is played by the test."""

import os
import re
import socket

import pytest

from grader.errors import HostLost, WorkerDidNotStart
from grader.worker import connection as connection_module
from grader.worker.connection import Answer, Connection, close_all
from grader.worker.inside.wire import CONTROL, NO_REPLY, receive, send

LOST = (
    "The process that starts the workers ended or stopped answering. This is a fault of the "
    "grading machine, not of the hand-in. `grader doctor` says what the machine offers."
)


def open_descriptors():
    return set(os.listdir("/proc/self/fd"))


@pytest.fixture
def ends():
    """A connection, and the other end of its channel."""
    ours, theirs = socket.socketpair()
    connection = Connection(ours)
    yield connection, theirs
    connection.close()
    theirs.close()


@pytest.fixture
def null():
    descriptor = os.open(os.devnull, os.O_RDONLY)
    yield descriptor
    os.close(descriptor)


class TestAsking:
    def test_the_question_and_its_descriptors_arrive_and_the_answer_returns(self, ends, null):
        connection, peer = ends
        wait = connection.begin({"do": "load", "name": "a"}, (null,))
        frame, (passed,) = receive(peer)
        assert (frame.kind, frame.body) == (CONTROL, {"do": "load", "name": "a"})
        assert os.fstat(passed).st_rdev == os.fstat(null).st_rdev
        send(peer, CONTROL, frame.nonce, {"pid": 3}, (passed,))
        os.close(passed)
        answer = wait()
        assert answer.body == {"pid": 3}
        assert os.fstat(answer.descriptors[0]).st_rdev == os.fstat(null).st_rdev
        close_all(answer.descriptors)

    def test_answers_find_their_questions_in_whatever_order_they_are_waited_for(self, ends):
        connection, peer = ends
        waits = [connection.begin({"n": n}) for n in range(3)]
        nonces = []
        for _ in waits:
            frame, _ = receive(peer)
            nonces.append(frame.nonce)
            send(peer, CONTROL, frame.nonce, frame.body["n"])
        assert len(set(nonces)) == 3
        assert NO_REPLY not in nonces
        assert [wait() for wait in reversed(waits)] == [Answer(n, ()) for n in (2, 1, 0)]

    def test_what_needs_no_answer_says_so(self, ends):
        connection, peer = ends
        connection.tell({"do": "end", "pid": 7})
        frame, _ = receive(peer)
        assert (frame.nonce, frame.body) == (NO_REPLY, {"do": "end", "pid": 7})

    def test_asking_gives_the_body_alone(self, ends, monkeypatch):
        connection, _ = ends
        monkeypatch.setattr(connection, "begin", lambda body, passed: lambda: Answer([body], ()))
        assert connection.ask({"do": "it"}) == [{"do": "it"}]


class TestFaults:
    def test_a_process_that_has_ended_takes_no_question(self, ends):
        connection, peer = ends
        peer.close()
        with pytest.raises(HostLost, match=f"^{re.escape(LOST)}$"):
            connection.begin({"do": "load"})

    def test_a_process_that_ends_before_it_answers_is_lost(self, ends):
        connection, peer = ends
        wait = connection.begin({"do": "load"})
        receive(peer)
        peer.close()
        with pytest.raises(HostLost, match=f"^{re.escape(LOST)}$"):
            wait()

    def test_a_process_that_does_not_answer_in_time_is_lost(self, ends, monkeypatch):
        monkeypatch.setattr(connection_module, "CONTROL_WALL_S", 0.01)
        wait = ends[0].begin({"do": "load"})
        with pytest.raises(HostLost, match=f"^{re.escape(LOST)}$"):
            wait()

    def test_a_process_that_does_not_read_in_time_is_lost(self, ends, monkeypatch):
        monkeypatch.setattr(connection_module, "CONTROL_WALL_S", 0.01)
        with pytest.raises(HostLost, match=f"^{re.escape(LOST)}$"):
            ends[0].tell({"much": b"x" * (8 << 20)})

    def test_a_process_that_sends_no_frame_is_lost(self, ends):
        connection, peer = ends
        wait = connection.begin({"do": "load"})
        peer.sendall(b"What?" * 20)
        with pytest.raises(HostLost, match=f"^{re.escape(LOST)}$"):
            wait()

    def test_a_refusal_of_the_machine_is_told_in_its_words_made_plain(self, ends, null):
        connection, peer = ends
        wait = connection.begin({"do": "fork"})
        frame, _ = receive(peer)
        before = open_descriptors()
        send(peer, CONTROL, frame.nonce, {"fault": "No space\x1b[2J left"}, (null,))
        with pytest.raises(WorkerDidNotStart) as caught:
            wait()
        assert str(caught.value) == (
            "The grading machine refused to start a process or to make its folder (No space"
            "\\x1b[2J left). This is no fault of the hand-in. Make room or end other programs, "
            "then run the command again."
        )
        assert not isinstance(caught.value, HostLost)
        assert open_descriptors() == before


class TestClosing:
    def test_what_came_with_an_answer_that_nobody_waited_for_is_closed(self, null):
        before = open_descriptors()
        ours, theirs = socket.socketpair()
        connection = Connection(ours)
        connection.begin({"n": 1})
        wait = connection.begin({"n": 2})
        for passed in ((null,), ()):
            frame, _ = receive(theirs)
            send(theirs, CONTROL, frame.nonce, {}, passed)
        wait()
        assert len(open_descriptors() - before) == 3  # two sockets and the one that came
        connection.close()
        theirs.close()
        assert open_descriptors() == before

    def test_descriptors_that_are_closed_already_are_passed_over(self, null):
        copies = [os.dup(null) for _ in range(2)]
        os.close(copies[0])
        close_all(tuple(copies))
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(copies[1])
