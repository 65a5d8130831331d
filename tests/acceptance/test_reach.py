"""Which criteria a case can change, as the acceptance tests find it out."""

from collections import defaultdict

import pytest

from tests.acceptance.handins import UMASS
from tests.acceptance.reach import definitions, is_plain, reached

SOURCE = b"""
from modules import Linear as Affine
import modules

SCALE = 2

def helper(x):
    return SCALE * x

class Net:
    def forward(self, x):
        return Affine(3)(modules.Elu()(x))

def backward(self, dy):
    return helper(dy)

Net.backward = backward
Net.size = property(lambda self: other(self))
"""


def uses() -> defaultdict[str, set[str]]:
    return defaultdict(set)


def test_what_a_file_defines_is_named_and_methods_belong_to_their_class() -> None:
    assert definitions(SOURCE, uses()) == {"SCALE", "helper", "Net"}


@pytest.mark.parametrize("name", ["Linear", "Elu", "helper", "SCALE", "other"])
def test_a_class_reaches_what_its_methods_use_however_they_are_given_to_it(name: str) -> None:
    known = uses()
    definitions(SOURCE, known)
    assert name in reached({"Net"}, known)


def test_what_is_not_used_is_not_reached() -> None:
    known = uses()
    definitions(SOURCE, known)
    assert reached({"helper"}, known) == {"helper", "SCALE", "x"}


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        (SOURCE, True),
        (b'"""Words."""\nx: int = 3\n', True),
        (b"np.random.seed(0)\n", False),
        (b"for each in (A, B):\n    each.forward = f\n", False),
        (b"LAYERS['a'] = 3\n", False),
        (b"x += 1\n", False),
    ],
)
def test_a_file_that_does_more_than_define_is_not_plain(source: bytes, plain: bool) -> None:
    assert is_plain(source) is plain


def test_a_case_reaches_the_criteria_that_are_built_on_what_it_changes() -> None:
    case = UMASS.folder / "wrong" / "affine_forward_no_bias"
    found = UMASS.affected(case)
    assert {"affine_forward", "affine_backward", "two_layer_net_scores"} <= set(found)
    assert "relu_forward" not in found
    assert UMASS.is_plain(case)
