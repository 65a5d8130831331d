"""What was returned, in words; and inputs that are not what they were."""

import numpy as np
import pytest

from grader.conventions.convention import gradient_name
from grader.conventions.reading import named, returned, tuple_fault, unchanged
from grader.worker.inside.values import Opaque
from grader.worker.program import Fault, FaultKind


@pytest.mark.parametrize(
    ("description", "said"),
    [
        (("NoneType", -1), "None"),
        (("tuple", 3), "a tuple of 3"),
        (("list", 0), "a list of 0"),
        (("ndarray", 2), "one array"),
        (("float", -1), "a value of type float"),
        (("dict", 2), "a value of type dict"),
        (("Od\x1bd", -1), "a value of type Od\\x1bd"),
        (("T" * 99, -1), f"a value of type {'T' * 80}… (+19 characters)"),
        (None, "something that cannot be described"),
        ((3, 4), "something that cannot be described"),
        ("tuple", "something that cannot be described"),
        (("", -1), "something that cannot be described"),
    ],
)
def test_what_was_returned_is_said_in_words(description, said):
    assert returned(description) == said


class TestTuples:
    @pytest.mark.parametrize("kind", ["tuple", "list"])
    def test_a_tuple_or_list_of_the_right_length_is_no_fault(self, kind):
        assert tuple_fault("f", (kind, 2), ("out", "cache")) is None

    def test_none_means_that_the_code_is_not_written_yet(self):
        assert tuple_fault("f", ("NoneType", -1), ("out", "cache")) == Fault(
            FaultKind.MALFORMED,
            "f returned None; expected the 2 values (out, cache).",
            "Fill in the part that is marked for your code, and return what the docstring names.",
        )

    def test_another_value_comes_with_the_line_to_write(self):
        assert tuple_fault("f", ("ndarray", 2), ("out", "cache")) == Fault(
            FaultKind.MALFORMED,
            "f returned one array; expected the 2 values (out, cache).",
            "End the function with `return out, cache`.",
        )

    def test_a_fault_stays_that_fault(self):
        fault = Fault(FaultKind.MISSING, "No.")
        assert tuple_fault("f", fault, ("a", "b")) is fault

    @pytest.mark.parametrize(
        "description", [None, ("dict", 2), ("tuple", 3), ("tuple",), 7, np.zeros(2)]
    )
    def test_every_other_description_is_a_fault(self, description):
        assert tuple_fault("f", description, ("a", "b")).kind is FaultKind.MALFORMED


class TestNames:
    def test_items_get_their_names_in_order(self):
        assert named((1, 2), ("x", "w")) == {"x": 1, "w": 2}
        assert named([1, 2], ("x", "w")) == {"x": 1, "w": 2}

    @pytest.mark.parametrize("value", [None, (1,), (1, 2, 3), np.zeros(2), {"x": 1, "w": 2}])
    def test_a_value_that_is_not_as_described_is_a_fault(self, value):
        assert named(value, ("x", "w")) == Fault(
            FaultKind.MALFORMED, "The hand-in's process described one value and sent another."
        )

    def test_gradients_are_named_as_course_code_does(self):
        assert gradient_name("gamma") == "dgamma"


class TestMutation:
    BEFORE = np.array([1.0, np.nan])

    @pytest.mark.parametrize(
        ("after", "same"),
        [
            (np.array([1.0, np.nan]), True),
            (np.array([1.0 + 1e-15, np.nan]), False),
            (np.array([1.0, 2.0]), False),
            (np.array([[1.0, np.nan]]), False),
            (np.array([1.0, np.nan], np.float32), False),
            ([1.0, np.nan], False),
            (None, False),
            (Opaque("x"), False),
        ],
    )
    def test_an_array_is_unchanged_only_bit_by_bit(self, after, same):
        assert unchanged(self.BEFORE, after) is same

    def test_whole_numbers_are_compared_too(self):
        assert unchanged(np.arange(3), np.arange(3))
        assert not unchanged(np.arange(3), np.arange(1, 4))

    def test_what_is_no_array_may_change(self):
        assert unchanged({"mode": "train"}, None)
