"""One value against what is expected: shapes, precision, and what is said."""

import numpy as np
import pytest

from grader.checks.judging import as_array, describe_value, judge
from grader.closeness import TABLE, Tolerance
from grader.worker.inside.values import Opaque

FINE = TABLE["float64"]
ROW = np.arange(1.0, 4.0)


class TestShapes:
    @pytest.mark.parametrize("actual", [ROW[None], ROW[:, None], ROW[None, :, None]])
    def test_a_vector_may_have_axes_of_length_one_where_shapes_are_loose(self, actual):
        strict = judge("db", actual, ROW, FINE)
        loose = judge("db", actual, ROW, FINE, loose_shape=True)
        assert strict.wrong.message == f"db has shape {actual.shape}; expected (3,)"
        assert strict.wrong.relative == -1.0
        assert loose.wrong is None
        assert loose.advice == (f"db has shape {actual.shape} where (3,) is documented; accepted.",)

    def test_a_loose_shape_still_has_to_hold_the_right_numbers(self):
        found = judge("db", 1.01 * ROW[None], ROW, FINE, loose_shape=True)
        assert found.wrong.message.startswith("db: 3 of 3 elements differ")
        assert len(found.advice) == 1

    def test_a_matrix_is_never_loose(self):
        matrix = np.ones((2, 3))
        for actual in (matrix[None], matrix.T, matrix.reshape(6)):
            assert judge("dw", actual, matrix, FINE, loose_shape=True).wrong is not None

    @pytest.mark.parametrize("actual", [2.0, 2, np.array(2.0), np.array([2.0]), np.array([[2.0]])])
    def test_a_number_may_come_in_any_shape_of_one_element(self, actual):
        found = judge("loss", actual, np.array(2.0), FINE)
        assert found.wrong is None
        assert len(found.advice) == (np.ndim(actual) > 0)

    def test_a_wrong_number_is_told_with_both_values(self):
        assert judge("loss", 2.1, np.array(2.0), FINE).wrong.message == ("loss is 2.1; expected 2")


class TestPrecision:
    def test_single_precision_is_allowed_its_rounding_and_nothing_coarser(self):
        near, off = (ROW * (1 + 5e-6)).astype(np.float32), (ROW * (1 + 5e-5)).astype(np.float32)
        assert judge("out", near, ROW, FINE).wrong is None
        assert judge("out", near.astype(float), ROW, FINE).wrong is not None
        assert judge("out", off, ROW, FINE).wrong is not None
        assert judge("out", off, ROW, TABLE["float32"]).wrong is None

    def test_half_precision_is_allowed_nothing(self):
        thirds = ROW / 3
        said = judge("out", thirds.astype(np.float16), thirds, FINE).wrong.message
        assert said.startswith("out: 2 of 3 elements differ (66.7 %); largest difference")
        assert judge("out", ROW.astype(np.float16), ROW, FINE).wrong is None
        rounded = judge("out", thirds.astype(np.float16), thirds, TABLE["float16"])
        assert rounded.wrong is None

    def test_a_wider_tolerance_of_the_rubric_stays(self):
        wide = Tolerance(rtol=0.0, atol=0.1)
        assert judge("out", (ROW + 0.2).astype(np.float32), ROW, wide).wrong is None

    @pytest.mark.parametrize("dtype", ["int64", "uint8", "bool"])
    def test_whole_numbers_are_compared_by_value(self, dtype):
        ones = np.ones(3)
        assert judge("out", ones.astype(dtype), ones, FINE).wrong is None
        assert judge("out", np.zeros(3, dtype), ones, FINE).wrong is not None


class TestWording:
    @pytest.mark.parametrize(
        ("value", "said"),
        [
            (None, "None"),
            (np.zeros((2, 0), "f4"), "an array of shape (2, 0) and dtype float32"),
            (Opaque("Tensor"), "a value of type Tensor"),
            (Opaque("\x1b[2J"), "a value of type \\x1b[2J"),
            (Opaque("array of dtype <U1 with 1 axes"), "an array of dtype <U1 with 1 axes"),
            ([1, 2], "a list of 2"),
            ((), "a tuple of 0"),
            ({"a": 1}, "a value of type dict"),
            ("text", "a value of type str"),
        ],
    )
    def test_a_value_is_described(self, value, said):
        assert describe_value(value) == said

    def test_a_gradient_that_autograd_lacks_is_nothing_to_fill_in(self):
        wrong = judge("the gradient of input", None, ROW, TABLE["float64"]).wrong
        assert wrong is not None
        assert "detach()" in wrong.hint

    @pytest.mark.parametrize(
        ("value", "message", "hint"),
        [
            (
                None,
                "dx is None; expected an array of shape (3,)",
                "Compute it in the part marked for your code, and return it.",
            ),
            (
                [1.0, 2.0, 3.0],
                "dx is a list of 3; expected an array of shape (3,)",
                "Turn it into an array with `np.array(dx)`.",
            ),
            (
                (ROW[:2], ROW),
                "dx is a tuple of 2; expected an array of shape (3,)",
                "One array is asked for: give entry 2 alone, and leave out the rest.",
            ),
            (
                (ROW, -ROW),
                "dx is a tuple of 2; expected an array of shape (3,)",
                "One array is asked for: give one of the entries alone, and leave out the rest.",
            ),
            (
                1j * ROW,
                "dx is an array of shape (3,) and dtype complex128; expected real numbers of "
                "shape (3,)",
                "Gradients and outputs are real numbers. Look for where complex ones come in, such "
                "as the root of a negative number.",
            ),
            (
                Opaque("array of Python objects with shape (3,)"),
                "dx is an array of Python objects with shape (3,); expected an array of shape (3,)",
                "Give it a number type, such as float64; look where it is created.",
            ),
            (
                Opaque("array of dtype <U1 with 1 axes"),
                "dx is an array of dtype <U1 with 1 axes; expected an array of shape (3,)",
                "",
            ),
            (
                Opaque("Tensor"),
                "dx is a value of type Tensor; expected an array of shape (3,)",
                "",
            ),
        ],
    )
    def test_what_is_no_real_array_is_told_with_what_to_do(self, value, message, hint):
        wrong = judge("dx", value, ROW, FINE).wrong
        assert (wrong.message, wrong.hint, wrong.relative) == (message, hint, -1.0)

    def test_an_entry_of_a_dictionary_is_not_told_to_be_returned(self):
        assert judge("bn_param.running_mean", None, ROW, FINE).wrong.hint == ""

    @pytest.mark.parametrize("value", [None, "1", [1.0], {}, Opaque("x")])
    def test_only_numbers_and_arrays_are_arrays(self, value):
        assert as_array(value) is None

    @pytest.mark.parametrize("value", [1, 2.5, True])
    def test_a_number_is_an_array_without_axes(self, value):
        assert as_array(value).shape == ()

    def test_the_relative_error_is_that_of_the_whole_array(self):
        found = judge("out", np.array([1.0, 100.5]), np.array([1.0, 100.0]), FINE)
        assert found.wrong.relative == pytest.approx(0.005)
