"""Functions that draw weights for two fans: what comes back, and in which shape."""

import numpy as np
import pytest

from grader.conventions import CONVENTIONS
from grader.conventions.convention import Call, Subject
from grader.worker.inside import operations as ops
from grader.worker.inside.wire import Opaque
from grader.worker.program import Fault, FaultKind, Replies

DRAWN = CONVENTIONS["fan_initializer"]
CALL = Call({}, None, (), {"fans": [2, 3]})


@pytest.fixture
def ask(torch, in_process):
    def run(function):
        (answer,) = DRAWN.forward(in_process({"f": function}), Subject("f"), [CALL])
        return answer

    return run


def test_the_fans_arrive_as_two_numbers_and_the_weights_come_back(ask, torch):
    answer = ask(lambda fan_in, fan_out: torch.full((fan_in, fan_out), 2.0))
    assert np.array_equal(answer.outputs["weight"], np.full((2, 3), 2.0))


def test_either_axis_may_be_that_of_the_inputs(ask, torch):
    answer = ask(lambda fan_in, fan_out: torch.zeros(fan_out, fan_in))
    assert answer.outputs["weight"].shape == (3, 2)


def test_a_parameter_of_any_precision_is_a_tensor(ask, torch):
    answer = ask(lambda *fans: torch.nn.Parameter(torch.ones(fans, dtype=torch.float64)))
    assert answer.outputs["weight"].dtype == np.float64


@pytest.mark.parametrize(
    ("function", "said", "hint"),
    [
        (lambda *fans: np.zeros(fans), "one array", "without a conversion to NumPy"),
        (lambda *fans: None, "None", "return what the docstring names"),
        (lambda *fans: [0.0], "a list of 1", "Return the tensor itself"),
    ],
)
def test_what_is_no_tensor_is_a_fault(ask, function, said, hint):
    answer = ask(function)
    assert answer.kind is FaultKind.MALFORMED
    assert answer.message == (
        f"f(2, 3) returned {said}; expected a PyTorch tensor of shape (2, 3) or (3, 2)."
    )
    assert hint in answer.hint


@pytest.mark.parametrize("shape", [(), (2,), (2, 2), (1, 2, 3), (6,)])
def test_another_shape_is_named_with_both_that_are_right(ask, torch, shape):
    answer = ask(lambda *fans: torch.zeros(shape))
    assert answer.message == (
        f"f(2, 3) returned a tensor of shape {shape}; expected a PyTorch tensor of shape (2, 3) or "
        "(3, 2)."
    )
    assert answer.hint.startswith("Make a matrix")


def test_a_shape_that_is_the_same_both_ways_is_named_once(torch, in_process):
    session = in_process({"f": lambda *fans: torch.zeros(3)})
    (answer,) = DRAWN.forward(session, Subject("f"), [Call({}, None, (), {"fans": [4, 4]})])
    assert answer.message.endswith("of shape (3,); expected a PyTorch tensor of shape (4, 4).")


def test_a_function_that_raises_is_told_with_its_own_words(ask):
    def refuse(*fans):
        raise KeyError("gain")

    answer = ask(refuse)
    assert answer.kind is FaultKind.RAISED
    assert "gain" in answer.message


@pytest.mark.parametrize("status", [ops.VALUE, ops.DONE, ops.RAISED, ops.MISSING, 99])
@pytest.mark.parametrize(
    "payload", [None, True, 7, "text", (), [], {}, Opaque("Tensor"), ("Tensor", 2), np.zeros(3)]
)
def test_a_reply_of_any_form_is_a_fault(status, payload):
    class Answering:
        def run(self, program):
            return Replies(program, [(status, payload)] * len(program.operations))

    (answer,) = DRAWN.forward(Answering(), Subject("f"), [CALL])
    assert isinstance(answer, Fault)
