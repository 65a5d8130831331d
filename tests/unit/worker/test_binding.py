"""Arguments of a hand-in's functions are found by what their names say, or else by their order."""

import functools

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


def test_a_decorator_counts_by_what_it_takes_itself():
    """`functools.wraps` shows the parameters of a function that the decorator does not have."""

    def with_slope(function):
        @functools.wraps(function)
        def inner(x, grad=False):
            return ("slope", x) if grad else function(x)

        return inner

    relu = with_slope(lambda x: ("value", x))
    assert binding.takes(relu, "grad")
    assert binding.call(relu, {"x": 1, "grad": True}) == ("slope", 1)


def test_what_a_decorator_hands_on_is_found_behind_it():
    def behind(x, activation_str=None, grad=False):
        return x, activation_str, grad

    def by_keyword(*args, **kwargs):
        return behind(*args, **kwargs)

    def by_position(*args):
        return behind(*args)

    def with_more(x, *, lr=0.5, **kwargs):
        return (*behind(x, **kwargs), lr)

    values = {"grad": True, "x": 1}
    for decorated in (by_keyword, by_position, functools.cache):
        wrapped = decorated(behind) if decorated is functools.cache else decorated
        functools.update_wrapper(wrapped, behind)
        assert binding.call(wrapped, values) == (1, None, True)
    functools.update_wrapper(with_more, behind)
    assert binding.call(with_more, {**values, "lr": 2}) == (1, None, True, 2)


def test_a_decorated_function_that_takes_nothing_is_given_nothing():
    def initialize():
        return "initialized"

    @functools.wraps(initialize)
    def timed(*args, **kwargs):
        return initialize(*args, **kwargs)

    assert binding.call(timed, {"dims": 3}) == "initialized"


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
