import numpy as np
import pytest

from grader.feedback.sketches import Sketch, distance, sketch_from, sketch_of
from tests.unit.feedback.compared import numbers


def sketched(array: object) -> Sketch:
    """Sketches what can be sketched."""
    sketch = sketch_of(np.asarray(array))
    assert sketch is not None
    return sketch


def test_equal_arrays_have_no_distance_and_a_small_change_shows_by_its_size() -> None:
    array = numbers(6, 5)
    other = array.copy()
    other[3, 2] += 1e-3
    assert distance(sketched(array), sketched(array.copy())) == 0.0
    assert 5e-4 < distance(sketched(array), sketched(other)) < 2e-3


def test_other_arrays_of_the_same_norm_are_far_apart() -> None:
    array = numbers(6, 5)
    for other in (-array, array[::-1], array.ravel()[::-1].reshape(6, 5), np.roll(array, 1)):
        assert distance(sketched(array), sketched(other)) > 0.3 * np.linalg.norm(array)


def test_a_transposed_array_has_another_shape_and_axes_of_length_one_do_not_count() -> None:
    array = numbers(6, 5)
    assert distance(sketched(array), sketched(array.T)) == float("inf")
    assert distance(sketched(array), sketched(array.reshape(6, 1, 5))) == 0.0


def test_what_is_no_array_of_real_numbers_has_no_sketch() -> None:
    assert sketch_of(None) is None
    assert sketch_of(np.array(["text"])) is None
    assert sketch_of(np.ones(3) * 1j) is None


def test_an_array_that_is_not_finite_agrees_with_nothing() -> None:
    broken = sketched([1.0, np.nan])
    assert not distance(broken, broken) <= 1e300


def test_a_sketch_comes_back_from_its_json() -> None:
    sketch = sketched(numbers(4, 3))
    back = sketch_from(sketch.to_json())
    assert back is not None
    assert back.shape == (4, 3)
    assert distance(sketch, back) < 1e-8 * sketch.norm


@pytest.mark.parametrize("value", [None, 3, [[2], 1.0], [["2"], 1.0, 0, 0, 0, 0], {"a": 1}])
def test_what_is_no_sketch_is_read_as_none(value: object) -> None:
    assert sketch_from(value) is None


def test_the_signs_are_those_that_books_were_made_with() -> None:
    sketch = sketched(np.arange(8.0))
    assert sketch.norm == pytest.approx(np.sqrt(140.0))
    assert sketch.sums == (14.0, 0.0, -2.0, -8.0)
