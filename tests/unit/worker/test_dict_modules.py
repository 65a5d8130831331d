"""The driver finds, sets and reads parameters wherever and however a hand-in keeps them."""

from collections import deque
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pytest

from grader.worker.inside.drivers import dict_modules as driver
from grader.worker.inside.executor import Missing


class Layer:
    """Holds what it is given."""

    def __init__(self, params, grads=None):
        self.params, self.grads = params, grads


class Net:
    """Holds parts under names of the student's choice."""

    def __init__(self, **parts):
        vars(self).update(parts)


@dataclass(frozen=True)
class Frozen:
    """Refuses to be changed."""

    array: np.ndarray


def linear(rows, columns, bias=None):
    return Layer({"weight": np.zeros((rows, columns)), "bias": np.zeros(bias or (1, rows))})


def shapes(*names):
    known = {"w": (3, 5), "b": (3,), "w2": (2, 3), "b2": (2,)}
    return {name: known[name] for name in names}


def test_a_weight_is_found_either_way_round():
    (as_asked,) = driver.find(Layer({"weight": np.zeros((3, 5))}), shapes("w"))
    (turned,) = driver.find(Layer({"weight": np.zeros((5, 3))}), shapes("w"))
    assert (as_asked.transposed, turned.transposed) == (False, True)


@pytest.mark.parametrize("shape", [(3,), (1, 3), (3, 1)])
def test_a_bias_is_found_in_every_form(shape):
    layer = Layer({"b": np.zeros(shape)})
    found = driver.find(layer, shapes("b"))
    driver.put(found, {"b": np.array([1.0, 2.0, 3.0])}, layer)
    assert layer.params["b"].shape == shape
    assert driver.values(found)["b"].tolist() == [1, 2, 3]


def test_a_transposed_weight_is_set_and_read_in_the_graders_form():
    layer = Layer({"W": np.zeros((5, 3))}, {})
    found = driver.find(layer, shapes("w"))
    value = np.arange(15.0).reshape(3, 5)
    driver.put(found, {"w": value}, layer)
    assert layer.params["W"][4, 2] == value[2, 4]
    layer.grads = {"dW": 2 * layer.params["W"]}
    np.testing.assert_array_equal(driver.gradients(found)["w"], 2 * value)
    np.testing.assert_array_equal(driver.values(found)["w"], value)


PLACES = {
    "a list": lambda a, b: Net(layers=[a, object(), b]),
    "tuples with names": lambda a, b: Net(modules=(("fc1", a), ("fc2", b))),
    "a dictionary": lambda a, b: Net(net={"fc1": a, 2: b}),
    "nested objects": lambda a, b: Net(first=Net(own=a, rest=Net(own=b, rest=None))),
    "bound methods": lambda a, b: Net(steps=deque([a.__init__, b.__init__])),
    "sets": lambda a, b: Net(parts={a, b}),
}


@pytest.mark.parametrize("place", PLACES)
def test_layers_are_found_wherever_they_are(place):
    first, second = linear(3, 5), linear(2, 3)
    found = driver.find(PLACES[place](first, second), shapes("w2", "b", "b2", "w"))
    owners = {each.name: each.owners[0][0] for each in found}
    assert owners == {"w": first, "b": first, "w2": second, "b2": second}


def test_layers_in_slots_and_in_circles_are_found():
    class Slotted:
        __slots__ = ("layer", "me", "unset")

    slotted = Slotted()
    slotted.layer, slotted.me = linear(3, 5), slotted
    (found,) = driver.find(slotted, shapes("w"))
    assert found.owners[0][0] is slotted.layer


def test_the_key_decides_where_two_shapes_would_fit():
    layer = Layer({"x": np.zeros((1, 3)), "bias": np.ones((1, 3)), "weight": np.zeros((1, 3))})
    (found,) = driver.find(layer, {"b": (3,)})
    assert found.owners == [(layer, "bias")]


def test_what_is_missing_is_said_with_what_there_is():
    with pytest.raises(Missing) as caught:
        driver.find(linear(4, 5), shapes("w"))
    assert caught.value.sentence == (
        "No weight of shape (3, 5) or (5, 3) was found in `params` after construction; it holds "
        "'weight' of shape (4, 5), 'bias' of shape (1, 4)."
    )
    with pytest.raises(Missing, match=r"No bias of shape \(3,\) or \(1, 3\).*no array in it"):
        driver.find(Layer({"weight": None}), shapes("b"))


def test_parameters_are_set_in_place_so_that_second_names_hold():
    layer = linear(3, 5)
    layer.second_name = layer.params["weight"]
    found = driver.find(layer, shapes("w"))
    driver.put(found, {"w": np.ones((3, 5))}, layer)
    assert layer.second_name is layer.params["weight"]
    assert layer.second_name.sum() == 15


@pytest.mark.parametrize("spoil", ["dtype", "read-only"])
def test_arrays_that_cannot_be_written_are_replaced_wherever_they_are(spoil):
    array = np.zeros((3, 5), np.float32 if spoil == "dtype" else np.float64)
    array.flags.writeable = spoil == "dtype"
    layer = Layer({"weight": array})
    net = Net(layer=layer, all={"w1": array}, listed=[array], same=array)
    net.queue, net.method = deque([array]), array.dot
    net.fixed = ((array,), MappingProxyType({"w1": array}), Frozen(array))
    found = driver.find(net, shapes("w"))
    driver.put(found, {"w": np.full((3, 5), 0.1)}, net)
    for now in (layer.params["weight"], net.all["w1"], net.listed[0], net.same, net.queue[0]):
        assert now.dtype == np.float64
        assert now[0, 0] == 0.1


def test_an_array_in_two_dictionaries_is_one_parameter():
    layer = linear(3, 5)
    net = Net(layers=[layer], params={"W1": layer.params["weight"]}, grads={})
    found = driver.find(net, shapes("w"))
    assert found[0].owners == [(net, "W1"), (layer, "weight")]
    layer.grads = {"weight": np.ones((3, 5))}
    assert driver.gradients(found)["w"].sum() == 15


@pytest.mark.parametrize("key", ["bias", "b", "db", "dbias", "grad_b", "biases"])
def test_a_gradient_is_found_under_every_usual_key(key):
    layer = linear(3, 5)
    found = driver.find(layer, shapes("b"))
    layer.grads = {"dX": np.ones((1, 3)), key: np.array([[1.0, 2.0, 3.0]])}
    assert driver.gradients(found)["b"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("grads", [None, {}, {"weight": None}, [1], {"other": 1}])
def test_gradients_that_are_not_there_are_none(grads):
    layer = linear(3, 5)
    layer.grads = grads
    assert driver.gradients(driver.find(layer, shapes("w", "b"))) == {"w": None, "b": None}


def test_gradients_of_wrong_shapes_are_handed_over_as_they_are():
    layer = linear(3, 5)
    found = driver.find(layer, shapes("w", "b"))
    layer.grads = {"weight": np.zeros((5, 3)), "bias": np.zeros((4, 3))}
    assert {k: v.shape for k, v in driver.gradients(found).items()} == {"w": (5, 3), "b": (4, 3)}


def test_the_output_that_a_module_keeps_is_swapped():
    own, right = np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]])
    net = Net(out=own, kept=[own.copy()], x=np.array([[1.0, 9.0]]), saved={"y": own})
    driver.swap(net, own, right)
    assert net.out is net.kept[0] is net.saved["y"] is right
    assert net.x.tolist() == [[1, 9]]
