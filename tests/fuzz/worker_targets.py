"""Targets that stand where a worker does, which is not trusted: the wire and what goes over it.

Each lets through only what the boundary documents, and asserts what it promises; see `targets`.
"""

from __future__ import annotations

import json
import os
import socket
from typing import Any

import numpy as np

from grader.errors import WorkerError
from grader.records import Limits, Outcome
from grader.worker.inside import operations as ops
from grader.worker.inside import values, wire
from grader.worker.lender import CourseLender
from grader.worker.program import Fault, Program, Replies
from tests.fuzz import course, frames, hostile_values, judging
from tests.fuzz.promises import assert_plain
from tests.fuzz.supply import Supply


def value(data: bytes) -> None:
    """A value of the wire; what is read can be sent again and comes back the same."""
    try:
        read = values.decode(data)
    except wire.WireError:
        return
    again, segments = values.encode(read)
    assert not segments
    twice, _ = values.encode(values.decode(again))
    assert again == twice


def begin_values() -> list[bytes]:
    plain = [None, True, 7, -1.5, "text", b"bytes", (1, [2, {"a": 3}]), values.Opaque("module")]
    arrays = [
        np.arange(6.0).reshape(2, 3),
        np.zeros((0, 2)),
        np.array(True),
        np.ones(3, "complex64"),
    ]
    return [values.encode(each)[0] for each in (*plain, *arrays, [plain, values.Slot(3)])]


def frame(data: bytes) -> None:
    """A whole frame with descriptors of several kinds; none of them is left open."""
    supply = Supply(data)
    lockstep = bool(supply.below(2))
    shared = [frames.descriptor(supply) for _ in range(supply.below(4))]
    sent = supply.rest() if supply.below(2) else frames.framed(supply, len(shared))
    ours, theirs = socket.socketpair()
    before = len(os.listdir("/dev/fd"))
    try:
        if shared and sent:
            socket.send_fds(theirs, [sent], shared)
        else:
            theirs.sendall(sent)
        theirs.shutdown(socket.SHUT_WR)
        ours.settimeout(1.0)
        _, passed = wire.receive(ours, max_body=1 << 16, lockstep=lockstep)
        values.close_all(passed)
    except wire.WireError:
        pass
    finally:
        after = len(os.listdir("/dev/fd"))
        values.close_all(shared)
        ours.close()
        theirs.close()
    assert after == before, "a descriptor was left open"


def begin_frames() -> list[bytes]:
    shared = bytes([values.SHARED, 11, 1, *(3).to_bytes(8, "little"), 0, 0, 0, 0])
    bodies = [*begin_values(), shared]
    whole = [frames.framed(Supply(b"\0\0\0" + body), 0) for body in bodies]
    return [
        *(bytes([0, 0, 1]) + each for each in whole),
        *(bytes([1, 1, 0, 0, 0, 0, 0, 0]) + body for body in bodies),
    ]


def reply(data: bytes) -> None:
    """What a worker answers a program: each entry is a value or a fault, whatever it is."""
    supply = Supply(data)
    asked = Program()
    slots = [asked.new(number) for number in range(1 + supply.below(4))]
    entries: list[Any] = [
        (supply.choice((0, 1, 2, 3, 4, -1, 99)), _payload(supply))
        if supply.below(4)
        else hostile_values.value(supply)
        for _ in range(supply.below(6))
    ]
    replies = Replies(asked, entries)
    for slot in slots:
        replies.value(slot)
        fault = replies.fault(slot)
        assert fault is None or isinstance(fault, Fault)
        for said in (fault.message, fault.hint, fault.place) if fault else ():
            assert_plain(said)


def _payload(supply: Supply) -> Any:
    honest = ("TypeError", "1 argument", "layers.py", 3, "f"), ("no such name", ("a", "b"))
    chosen = supply.choice((*honest, None))
    return (
        hostile_values.value(supply) if chosen is None else hostile_values.altered(chosen, supply)
    )


def check(data: bytes) -> None:
    """What a worker answers a check: a result, unless the worker ended."""
    supply = Supply(data)
    planned = supply.choice(judging.plan().checks)
    try:
        result = judging.ask(planned, supply)
    except WorkerError:
        return
    assert 0 <= result.credit <= 1
    for said in (result.message, result.hint, *result.advice):
        assert_plain(said)


def examination(data: bytes) -> None:
    """The same from the examination to the report, what the loader notes included."""
    supply = Supply(data)
    checks = judging.plan().checks
    first = supply.below(len(checks))
    made, results = judging.examine(list(checks[first : first + 2]), supply)
    for result in results:
        # A worker may say that what was lost hangs on a library that is not here: then it is open,
        # for a person, and earns nothing.
        hangs = result.credit == 0 and " hangs on " in result.message
        assert result.outcome is not Outcome.UNJUDGED or hangs, result.message
    told = json.loads(made.to_json(), parse_constant=_refused)
    for said in judging.texts(told):
        assert_plain(said.replace("\n", "").replace("\t", ""))


def loan(data: bytes) -> None:
    """What a worker asks the course's own functions to be called with, and what it gets."""
    supply = Supply(data)
    kept = values.Opaque(ops.KEPT_AS + "9" * supply.choice((1, 20, 5000)))
    calls = [
        ("layers.relu_forward", [np.ones((2, 3))], {}),
        ("layers.affine_backward", [np.ones((2, 3)), (kept, [kept], {"a": kept})], {}),
        ("layers.center_forward", [np.ones((2, 3))], {"bn_param": {"mode": "train"}}),
    ]
    lend(hostile_values.altered(supply.choice(calls), supply) if supply.left else calls[0])


def lend(asked: Any) -> Any:
    """Has the small course answer one call of a worker; gives nothing for what is no call."""
    lender = CourseLender(lambda: judging.LyingSession(Supply(judging.HONEST)))
    lender.begin_group(frozenset(course.NAMES), Limits())
    body, _ = values.encode(asked)
    match values.decode(body):
        case (str() as dotted, list() as args, dict() as kwargs):
            try:
                answer = lender(dotted, args, kwargs)
            except wire.WireError:
                return None
            values.encode(answer)
            return answer
    return None


def _refused(constant: str) -> None:
    raise AssertionError(f"{constant} is in a report, which is no JSON")
