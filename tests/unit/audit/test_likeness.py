"""Two answers compared to rounding."""

from __future__ import annotations

import numpy as np
import pytest

from grader.audit.likeness import difference
from grader.conventions.convention import Computed

X = np.array([[1.0, -2.0], [0.5, 3.0]])


def answer(out: object, **more: object) -> Computed:
    return Computed({"out": out, **more})


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (X + 1e-13, ""),
        (X.astype(np.float32), ""),
        (X + 1e-6, "out differs by 1e-06"),
        (X.T[:1], "out has shape (1, 2) in place of (2, 2)"),
        (X * np.nan, "out differs by nan"),
        (None, "out is no number"),
    ],
)
def test_an_output_is_compared_to_rounding(value: object, said: str) -> None:
    right = X.astype(np.float32).astype(float) if np.asarray(value).dtype == np.float32 else X
    assert difference(answer(value), answer(right)) == said


def test_what_is_not_finite_has_to_be_so_in_both() -> None:
    right = np.array([1.0, np.inf, np.nan])
    assert difference(answer(right.copy()), answer(right)) == ""
    said = difference(answer(np.array([1.0, 2.0, np.nan])), answer(right))
    assert said == "out differs where the right one is not finite"


def test_states_and_gradients_are_compared_as_well() -> None:
    right = answer(X, state={"m": X, "t": 1})
    assert difference(answer(X, state={"m": X, "t": 1}), right) == ""
    assert difference(answer(X, state={"m": X, "t": 2}), right) == "state ['t'] differs by 1"
    assert difference(answer(X, state={"m": X}), right) == "state has other keys"
    pair = answer([X, X])
    assert difference(answer([X]), pair) == "out has another length"
    assert difference(answer([X, X + 1]), pair) == "out differs by 1"
    one, other = Computed({}, {"x": X}), Computed({}, {"x": -X})
    assert difference(other, one) == "the gradient by x differs by 6"
    assert difference(answer("train"), answer("test")) == "out is another value"


def test_rounding_where_large_terms_cancel_is_no_difference() -> None:
    right = Computed({"out": X}, {"b": np.zeros(2)})
    assert difference(Computed({"out": X}, {"b": np.full(2, 1e-16)}), right) == ""
    assert difference(Computed({"out": X}, {"b": np.full(2, 1e-9)}), right) != ""


def test_an_input_that_is_changed_is_a_difference() -> None:
    changed = Computed({"out": X}, mutated=("x",))
    assert difference(changed, answer(X)) == "it changes its input x"
    assert difference(answer(X), changed) == "it changes its input no more"
