"""Losses as classes: forward and backward are asked of two objects."""

import numpy as np
import pytest

from grader.conventions import CONVENTIONS
from grader.conventions.convention import Call, Subject
from grader.worker.program import FaultKind

LOSSES = CONVENTIONS["loss_module"]
X, Y = np.arange(6.0).reshape(2, 3), np.ones((2, 3))


class Loss:
    """A mean squared error that keeps nothing."""

    def forward(self, x, y):
        return ((x - y) ** 2).sum() / len(x)

    def backward(self, x, y):
        return 2 * (x - y) / len(x)


@pytest.fixture
def ask(in_process):
    """Runs one call on a class and returns the answer."""

    def run(runner, cls, inputs, wrt=()):
        subject = Subject("m.C.backward", "m.C.forward")
        (answer,) = runner(in_process({"m.C": cls}), subject, [Call(inputs, None, tuple(wrt))])
        return answer

    return run


def test_forward_gives_the_loss(ask):
    answer = ask(LOSSES.forward, Loss, {"x": X, "y": Y})
    assert answer.outputs == {"loss": ((X - 1) ** 2).sum() / 2}


def test_backward_gives_the_gradient_too(ask):
    answer = ask(LOSSES.backward, Loss, {"x": X, "y": Y}, wrt=["x"])
    assert answer.outputs == {"loss": ((X - 1) ** 2).sum() / 2}
    np.testing.assert_array_equal(answer.gradients["x"], X - 1)


def test_backward_is_asked_of_a_fresh_object(ask):
    class Stateful(Loss):
        def forward(self, x, y):
            self.x = x
            return super().forward(x, y)

        def backward(self, x, y):
            return self.x

    answer = ask(LOSSES.backward, Stateful, {"x": X, "y": Y}, wrt=["x"])
    assert answer.exception == "AttributeError"


def test_a_forward_that_raises_takes_nothing_along(ask):
    class Half(Loss):
        def forward(self, x, y):
            raise NotImplementedError

    answer = ask(LOSSES.backward, Half, {"x": X, "y": Y}, wrt=["x"])
    assert answer.outputs == {"loss": None}
    np.testing.assert_array_equal(answer.gradients["x"], X - 1)
    assert ask(LOSSES.forward, Half, {"x": X, "y": Y}).exception == "NotImplementedError"


def test_what_forward_does_to_its_inputs_is_not_seen_by_backward(ask):
    class Clipping(Loss):
        def forward(self, x, y):
            x[...] = 0
            return 0.0

    answer = ask(LOSSES.backward, Clipping, {"x": X, "y": Y}, wrt=["x"])
    np.testing.assert_array_equal(answer.gradients["x"], X - 1)
    assert answer.mutated == ("x",)


def test_a_method_that_is_not_there_is_named(ask):
    answer = ask(LOSSES.forward, object, {"x": X, "y": Y})
    assert answer.message == "`m.C` has no method `forward`."


def test_a_class_that_is_not_there_is_missing(in_process):
    call = Call({"x": X, "y": Y}, None, ("x",))
    (answer,) = LOSSES.forward(in_process({}), Subject("m.C.forward"), [call])
    assert answer.kind is FaultKind.MISSING


def test_inputs_that_are_changed_are_named(ask):
    class Clipping(Loss):
        def forward(self, x, y):
            np.clip(x, 0.5, 1, out=x)
            return super().forward(x, y)

    assert ask(LOSSES.forward, Clipping, {"x": X, "y": Y}).mutated == ("x",)
