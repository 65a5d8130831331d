"""What crosses to a worker can be written down and read again, and names a question."""

import numpy as np
import pytest

from grader.recording.packing import digest, pack, unpack
from grader.worker.inside.wire import Opaque, Slot

VALUES = [
    None,
    True,
    3,
    -2.5,
    float("inf"),
    "text",
    b"\x00\xff",
    (1, [2.0, None]),
    {"mode": "train", 1: (Slot(4), Opaque("kept:7"))},
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_back_as_it_was(value):
    arrays = []
    found = unpack(pack(value, arrays.append), arrays.__getitem__)
    assert (found, type(found)) == (value, type(value))
    assert arrays == []


def test_nan_and_arrays_come_back():
    kept = []

    def keep(array):
        kept.append(array)
        return len(kept) - 1

    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    nan, found = unpack(pack((float("nan"), {"x": array}), keep), kept.__getitem__)
    assert np.isnan(nan)
    assert found["x"] is array


def test_what_cannot_cross_cannot_be_recorded():
    with pytest.raises(TypeError, match="A value of type set cannot be recorded"):
        pack({1}, len)


@pytest.mark.parametrize("packed", [{"z": 1}, {}, {"l": 3}, {"o": None}], ids=repr)
def test_a_form_that_there_is_not_is_refused(packed):
    with pytest.raises(ValueError, match="has a form that there is not"):
        unpack(packed, lambda number: None)


def question(x, name="layers.f"):
    return [("resolve", name), ("call", Slot(0), (x, 0.5))]


def test_a_digest_tells_questions_apart():
    x = np.linspace(0, 1, 5)
    same = digest(question(x))
    assert digest(question(x.copy())) == same
    others = [x + 1e-9, x.astype(np.float32), x[:, None], x[:4], np.where(x == 1, 2, x)]
    assert same not in {digest(question(other)) for other in others}
    assert digest(question(x, "layers.g")) != same


def test_a_digest_does_not_mind_the_last_bit():
    x = np.random.default_rng(3).normal(size=200)
    neighbours = np.nextafter(x, np.inf)
    assert digest(question(neighbours)) == digest(question(x))
    assert digest(question(np.array([-0.0]))) == digest(question(np.array([0.0])))
    assert digest([np.nextafter(0.1, 1)]) == digest([0.1])
    assert digest([0.1 + 1e-9]) != digest([0.1])
