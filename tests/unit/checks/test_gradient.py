"""Kind `gradient`: subtle mistakes fail, right code never does, and no fault is charged twice."""

from typing import ClassVar

import numpy as np
import pytest

from grader.checks import CHECK_KINDS
from grader.errors import ReferenceFault
from grader.records import Outcome


@pytest.fixture
def data(affine):
    return {**affine, "forward": "affine_forward", "wrt": ["x", "w", "b"]}


def spoiled(backward, position, spoil):
    """A backward whose gradient at one position is spoiled."""

    def spoiled_backward(dout, cache):
        gradients = list(backward(dout, cache))
        gradients[position] = spoil(gradients[position])
        return tuple(gradients)

    return spoiled_backward


def one_element(amount):
    def spoil(gradient):
        gradient = gradient.copy()
        gradient.flat[1] += amount
        return gradient

    return spoil


RELU = {
    "forward": "relu_forward",
    "wrt": ["x"],
    "inputs": {"x": {"distinct": {"shape": [5]}}},
}


class TestRightAnswers:
    def test_the_course_itself_passes(self, ask, data):
        result = ask("gradient", "affine_backward", data)
        assert (result.outcome, result.credit, result.message) == (Outcome.PASSED, 1.0, "")
        assert result.evidence["cases"][0]["forward_relative_error"] == 0

    def test_a_bias_gradient_of_one_row_is_accepted_with_advice(self, ask, data, course):
        backward = spoiled(course["affine_backward"], 2, lambda db: db[None])
        result = ask("gradient", "affine_backward", data, affine_backward=backward)
        assert result.outcome is Outcome.PASSED
        assert result.advice == ("db has shape (1, 5) where (5,) is documented; accepted.",)

    def test_a_single_gradient_comes_without_a_tuple(self, ask):
        assert ask("gradient", "relu_backward", RELU).outcome is Outcome.PASSED

    def test_a_loss_with_its_own_gradient_passes(self, ask):
        data = {
            "convention": "loss_with_gradient",
            "wrt": ["x"],
            "inputs": {
                "x": {"normal": {"shape": [5, 3]}},
                "y": {"integers": {"shape": [5], "high": 3}},
            },
        }
        for seed in range(20):
            assert ask("gradient", "softmax_loss", data, seed=seed).outcome is Outcome.PASSED

    def test_float32_inputs_are_judged_as_float32(self, ask, data):
        inputs = {name: {"normal": {"dtype": "float32"}} for name in "xwb"}
        assert (
            ask("gradient", "affine_backward", {**data, "cases": [{"inputs": inputs}]}).credit == 1
        )


class TestWrongAnswers:
    @pytest.mark.parametrize(("position", "name"), [(0, "dx"), (1, "dw"), (2, "db")])
    @pytest.mark.parametrize(
        ("spoil", "said"),
        [
            (lambda g: 1.01 * g, "elements differ (100 %); largest difference"),
            (one_element(1e-6), "elements differ ("),
            (lambda g: -g, "elements differ (100 %)"),
            (np.zeros_like, "elements differ (100 %)"),
            (lambda g: g + np.nan, "elements are NaN or infinite, the first at index (0"),
            (lambda g: g * 1j, "dtype complex128; expected real numbers of shape"),
            (lambda g: None, "is None; expected an array of shape"),
            (lambda g: g.tolist(), "is a list of"),
            (lambda g: np.vstack([g.reshape(1, -1)] * 2), "has shape (2,"),
            (lambda g: g.astype(object), "is an array of Python objects with shape"),
            (lambda g: object(), "is a value of type object; expected an array of shape"),
        ],
    )
    def test_one_wrong_gradient_fails_and_is_named(
        self, ask, data, course, position, name, spoil, said
    ):
        backward = spoiled(course["affine_backward"], position, spoil)
        result = ask("gradient", "affine_backward", data, affine_backward=backward)
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        start, _, rest = result.message.partition(". ")
        assert start == "affine_backward returned a wrong gradient"
        assert rest.startswith(name)
        assert said in rest
        right = [each for each in ("dx", "dw", "db") if each != name]
        assert result.message.endswith(f" Right: {', '.join(right)}.")

    def test_a_tuple_of_one_gradient_is_refused_and_the_comma_named(self, ask):
        result = ask(
            "gradient", "relu_backward", RELU, relu_backward=lambda dout, x: (dout * (x > 0),)
        )
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert result.message == "relu_backward returned a tuple of 1; expected dx alone."
        assert result.hint == (
            "A comma after the only value, as in `return dx,`, makes a tuple; remove it."
        )

    def test_a_list_of_one_gradient_is_no_array(self, ask):
        result = ask(
            "gradient", "relu_backward", RELU, relu_backward=lambda dout, x: [dout * (x > 0)]
        )
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert "dx is a list of 1; expected an array of shape (5,)" in result.message

    def test_a_factor_one_percent_off_is_told_with_both_values(self, ask, data, course):
        backward = spoiled(course["affine_backward"], 2, lambda db: 1.01 * db)
        result = ask("gradient", "affine_backward", data, affine_backward=backward)
        assert "db: 5 of 5 elements differ (100 %); largest difference 0.0" in result.message
        error = result.evidence["cases"][0]["reference_relative_error"]["b"]
        assert error == pytest.approx(0.01)

    def test_two_gradients_in_the_wrong_order_fail(self, ask, data, course):
        def backward(dout, cache):
            dx, dw, db = course["affine_backward"](dout, cache)
            return dw, dx, db

        result = ask("gradient", "affine_backward", data, affine_backward=backward)
        assert "dx has shape (6, 5); expected (4, 2, 3)" in result.message

    def test_a_mean_in_place_of_a_sum_fails(self, ask, data, course):
        backward = spoiled(course["affine_backward"], 2, lambda db: db / 4)
        result = ask("gradient", "affine_backward", data, affine_backward=backward)
        assert result.outcome is Outcome.FAILED

    def test_too_few_gradients_fail(self, ask, data, course):
        def backward(dout, cache):
            return course["affine_backward"](dout, cache)[:2]

        result = ask("gradient", "affine_backward", data, affine_backward=backward)
        assert result.outcome is Outcome.FAILED
        assert result.message == (
            "affine_backward returned a tuple of 2; expected the 3 values (dx, dw, db)."
        )

    def test_what_backward_raises_is_told(self, ask, data):
        def backward(dout, cache):
            raise KeyError("gamma")

        result = ask("gradient", "affine_backward", data, affine_backward=backward)
        assert (result.outcome, result.message) == (
            Outcome.ERRORED,
            "affine_backward raised KeyError: 'gamma'.",
        )

    def test_a_wrong_loss_gradient_fails(self, ask, course):
        data = {
            "convention": "loss_with_gradient",
            "wrt": ["x"],
            "inputs": {
                "x": {"normal": {"shape": [5, 3]}},
                "y": {"integers": {"shape": [5], "high": 3}},
            },
        }

        def softmax_loss(x, y):
            loss, dx = course["softmax_loss"](x, y)
            return loss, dx * len(x)

        result = ask("gradient", "softmax_loss", data, softmax_loss=softmax_loss)
        assert result.outcome is Outcome.FAILED
        assert result.message.startswith("softmax_loss returned a wrong gradient. dx: 15 of 15")

    @pytest.mark.parametrize("case", [1, 3])
    def test_only_one_case_may_be_wrong_and_the_check_fails(self, ask, data, course, case):
        cases = [{"name": "one", "sizes": {"N": 1}}, {"name": "three", "sizes": {"N": 3}}]

        def backward(dout, cache):
            dx, dw, db = course["affine_backward"](dout, cache)
            return dx, dw, db * (1.01 if len(dout) == case else 1)

        result = ask("gradient", "affine_backward", {**data, "cases": cases},
                     affine_backward=backward)  # fmt: skip
        assert result.outcome is Outcome.FAILED
        assert f" ({'one' if case == 1 else 'three'})." in result.message

    def test_a_case_beyond_the_text_gives_advice_only(self, ask, data, course):
        def backward(dout, cache):
            dx, dw, db = course["affine_backward"](dout, cache)
            return dx, dw, db * (1.01 if len(dout) == 1 else 1)

        cases = [{"name": "plain"}, {"name": "one", "beyond_text": True, "sizes": {"N": 1}}]
        result = ask("gradient", "affine_backward", {**data, "cases": cases},
                     affine_backward=backward)  # fmt: skip
        assert (result.outcome, result.credit) == (Outcome.PASSED, 1.0)
        (advice,) = result.advice
        assert advice.startswith("Beyond the text, no points: affine_backward returned a wrong")

    def test_many_wrong_parameters_are_counted(self, ask, course):
        class Wide:
            def __init__(self, factor=1.0):
                self.params = {f"p{n}": np.zeros(2) for n in range(5)}
                self.factor = factor

            def loss(self, X, y):
                grads = {k: 2 * v * self.factor for k, v in self.params.items()}
                return sum(np.sum(v * v) for v in self.params.values()), grads

        data = {
            "convention": "network_with_loss",
            "inputs": {"X": {"value": 0}, "y": {"value": 0}},
            "options": {"params_std": 1.0},
        }
        reference = {"Wide": Wide}
        assert ask("gradient", "Wide", data, reference=reference, Wide=Wide).credit == 1
        wrong = ask("gradient", "Wide", data, reference=reference, Wide=lambda: Wide(1.01))
        assert wrong.message.startswith("Wide returned a wrong gradient. grads['p0']: 2 of 2")
        assert wrong.message.endswith(" (and 2 more).")


class TestPartialCredit:
    @pytest.mark.parametrize(
        ("credit", "expected"),
        [({"x": 1, "w": 1, "b": 1}, 2 / 3), ({"x": 2, "w": 1, "b": 1}, 0.75)],
    )
    def test_each_gradient_has_its_share(self, ask, data, course, credit, expected):
        backward = spoiled(course["affine_backward"], 2, lambda db: 1.01 * db)
        result = ask("gradient", "affine_backward", {**data, "credit": credit},
                     affine_backward=backward)  # fmt: skip
        assert result.outcome is Outcome.PARTIAL
        assert result.credit == pytest.approx(expected)

    def test_all_wrong_earns_nothing_and_all_right_everything(self, ask, data):
        data = {**data, "credit": {"x": 1, "w": 1, "b": 1}}
        assert ask("gradient", "affine_backward", data).credit == 1.0
        nothing = ask("gradient", "affine_backward", data,
                      affine_backward=lambda d, c: (None, None, None))  # fmt: skip
        assert (nothing.outcome, nothing.credit) == (Outcome.FAILED, 0.0)


class TestReferenceFaults:
    def test_a_reference_whose_forward_raises_is_our_fault(self, ask, data):
        with pytest.raises(ReferenceFault) as caught:
            ask("gradient", "affine_backward", data, reference={"affine_forward": lambda *a: 1 / 0})
        assert (
            "In check criterion/gradient the reference itself failed: affine_backward raised"
            in (str(caught.value))
        )

    def test_a_reference_whose_backward_raises_is_our_fault(self, ask, data):
        with pytest.raises(ReferenceFault, match="the reference itself failed: affine_backward"):
            ask(
                "gradient", "affine_backward", data, reference={"affine_backward": lambda *a: 1 / 0}
            )

    @pytest.mark.parametrize("value", [None, np.nan])
    def test_a_reference_without_a_finite_gradient_is_our_fault(self, ask, data, value):
        def backward(dout, cache):
            return np.zeros(2) * (value or np.nan), None, value

        with pytest.raises(ReferenceFault) as caught:
            ask("gradient", "affine_backward", data, reference={"affine_backward": backward})
        assert str(caught.value) == (
            "In check criterion/gradient the reference gave a gradient that is not finite. "
            "This is a fault of the rubric or the reference."
        )

    def test_a_network_that_the_reference_cannot_construct_is_our_fault(self, ask):
        data = {"convention": "network_with_loss", "options": {"params_std": 1.0}}
        with pytest.raises(ReferenceFault) as caught:
            ask("gradient", "Net", data, reference={"Net": lambda: 1 / 0})
        assert str(caught.value) == (
            "In check criterion/gradient the reference failed: Net could not be constructed: it "
            "raised ZeroDivisionError: 'division by zero'."
        )


class TestParsing:
    def refused(self, **data):
        with pytest.raises(ValueError, match=r"\.$") as caught:
            CHECK_KINDS["gradient"].parse(data)
        return str(caught.value)

    X = {"x": {"normal": {"shape": [2]}}}  # noqa: RUF012  # read only

    def test_a_convention_without_backward_is_refused(self):
        assert self.refused(convention="update_rule") == (
            "The convention update_rule has no backward to ask for. Ask for its outputs, by the "
            "kind output."
        )

    def test_a_gradient_by_what_is_no_input_is_refused(self):
        assert self.refused(inputs=self.X, wrt=["x", "w"]) == (
            "wrt names 'w', which is none of the inputs. Correct the name."
        )

    def test_credit_for_what_is_not_asked_is_refused(self):
        assert self.refused(inputs=self.X, wrt=["x"], credit={"y": 1}) == (
            "credit gives 'y' a share, which is not in wrt. Add it there, or remove it."
        )

    def test_credit_that_forgets_an_input_is_refused(self):
        inputs = {**self.X, "w": {"normal": {"shape": [2]}}, "b": {"normal": {"shape": [2]}}}
        assert self.refused(inputs=inputs, wrt=["x", "w", "b"], credit={"x": 1}) == (
            "credit gives no share to b, w. Give every input in wrt one."
        )

    def test_parameters_of_a_network_need_not_be_inputs(self):
        params = CHECK_KINDS["gradient"].parse({"convention": "network_with_loss", "wrt": ["W1"]})
        assert params.wrt == ("W1",)


def test_a_gradient_may_follow_any_reading_of_the_assignment(ask):
    """The reference has gradients that are averaged, and gradients that are summed."""
    data = {
        "forward": "affine_forward",
        "wrt": ["x", "w", "b"],
        "also": ["summed"],
        "inputs": {
            "x": {"normal": {"shape": [4, 3]}},
            "w": {"normal": {"shape": [3, 2]}},
            "b": {"normal": {"shape": [2]}},
        },
    }

    def backward(divisor):
        def affine_backward(dout, cache):
            x, w, _ = cache
            return dout @ w.T, x.T @ dout / divisor, dout.sum(0) / divisor

        return affine_backward

    reference = {"affine_backward": backward(4), "summed": backward(1)}
    for divisor, outcome in ((4, "passed"), (1, "passed"), (2, "failed")):
        result = ask("gradient", "affine_backward", data, reference=reference,
                     affine_backward=backward(divisor))  # fmt: skip
        assert result.outcome == outcome

    def shifted(x, w, b):
        return x @ w + b + 1, (x, w, b)

    result = ask("gradient", "affine_backward", data, reference=reference,
                 right=["affine_forward"], affine_forward=shifted,
                 affine_backward=backward(1))  # fmt: skip
    assert result.credit == 0


class TestApart:
    """A layer that takes the mean away, by one count too few: nearly right for a large batch."""

    DATA: ClassVar = {
        "forward": "centre_forward",
        "wrt": ["x", "b"],
        "credit": {"x": 3, "b": 1},
        "sizes": {"N": 4},
        "inputs": {"x": {"normal": {"shape": ["N", 3]}}, "b": {"normal": {"shape": [3]}}},
    }
    LARGE: ClassVar = {"apart": {"name": "a large batch", "sizes": {"N": 2000}}}

    def pair(self, off=0, times=1.0, shift=1.0):
        def forward(x, b):
            scale = np.sqrt(((x - x.mean(0)) ** 2).sum(0) / (len(x) - off))
            return times * (x - x.mean(0)) / scale + b, ((x - x.mean(0)) / scale, scale)

        def backward(dout, cache):
            x_hat, scale = cache
            dx = dout - dout.mean(0) - x_hat * (dout * x_hat).mean(0)
            return dx / scale, shift * dout.sum(0)

        return forward, backward

    def asked(self, ask, data, forward, backward):
        right, right_backward = self.pair()
        course = {"centre_forward": right, "centre_backward": right_backward}
        return ask("gradient", "centre_backward", data, reference=course,
                   centre_forward=forward, centre_backward=backward)  # fmt: skip

    def test_what_cannot_be_judged_is_judged_where_the_forward_is_nearly_right(self, ask):
        assert self.asked(ask, self.DATA, *self.pair(off=1)).credit == 0.25
        result = self.asked(ask, {**self.DATA, **self.LARGE}, *self.pair(off=1))
        assert (result.outcome, result.credit) == (Outcome.PASSED, 1.0)
        assert result.advice == (
            "dx was judged on your own forward, which is wrong: nothing is lost here.",
        )

    def test_a_backward_that_is_wrong_itself_is_found_out_there(self, ask):
        def no_mean(dout, cache):
            x_hat, scale = cache
            return (dout - x_hat * (dout * x_hat).mean(0)) / scale, dout.sum(0)

        for seed in range(5):
            forward, _ = self.pair(off=1)
            data = {**self.DATA, **self.LARGE, "sizes": {"N": 4 + seed}}
            result = self.asked(ask, data, forward, no_mean)
            assert (result.outcome, result.credit) == (Outcome.PARTIAL, 0.25)

    def test_a_forward_that_is_far_off_there_as_well_changes_nothing(self, ask):
        data = {**self.DATA, **self.LARGE}
        forward, backward = self.pair(times=1.4)
        plain, also = (self.asked(ask, each, forward, backward) for each in (self.DATA, data))
        assert (plain.credit, plain.message) == (also.credit, also.message)

    def test_it_is_not_asked_of_a_backward_whose_forward_is_right(self, ask):
        forward, backward = self.pair(shift=2.0)
        sizes = []

        def watched(x, b):
            sizes.append(len(x))
            return forward(x, b)

        assert self.asked(ask, {**self.DATA, **self.LARGE}, watched, backward).credit == 0.75
        assert set(sizes) == {4}
