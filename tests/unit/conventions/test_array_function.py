import numpy as np
import pytest

from grader.conventions import CONVENTIONS
from grader.conventions.convention import Call, Computed, Subject
from grader.worker.inside import drivers
from grader.worker.program import FaultKind

FUNCTIONS = CONVENTIONS["array_function"]


@pytest.fixture
def one(in_process):
    """Runs one call of a function and returns its answer."""
    drivers.load("")

    def run(f, inputs, **options):
        (answer,) = FUNCTIONS.forward(
            in_process({"f": f}), Subject("f"), [Call(inputs, None, (), options)]
        )
        return answer

    return run


def test_arguments_go_by_position(one):
    assert one(lambda a, b: a - b, {"x": 5.0, "y": 3.0}) == Computed({"value": 2.0})


def test_a_function_of_ours_can_be_an_argument(one):
    answer = one(lambda x, h: h(x), {"x": np.array([3.0]), "h": "cubic_slope"}, callables=["h"])
    assert answer.outputs["value"].tolist() == [8]


def test_an_input_that_is_changed_is_named(one):
    def f(x, y):
        y += 1
        return x

    assert one(f, {"x": np.ones(2), "y": np.ones(2)}).mutated == ("y",)


def test_what_is_raised_is_a_fault(one):
    answer = one(lambda x: x / "a", {"x": 1.0})
    assert answer.kind is FaultKind.RAISED
    assert answer.exception == "TypeError"


def test_a_function_that_is_not_there_is_missing(in_process):
    (answer,) = FUNCTIONS.forward(in_process({}), Subject("g"), [Call({"x": 1.0})])
    assert answer.kind is FaultKind.MISSING
