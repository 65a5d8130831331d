"""Frames: a header and one value; and every way in which a frame can be wrong."""

import itertools
import os
import socket
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.worker.inside import values, wire
from grader.worker.inside.wire import WireError


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


def open_descriptors():
    return set(os.listdir("/proc/self/fd"))


def header(
    magic=wire.MAGIC, version=wire.VERSION, kind=wire.REPLY, nonce=7, size=1, segments=0, extra=0
):
    return wire.HEADER.pack(magic, version, kind, nonce, size, segments, extra)


class TestFrames:
    def test_a_frame_arrives_with_its_kind_and_its_nonce(self, pair):
        ours, theirs = pair
        wire.send(ours, wire.REQUEST, (1 << 64) - 1, {"x": np.arange(3)})
        frame, extra = wire.receive(theirs)
        assert (frame.kind, frame.nonce, extra) == (wire.REQUEST, (1 << 64) - 1, [])
        assert frame.body["x"].tolist() == [0, 1, 2]

    def test_a_large_array_and_a_descriptor_cross_together(self, pair, tmp_path):
        ours, theirs = pair
        path = tmp_path / "passed"
        path.write_bytes(b"here")
        array = np.arange(values.SHARED_FROM, dtype=float)
        before = open_descriptors()
        with path.open("rb") as file:
            wire.send(ours, wire.REPLY, 1, array, (file.fileno(),))
            frame, (descriptor,) = wire.receive(theirs)
        assert os.read(descriptor, 9) == b"here"
        os.close(descriptor)
        assert np.array_equal(array, frame.body)
        assert open_descriptors() == before

    def test_a_frame_larger_than_a_socket_buffer_arrives(self, pair):
        ours, theirs = pair
        body = b"x" * (3 << 20)
        sender = threading.Thread(target=wire.send, args=(ours, wire.REPLY, 1, body))
        sender.start()
        frame, _ = wire.receive(theirs)
        sender.join()
        assert frame.body == body

    def test_a_frame_that_is_too_long_is_not_sent(self, pair, monkeypatch):
        monkeypatch.setattr(wire, "MAX_BODY", 100)
        with pytest.raises(WireError, match=r"a frame of 109 bytes is longer than 100"):
            wire.send(pair[0], wire.REPLY, 1, b"x" * 100)

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (header(magic=b"EVIL") + b"\0", "a frame does not begin with this protocol's mark"),
            (header(version=2) + b"\0", "a frame does not begin with this protocol's mark"),
            (header(size=1001), "a frame of 1001 bytes is longer than 1000"),
            (header(size=1 << 63), "a frame of 9223372036854775808 bytes is longer than 1000"),
            (header(segments=2) + b"\0", "2 descriptors were announced, 0 came"),
            (header(extra=1) + b"\0", "1 descriptors were announced, 0 came"),
            (header(size=2) + b"\0\0", "1 bytes are left after a frame's value"),
            (header(size=0), "a frame ends in the middle of a value"),
            (b"", "the connection was closed"),
            (header()[:10], "the connection was closed"),
            (header(size=3) + b"\0", "the connection was closed in the middle of a frame"),
        ],
    )
    def test_a_bad_frame_is_refused_with_the_reason(self, pair, data, message):
        ours, theirs = pair
        ours.sendall(data)
        ours.shutdown(socket.SHUT_WR)
        with pytest.raises(WireError) as caught:
            wire.receive(theirs, max_body=1000)
        assert str(caught.value) == message
        assert isinstance(caught.value, wire.ConnectionEnded) == ("connection" in message)

    def test_descriptors_that_nobody_announced_are_refused_and_closed(self, pair):
        ours, theirs = pair
        before = open_descriptors()
        socket.send_fds(ours, [header() + b"\0"], [0, 0])
        with pytest.raises(WireError, match="0 descriptors were announced, 2 came"):
            wire.receive(theirs)
        assert open_descriptors() == before

    def test_the_deadline_holds_for_the_whole_frame(self, pair):
        ours, theirs = pair
        data, _ = values.encode("x" * 500)
        clock = itertools.count()

        def remaining_s():
            # Each look at the clock costs one of five seconds, and the peer sends one more byte.
            now_s = next(clock)
            if now_s < len(whole):
                ours.sendall(whole[now_s : now_s + 1])
            return 5.0 - now_s

        whole = header(size=len(data)) + data
        with pytest.raises(TimeoutError):
            wire.receive(theirs, remaining_s=remaining_s)
        assert next(clock) == 6

    def test_the_deadline_holds_inside_the_body(self, pair):
        ours, theirs = pair
        ours.sendall(header(size=100) + b"\0")
        left = iter([1.0, 1.0, 0.0])
        with pytest.raises(TimeoutError):
            wire.receive(theirs, remaining_s=lambda: next(left))

    def test_a_silent_peer_runs_into_the_deadline(self, pair):
        with pytest.raises(TimeoutError):
            wire.receive(pair[1], remaining_s=lambda: 0.01)


PROGRAM = [(4, np.arange(6.0).reshape(2, 3)), (1, values.Slot(0), ("text",), {"a": None, "b": 2.5})]
# The same examples in every run, on however slow a machine.
REPEATABLE = settings(derandomize=True, database=None, deadline=None, max_examples=200)


def read_all(data, lockstep):
    """Receives what a peer sends before it closes; returns the error, where there is one."""
    ours, theirs = socket.socketpair()
    before = open_descriptors()
    with ours, theirs:
        ours.sendall(data)
        ours.shutdown(socket.SHUT_WR)
        try:
            wire.receive(theirs, lockstep=lockstep)
        except WireError as error:
            assert open_descriptors() == before
            return error
    return None


class TestHostileBytes:
    @REPEATABLE
    @given(st.binary(max_size=200), st.booleans())
    def test_random_bytes_are_no_frame(self, data, lockstep):
        assert read_all(data, lockstep)

    @REPEATABLE
    @given(st.binary(max_size=200))
    def test_random_bytes_behind_a_right_header_give_a_frame_or_a_wire_error(self, data):
        read_all(header(size=len(data)) + data, lockstep=True)

    @REPEATABLE
    @given(st.data(), st.booleans())
    def test_a_changed_frame_is_a_frame_or_a_wire_error(self, data, lockstep):
        body, _ = values.encode(PROGRAM)
        frame = bytearray(header(size=len(body)) + body)
        places = st.tuples(st.integers(0, len(frame) - 1), st.integers(0, 255))
        for at, byte in data.draw(st.lists(places, min_size=1, max_size=4)):
            frame[at] = byte
        read_all(frame[: data.draw(st.integers(0, len(frame)))], lockstep)

    @pytest.mark.parametrize("lockstep", [False, True])
    def test_every_prefix_of_a_frame_is_refused(self, lockstep):
        body, _ = values.encode(PROGRAM)
        frame = header(size=len(body)) + body
        assert read_all(frame, lockstep) is None
        for end in range(len(frame)):
            assert isinstance(read_all(frame[:end], lockstep), wire.ConnectionEnded)


class TestLockstep:
    def test_a_small_frame_is_taken_in_one_read(self, pair):
        ours, theirs = pair
        wire.send(ours, wire.REPLY, 1, "body")
        looks = iter([1.0])
        frame, _ = wire.receive(theirs, remaining_s=lambda: next(looks), lockstep=True)
        assert frame.body == "body"

    def test_a_large_frame_is_read_to_its_end(self, pair):
        ours, theirs = pair
        body = b"x" * (1 << 18)
        sender = threading.Thread(target=wire.send, args=(ours, wire.REPLY, 1, body))
        sender.start()
        frame, _ = wire.receive(theirs, lockstep=True)
        sender.join()
        assert frame.body == body

    def test_bytes_after_a_frame_that_nobody_asked_for_are_refused(self, pair):
        ours, theirs = pair
        ours.sendall(header() + b"\0" + b"more")
        with pytest.raises(WireError) as caught:
            wire.receive(theirs, lockstep=True)
        assert str(caught.value) == "4 bytes came after a frame although nobody asked"

    def test_frames_that_need_no_answer_may_follow_one_another(self, pair):
        ours, theirs = pair
        for number in range(3):
            wire.send(ours, wire.CONTROL, wire.NO_REPLY, number)
        assert [wire.receive(theirs)[0].body for _ in range(3)] == [0, 1, 2]
