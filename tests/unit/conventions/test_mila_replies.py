"""Replies of any form to the conventions of the Mila assignment: each is read, nothing raises."""

import numpy as np
import pytest

from grader.conventions import CONVENTIONS
from grader.conventions.convention import Call, Computed, Subject
from grader.worker.inside import operations as ops
from grader.worker.inside.wire import Opaque
from grader.worker.program import Fault, Replies

ODD = [
    *(None, True, 7, "text", (), [], {}, (1, 2), Opaque("thing"), np.zeros((0, 3))),
    *({1: 2}, {"lacks": "a b\x1b["}, {"lacks": 3}, {"W1": np.zeros(0)}, {"W1": np.array(9.0)}),
    *({"W2": np.full((2, 2), np.nan), "W3": np.ones((2, 2))}, {"w": "x"}, {"loss": {}}),
]
X = {"x": np.ones((2, 784)), "labels": np.array([1, 2])}
CALLS = {
    "network_with_caches": [Call(X, options={"question": name}) for name in ("weights", "forward")],
    "layer_object": [
        Call(X, np.ones(2), ("x",), {"layer": "pooling"}),
        Call(X, options={"layer": "convolution", "drawn": True}),
    ],
    "epoch_loops": [Call(X, options={"loop": name}) for name in ("train", "model")],
    "network_of_blocks": [Call(X)],
}


class Answering:
    """Answers every operation with the same entry."""

    def __init__(self, entry):
        self.entry = entry

    def run(self, program):
        return Replies(program, [self.entry] * len(program.operations))


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("status", [ops.VALUE, ops.DONE, ops.RAISED, ops.MISSING, 99])
def test_every_reply_becomes_a_value_or_a_fault(name, status):
    convention = CONVENTIONS[name]
    for payload in ODD:
        for runner in filter(None, (convention.forward, convention.backward)):
            for call in CALLS[name]:
                (answer,) = runner(Answering((status, payload)), Subject("m.C", "m.C"), [call])
                assert isinstance(answer, Computed | Fault)
                if status in (ops.RAISED, ops.MISSING, 99):
                    assert isinstance(answer, Fault)
                if isinstance(answer, Fault):
                    assert "\x1b" not in answer.message
