from typing import Any

import numpy as np
import pytest

from grader.feedback.places import place_of
from tests.unit.feedback.compared import numbers, one

RIGHT = numbers(6, 5)


def changed(where: Any) -> Any:
    other = RIGHT.copy()
    other[where] += np.arange(1.0, other[where].size + 1).reshape(other[where].shape)
    return other


@pytest.mark.parametrize(
    ("where", "says", "index"),
    [
        (np.s_[2:], "dx: rows 0–1 agree, from number 2 on they differ (counted from 0).", (2, 0)),
        (np.s_[1:], "dx: the first of the rows agrees, from number 1 on they differ", (1, 0)),
        (np.s_[:3], "dx: the first 3 rows differ, the others agree.", (0, 0)),
        (np.s_[-1], "dx: of the rows only the last differs.", (5, 0)),
        (np.s_[:, 0], "dx: of the columns only the first differs.", (0, 0)),
        (np.s_[[1, 4]], "dx: of the rows only 1 and 4 differ (counted from 0).", (1, 0)),
    ],
)
def test_a_part_that_is_right_is_said(where: Any, says: str, index: tuple[int, ...]) -> None:
    place = place_of(one(changed(where), RIGHT))
    assert place is not None
    assert place.says.startswith(says)
    assert place.index == index


def test_a_sign_of_an_input_that_decides_is_said() -> None:
    x = numbers(6, 5, seed=1)
    place = place_of(one(np.where(x < 0, RIGHT * 3 + 1, RIGHT), RIGHT, inputs={"x": x}))
    assert place is not None
    assert place.says == "dx is wrong exactly where x is negative."


def test_a_wrong_border_of_pictures_is_said() -> None:
    right = numbers(2, 3, 5, 5)
    wrong = right + 1.0
    wrong[:, :, 1:-1, 1:-1] = right[:, :, 1:-1, 1:-1]
    place = place_of(one(wrong, right))
    assert place is not None
    assert place.says == "dx is right inside of each picture and wrong at the border alone."


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dx", "samples"),
        ("out", "samples"),
        ("dw", "slices along axis 0"),
        ("dconv_w1", "slices along axis 0"),
        ("conv1.weight", "slices along axis 0"),
        ("grads['W1']", "slices along axis 0"),
        ("the gradient of weight 6x3x5x5", "slices along axis 0"),
    ],
)
def test_the_axes_of_weights_are_not_those_of_images(name: str, words: str) -> None:
    right = numbers(6, 3, 5, 5)
    wrong = right.copy()
    wrong[3] += 1
    place = place_of(one(wrong, right, name))
    assert place is not None
    assert place.says == f"{name}: of the {words} only 3 differs (counted from 0)."


def test_numbers_of_slices_stand_apart_from_that_of_the_axis() -> None:
    right = numbers(6, 3, 5, 5)
    wrong = right.copy()
    wrong[2:] += 1
    place = place_of(one(wrong, right, "conv1.weight"))
    assert place is not None
    assert place.says == (
        "conv1.weight: slices along axis 0 agree up to 1, from number 2 on they differ (counted "
        "from 0)."
    )


@pytest.mark.parametrize("actual", [RIGHT + 1, RIGHT, RIGHT[:3], None, np.array(["a"])])
def test_nothing_is_said_where_all_is_wrong_or_nothing_can_be_compared(actual: Any) -> None:
    assert place_of(one(actual, RIGHT, wrong=True)) is None
