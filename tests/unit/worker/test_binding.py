"""Arguments of a hand-in's functions are found by what their names say, or else by their order."""

import pytest

from grader.worker.inside.drivers import binding


def test_names_decide_and_order_fills_the_rest():
    def function(labels, something, y_hat=0, *, extra=5):
        return labels, something, y_hat, extra

    values = {"prediction": "p", "labels": "l", "x": "x"}
    assert binding.call(function, values) == ("l", "x", "p", 5)
    assert binding.call(lambda a, b: (a, b), {"prediction": "p", "labels": "l"}) == ("p", "l")


def test_functions_without_names_are_called_by_position():
    assert binding.call(lambda *args: args, {"x": 1, "labels": 2}) == (1, 2)
    assert binding.call(max, {"x": [3, 4]}) == 4
    assert binding.call(lambda: "nothing", {"x": 1}) == "nothing"

    def only_by_position(y, x, /):
        return y, x

    assert binding.call(only_by_position, {"x": 1, "labels": 2}) == (2, 1)


def test_a_parameter_without_a_value_is_named():
    def update(grads, momentum):
        return grads, momentum

    with pytest.raises(
        binding.Unfilled,
        match=r"update needs an argument `momentum`, which the assignment does not name",
    ):
        binding.call(update, {"grads": {}})


def test_names_are_compared_without_underscores_and_case():
    assert binding.takes(lambda Y_true: Y_true, "labels")
    assert not binding.takes(lambda Y_true: Y_true, "x")
