"""What a worker sends is not trusted: a reply of any form is read, and nothing raises."""

import numpy as np
import pytest

from grader.conventions import CONVENTIONS
from grader.conventions.convention import Call, Computed, Subject
from grader.worker.inside import operations as ops
from grader.worker.inside.wire import Opaque
from grader.worker.program import Fault, Replies

ODD = [None, True, 7, -0.0, "text", (), [], {}, {"x": 1}, (1, 2), Opaque("thing"), np.zeros((0, 3))]


class Answering:
    """Answers every operation with the same entry."""

    def __init__(self, entry):
        self.entry = entry

    def run(self, program):
        return Replies(program, [self.entry] * len(program.operations))


def calls_of(name):
    x, w = np.ones((2, 3)), np.ones((4, 3))
    if name == "module_with_dicts":
        yield Call({"x": x, "weight": w}, np.ones((2, 4)), ("x", "weight"), {"cache": ["weight"]})
        options = {"ask": "params", "cache": ["weight"]}
        yield Call({"x": x, "weight": w}, np.ones((2, 4)), ("weight",), options)
    elif name == "loss_module":
        yield Call({"x": x, "y": x}, None, ("x",))
    else:
        yield Call({"a": x, "h": "cubic"}, None, (), {"callables": ["h"]})


@pytest.mark.parametrize("name", ["module_with_dicts", "loss_module", "array_function"])
@pytest.mark.parametrize("status", [ops.VALUE, ops.DONE, ops.RAISED, ops.MISSING, 99])
def test_every_reply_becomes_a_value_or_a_fault(name, status):
    convention = CONVENTIONS[name]
    runners = (convention.forward, convention.backward, convention.backward_alone)
    for payload in ODD:
        session = Answering((status, payload))
        for runner in filter(None, runners):
            for call in calls_of(name):
                (answer,) = runner(session, Subject("m.C.backward", "m.C.forward"), [call])
                assert isinstance(answer, Computed | Fault)
                if status in (ops.RAISED, ops.MISSING, 99):
                    assert isinstance(answer, Fault)
