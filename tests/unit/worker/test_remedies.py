"""What students are told to do about an exception fits what the libraries really say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.worker.remedies import remedy

OTHER_TYPE = (
    "A value in that line is of another type than the line takes it for. Print its type, and look "
    "for where it gets its value."
)
SHAPES = "Print the shapes of the arrays in that line. Which of them is not as you expect?"
NONE = (
    "A value in that line is None. Look for where it comes from, such as a function without a "
    "return."
)


def said(act: Callable[[], Any]) -> str:
    """What is advised when some code raises."""
    with pytest.raises(Exception) as caught:  # noqa: PT011  # its type is what is asked about
        act()
    return remedy(type(caught.value).__name__, str(caught.value), placed=True)


NOTHING: Any = None


def unbound() -> int:
    if not SHAPES:
        late = 1
    return late


@pytest.mark.parametrize(
    "act",
    [
        lambda: np.ones((2, 3)) @ np.ones((2, 3)),
        lambda: np.ones((2, 3)).dot(np.ones((2, 3))),
        lambda: np.ones((2, 3)) + np.ones((2, 4)),
        lambda: np.ones((2, 3)).reshape(4, 2),
        lambda: np.concatenate([np.ones((2, 3)), np.ones((2, 2))]),
        lambda: np.ones((2, 3)).__setitem__(0, np.ones(4)),
    ],
)
def test_shapes_that_do_not_fit_are_to_be_printed(act: Callable[[], Any]) -> None:
    assert said(act) == SHAPES


def test_an_array_as_a_condition_is_asked_whether_it_is_there() -> None:
    for values in (np.ones(3), np.ones((0, 2)).sum(axis=0)):
        advice = said(lambda values=values: not values)  # type: ignore[misc]
        assert advice.startswith("A whole array stands there as a condition. To ask whether")
    text = "Boolean value of Tensor with more than one value is ambiguous"
    assert remedy("RuntimeError", text, placed=True) == advice


def test_shapes_of_tensors_are_too() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    wide = torch.ones(2, 3)
    for act in (
        lambda: wide @ wide,
        lambda: wide + torch.ones(2, 4),
        lambda: wide.reshape(4, 2),
        lambda: torch.nn.Linear(4, 2)(wide),
        lambda: torch.nn.functional.conv2d(torch.ones(1, 2, 4, 4), torch.ones(1, 3, 2, 2)),
    ):
        assert said(act) == SHAPES


@pytest.mark.parametrize(
    ("act", "advice"),
    [
        (lambda: np.ones(3)[4], "Print the shape of what is indexed in that line, and the index."),
        (lambda: [1][4], "Print the shape of what is indexed in that line, and the index."),
        (
            lambda: np.ones(3)[0, 1],
            "Print the shape of what is indexed in that line, and the index.",
        ),
        (
            lambda: eval("lost_name"),  # noqa: S307  # our own text
            "Check the spelling of the name, and that it gets a value or is imported above that "
            "line.",
        ),
        (
            unbound,
            "The name has a value on some paths through the function only. Give it one on all.",
        ),
        (
            lambda: np.ones(3).missing,  # type: ignore[attr-defined]
            "Check the spelling of the name, and that it is set before that line runs.",
        ),
        (lambda: np.float32(1).backward, OTHER_TYPE),  # type: ignore[attr-defined]
        (lambda: (1.5).backward, OTHER_TYPE),  # type: ignore[attr-defined]
        (lambda: (1, 2).shape, OTHER_TYPE),  # type: ignore[attr-defined]
        (lambda: NOTHING.shape, NONE),
        (lambda: NOTHING + 1, NONE),
        (lambda: NOTHING[0], NONE),
        (
            lambda: 1 / 0,
            "Look for what is divided by in that line, and for the input for which it is 0.",
        ),
        (lambda: int("three"), ""),
    ],
)
def test_what_else_can_be_done(act: Callable[[], Any], advice: str) -> None:
    assert said(act) == advice


@pytest.mark.parametrize(
    "text",
    [
        "Matrix size-incompatible: In[0]: [64,576], In[1]: [9216,6]",
        "Incompatible shapes: [2,3] vs. [2,4]",
        "Input to reshape is a tensor with 288 values, but the requested shape requires a multiple",
    ],
)
def test_shapes_that_tensorflow_refuses_are_to_be_printed(text: str) -> None:
    assert remedy("InvalidArgumentError", text, placed=True) == SHAPES


def test_a_module_without_its_constructor_is_told_where_to_begin() -> None:
    text = "cannot assign module before Module.__init__() call"
    said = remedy("AttributeError", text, placed=True)
    assert said == "Begin the constructor with `super().__init__()`."


def test_what_no_layer_is_made_of_is_told() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    layers = (
        "Hand over layers that were made: `Flatten()` for a class Flatten, `nn.ReLU()` for F.relu."
    )
    fan_in = "Only weights have a fan in: leave out what has a single axis, such as biases."
    for wrong in (torch.nn.Flatten, torch.nn.functional.relu):
        assert said(lambda wrong=wrong: torch.nn.Sequential(wrong)) == layers
    assert said(lambda: torch.nn.init.kaiming_normal_(torch.ones(3))) == fan_in


def test_layers_that_do_not_fit_are_told_without_a_line_too() -> None:
    text = "mat1 and mat2 shapes cannot be multiplied (2048x32 and 16384x6)"
    assert remedy("RuntimeError", text, placed=False) == (
        "A layer is given another shape than it was made for. Follow the shapes from layer to "
        "layer."
    )


def test_without_a_line_nothing_is_said_of_a_line() -> None:
    assert remedy("ValueError", "could not be broadcast", placed=False) == ""
    assert remedy("ZeroDivisionError", "division by zero", placed=False) == ""


def test_a_class_without_a_constructor_is_told_how_it_is_spelt() -> None:
    class Net:
        def _init_(self, width: int) -> None:
            """Is no constructor."""

    with pytest.raises(TypeError) as caught:
        Net(3)  # type: ignore[call-arg]
    said = remedy("TypeError", str(caught.value), placed=False)
    assert said.startswith("The class has no `__init__`. Write it with two underscores")


def test_a_method_that_is_not_there_is_to_be_looked_for_by_its_spelling() -> None:
    class Net:
        def Loss(self) -> None:  # noqa: N802
            """Is not called loss."""

    with pytest.raises(AttributeError) as caught:
        Net().loss  # type: ignore[attr-defined]  # noqa: B018
    said = remedy("AttributeError", str(caught.value), placed=False)
    assert said.startswith("The class has nothing of that name. Is it spelt otherwise")
    none = "'NoneType' object has no attribute 'loss'"
    assert remedy("AttributeError", none, placed=False) == ""


def test_a_backward_with_too_few_gradients_is_told_how_many_there_are() -> None:
    text = "function NormBackward returned an incorrect number of gradients (expected 4, got 3)"
    said = remedy("RuntimeError", text, placed=False)
    assert said.startswith("Return one value for each argument of forward after ctx")


def test_an_exception_of_the_hand_in_s_own_gets_no_advice() -> None:
    assert remedy("StudentError", "could not be broadcast", placed=True) == ""


def test_a_key_that_is_not_there_is_to_be_looked_for_among_those_that_are() -> None:
    said = (
        "There is no such key. Print the keys; read one that may be absent by .get(key, default)."
    )
    assert remedy("KeyError", "'eps'", placed=True) == said
    assert remedy("KeyError", "'eps'", placed=False) == ""


def test_what_is_unpacked_is_to_be_counted() -> None:
    for text in ("not enough values to unpack (expected 4, got 3)", "too many values to unpack"):
        said = remedy("ValueError", text, placed=True)
        assert said.startswith("Count the names in that line and the values that they get.")
    said = remedy("TypeError", "cannot unpack non-iterable NoneType object", placed=True)
    assert said.startswith("A value in that line is None.")
