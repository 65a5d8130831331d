"""Functions that make weights: what kind of tensor comes back."""

import numpy as np
import pytest

from grader.conventions import CONVENTIONS
from grader.conventions.convention import Call, Subject
from grader.worker.inside import operations as ops
from grader.worker.program import Fault, Replies

WEIGHTS = CONVENTIONS["weight_factory"]
SHAPE = {"weight_shape": [2, 3]}
TRAINABLE = {**SHAPE, "trainable": True}


@pytest.fixture
def ask(torch, in_process):
    def run(function, options):
        session = in_process({"f": function})
        (answer,) = WEIGHTS.forward(session, Subject("f"), [Call({}, None, (), options)])
        return answer

    return run


def test_the_shape_arrives_as_a_tuple_and_the_weight_comes_back(ask, torch):
    answer = ask(lambda shape: torch.full((*shape, 1), 2.0), SHAPE)
    assert np.array_equal(answer.outputs["weight"], np.full((2, 3, 1), 2.0))


def test_a_leaf_of_the_global_type_that_requires_gradients_can_be_trained(ask, torch):
    answer = ask(lambda shape: torch.zeros(shape, requires_grad=True), TRAINABLE)
    assert answer.outputs == {"trainable": 1.0}


def test_a_global_dtype_of_the_hand_in_counts(ask, torch):
    globals()["dtype"] = torch.float64
    try:
        answer = ask(lambda s: torch.zeros(s, dtype=dtype, requires_grad=True), TRAINABLE)  # noqa: F821
    finally:
        del globals()["dtype"]
    assert answer.outputs == {"trainable": 1.0}


def test_what_is_no_tensor_is_a_fault(ask):
    for options in (SHAPE, TRAINABLE):
        answer = ask(np.zeros, options)
        assert answer.message == (
            "f did not return a PyTorch tensor; expected one that can be trained."
        )
        assert answer.hint == "Return the tensor, without a conversion to NumPy."


def test_a_tensor_without_gradient_is_a_fault(ask, torch):
    answer = ask(torch.zeros, TRAINABLE)
    assert answer.message == (
        "f returned a tensor that requires no gradient, so training cannot change it."
    )
    assert answer.hint == "Set `w.requires_grad = True` before you return it."


def test_the_result_of_a_computation_is_a_fault(ask, torch):
    answer = ask(lambda shape: 2 * torch.zeros(shape, requires_grad=True), TRAINABLE)
    assert answer.message == (
        "f returned the result of a computation, not a leaf: its `grad` stays None in training."
    )
    assert answer.hint == (
        "Scale the random numbers first, and set requires_grad on the scaled tensor."
    )


def test_another_type_than_the_global_one_is_a_fault(ask, torch):
    answer = ask(lambda s: torch.zeros(s, dtype=torch.float64, requires_grad=True), TRAINABLE)
    assert answer.message == (
        "f returned a tensor of type torch.float64; expected the global dtype, which is "
        "torch.float32."
    )
    assert answer.hint == "Pass `dtype=dtype` where the tensor is made."


@pytest.mark.parametrize("status", [ops.VALUE, ops.DONE, ops.RAISED, ops.MISSING, 99])
@pytest.mark.parametrize(
    "payload",
    [None, 7, "text", (), [], {}, {"tensor": 1, "tracked": 1, "leaf": 1, "dtype": 5}],
)
def test_a_reply_of_any_form_is_a_fault(status, payload):
    class Answering:
        def run(self, program):
            return Replies(program, [(status, payload)] * len(program.operations))

    (answer,) = WEIGHTS.forward(Answering(), Subject("f"), [Call({}, None, (), TRAINABLE)])
    assert isinstance(answer, Fault)
    if status == ops.VALUE and not isinstance(payload, dict):
        assert answer.message == "The hand-in's process described one value and sent another."
