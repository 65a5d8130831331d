import numpy as np
import pytest

from reference.arrays import expect_int, expect_shape, floats, labels


def test_float32_stays_float32_and_all_else_becomes_float64():
    assert floats("x", np.ones(2, np.float32)).dtype == np.float32
    assert floats("x", np.ones(2, np.float16)).dtype == np.float64
    assert floats("x", [1, 2]).dtype == np.float64
    assert floats("x", np.array([True])).dtype == np.float64


def test_a_float64_array_is_not_copied():
    x = np.ones(3)
    assert floats("x", x, 1) is x


@pytest.mark.parametrize("value", [np.array(["1"]), np.array([1j]), np.array([None])])
def test_what_is_not_real_is_refused(value):
    with pytest.raises(ValueError, match=r"^x has dtype .*real numbers.*x\.astype\(float\)"):
        floats("x", value)


def test_a_wrong_number_of_axes_names_both_and_what_to_do():
    message = r"x has shape \(3,\), which is 1 axes; expected 2 or 4. Reshape x"
    with pytest.raises(ValueError, match=message):
        floats("x", np.ones(3), 2, 4)


def test_a_wrong_shape_names_both_shapes_and_the_reason():
    message = r"b has shape \(2,\); expected \(3,\), one bias for each filter. Pass b"
    with pytest.raises(ValueError, match=message):
        expect_shape("b", np.ones(2), (3,), "one bias for each filter")


@pytest.mark.parametrize("value", [0, -1, 1.5])
def test_a_number_that_is_too_small_or_not_whole_is_refused(value):
    with pytest.raises(ValueError, match=r"stride is .*; a whole number of at least 1 is needed"):
        expect_int("stride", value, 1)


def test_a_whole_float_counts_as_a_whole_number():
    assert expect_int("stride", 2.0, 1) == 2


@pytest.mark.parametrize("y", [[0, 3], [-1, 0], [0.0, 1.0]])
def test_labels_that_name_no_class_are_refused(y):
    with pytest.raises(ValueError, match=r"name no class; expected whole numbers in \[0, 3\)"):
        labels(y, np.ones((2, 3)))


def test_there_must_be_one_label_for_each_row():
    with pytest.raises(ValueError, match=r"y has shape \(1,\); expected \(2,\), one label for"):
        labels([0], np.ones((2, 3)))


def test_unsigned_labels_are_fine():
    assert labels(np.array([2, 0], np.uint8), np.ones((2, 3))).tolist() == [2, 0]
