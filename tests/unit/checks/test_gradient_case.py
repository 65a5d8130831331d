"""A backward is judged on the student's own pieces where they are wrong, and never for nothing."""

from types import ModuleType
from typing import ClassVar

import numpy as np
import pytest

from grader.errors import ReferenceFault
from grader.records import Outcome
from grader.worker.inside import drivers
from tests.unit.conventions.test_network_with_caches import Rows


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


def scaled(factor):
    """An affine layer whose output is scaled, with the right derivative of what it computes."""

    def forward(x, w, b):
        return factor * (x.reshape(len(x), -1) @ w + b), (x, w)

    def backward(dout, cache):
        x, w = cache
        flat = x.reshape(len(x), -1)
        return (
            factor * (dout @ w.T).reshape(x.shape),
            factor * flat.T @ dout,
            factor * dout.sum(axis=0),
        )

    return {"affine_forward": forward, "affine_backward": backward}


class TestOwnForward:
    def test_a_right_backward_of_a_slightly_wrong_forward_keeps_its_points(self, ask, data):
        result = ask("gradient", "affine_backward", data, **scaled(1.1))
        assert (result.outcome, result.credit) == (Outcome.PASSED, 1.0)
        assert result.advice == (
            "dx, dw and db were judged on your own forward, which is wrong: nothing is lost here.",
        )
        evidence = result.evidence["cases"][0]
        assert evidence["forward_relative_error"] == pytest.approx(0.1)
        assert max(evidence["own_forward_relative_error"].values()) < 1e-7

    def test_a_wrong_backward_of_a_right_forward_fails_however_it_was_scaled(self, ask, data):
        backward = scaled(1.1)["affine_backward"]

        def adapted(dout, cache):
            return backward(dout, cache[:2])

        result = ask("gradient", "affine_backward", data, affine_backward=adapted)
        assert result.outcome is Outcome.FAILED

    def test_a_backward_that_fits_neither_forward_is_skipped_and_earns_nothing(self, ask, data):
        wrong = scaled(1.1)
        result = ask("gradient", "affine_backward", data, affine_forward=wrong["affine_forward"],
                     affine_backward=spoiled(wrong["affine_backward"], 1, lambda dw: 1.5 * dw),
                     )  # fmt: skip
        assert (result.outcome, result.credit) == (Outcome.SKIPPED, 0.0)
        assert result.message.startswith(
            "affine_backward cannot be judged apart from affine_forward, which is wrong on these "
            "inputs: dw: 30 of 30 elements differ (100 %)"
        )
        assert result.message.endswith(" Right: dx, db.")
        assert result.hint == "Mend the forward pass first."

    @pytest.mark.parametrize("spoil", [lambda g: g * np.nan, lambda g: g * 1j, lambda g: None])
    def test_a_gradient_that_is_no_number_is_never_excused(self, ask, data, spoil):
        wrong = scaled(1.1)
        backward = spoiled(wrong["affine_backward"], 0, spoil)
        result = ask("gradient", "affine_backward", data,
                     affine_forward=wrong["affine_forward"], affine_backward=backward)  # fmt: skip
        assert result.credit == 0.0

    @pytest.mark.parametrize("position", [0, 1, 2])
    @pytest.mark.parametrize("factor", [1.0001, 1.1])
    def test_a_wrong_shape_is_never_excused(self, ask, data, factor, position):
        # The numbers are those that fit the own forward, and the forward is close.
        wrong = scaled(factor)
        backward = spoiled(wrong["affine_backward"], position, lambda g: g.reshape(-1, 1, 1, 1))
        if position == 2:  # axes of length 1 more would be accepted for a vector
            backward = spoiled(wrong["affine_backward"], 2, lambda g: np.stack([g, g]))
        result = ask("gradient", "affine_backward", data,
                     affine_forward=wrong["affine_forward"], affine_backward=backward)  # fmt: skip
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert f"{('dx', 'dw', 'db')[position]} has shape (" in result.message

    def test_a_forward_that_is_wrong_here_and_right_in_its_own_checks_excuses_nothing(
        self, ask, data
    ):
        wrong = scaled(1.1)
        result = ask("gradient", "affine_backward", data, right=["affine_forward"], **wrong)
        assert result.credit == 0.0
        assert ask("gradient", "affine_backward", data, right=["relu_forward"], **wrong).credit == 1

    def test_zeros_agree_with_themselves_and_earn_nothing(self, ask, data):
        def forward(x, w, b):
            return np.zeros((len(x), w.shape[1])), (x, w, b)

        def backward(dout, cache):
            return tuple(map(np.zeros_like, cache))

        result = ask("gradient", "affine_backward", data,
                     affine_forward=forward, affine_backward=backward)  # fmt: skip
        assert (result.outcome, result.credit) == (Outcome.SKIPPED, 0.0)

    def test_a_constant_that_is_close_has_no_gradient_to_earn_points_with(self, ask, data, course):
        def forward(x, w, b):
            out, cache = course["affine_forward"](x, w, b)
            return np.round(1e3 * out) / 1e3, cache

        def backward(dout, cache):
            return tuple(map(np.zeros_like, cache))

        result = ask("gradient", "affine_backward", data,
                     affine_forward=forward, affine_backward=backward)  # fmt: skip
        assert result.credit == 0.0

    @pytest.mark.parametrize("factor", [2.0, 1.0])
    def test_an_echo_agrees_with_itself_and_earns_nothing(self, ask, factor):
        # relu's forward and backward as `return factor * x` and `return factor * dout`.
        data = {
            "forward": "relu_forward",
            "wrt": ["x"],
            "inputs": {"x": {"distinct": {"shape": [10, 10]}}},
        }
        for seed in range(20):
            result = ask("gradient", "relu_backward", data, seed=seed,
                         relu_forward=lambda x: (factor * x, None),
                         relu_backward=lambda dout, _: factor * dout)  # fmt: skip
            assert result.credit == 0.0

    @pytest.mark.parametrize(
        ("kept", "passes"),
        [
            (lambda x: x < 0, True),
            (lambda x: x > 0.4, True),
            (lambda x: np.ones(x.shape, bool), False),  # an echo
            (lambda x: np.indices(x.shape).sum(axis=0) % 2 > 0, False),  # whatever stands there
        ],
    )
    def test_a_backward_of_wrong_places_that_its_forward_kept_keeps_its_points(
        self, ask, kept, passes
    ):
        def forward(x):
            return np.where(kept(x), x, 0), {"kept": kept(x)}

        data = {
            "forward": "relu_forward",
            "options": {"cache": ["x"]},
            "wrt": ["x"],
            "inputs": {"x": {"distinct": {"shape": [10, 10]}}},
        }
        result = ask("gradient", "relu_backward", data, relu_forward=forward,
                     relu_backward=lambda dout, cache: dout * cache["kept"])  # fmt: skip
        assert (result.outcome is Outcome.PASSED) is passes
        if passes:
            assert "dx was judged on your own forward" in result.advice[0]

    @pytest.mark.parametrize(("goes", "passes"), [(np.less, True), (np.greater_equal, False)])
    def test_a_backward_that_looks_for_the_same_wrong_places_keeps_its_points_as_well(
        self, ask, goes, passes
    ):
        # Whether places are kept or looked for anew is a matter of style, and no second fault.
        data = {
            "forward": "relu_forward",
            "options": {"cache": ["x"]},
            "wrt": ["x"],
            "inputs": {"x": {"distinct": {"shape": [10, 10]}}},
        }
        result = ask("gradient", "relu_backward", data,
                     relu_forward=lambda x: (np.where(x < 0.2, x, 0), x),
                     relu_backward=lambda dout, x: dout * goes(x, 0.2))  # fmt: skip
        assert (result.outcome is Outcome.PASSED) is passes

    def test_a_doubled_pair_agrees_with_itself_and_earns_nothing(self, ask, data):
        result = ask("gradient", "affine_backward", data, **scaled(2.0))
        assert (result.outcome, result.credit) == (Outcome.SKIPPED, 0.0)

    def test_a_forward_of_nan_excuses_nothing(self, ask, data, course):
        def forward(x, w, b):
            out, cache = course["affine_forward"](x, w, b)
            return out * np.nan, cache

        result = ask("gradient", "affine_backward", data, affine_forward=forward,
                     affine_backward=spoiled(course["affine_backward"], 0, lambda g: 1.01 * g),
                     )  # fmt: skip
        assert result.credit == 0.0

    def test_a_right_backward_keeps_its_points_although_the_output_is_wrong(
        self, ask, data, course
    ):
        def forward(x, w, b):
            out, cache = course["affine_forward"](x, w, b)
            return 3 * out, cache

        result = ask("gradient", "affine_backward", data, affine_forward=forward)
        assert (result.outcome, result.credit, result.advice) == (Outcome.PASSED, 1.0, ())

    def test_shares_go_to_the_gradients_that_fit_the_own_forward(self, ask, data):
        wrong = scaled(1.1)
        result = ask("gradient", "affine_backward", {**data, "credit": {"x": 1, "w": 1, "b": 2}},
                     affine_forward=wrong["affine_forward"],
                     affine_backward=spoiled(wrong["affine_backward"], 0, lambda g: 1.5 * g),
                     )  # fmt: skip
        assert (result.outcome, result.credit) == (Outcome.PARTIAL, 0.75)

    def test_a_changed_input_of_a_loss_is_advice_with_the_losss_own_name(self, ask, course):
        data = {
            "convention": "loss_with_gradient",
            "wrt": ["x"],
            "inputs": {
                "x": {"normal": {"shape": [5, 3]}},
                "y": {"integers": {"shape": [5], "high": 3}},
            },
        }

        def softmax_loss(x, y):
            result = course["softmax_loss"](x, y)
            x *= 2
            return result

        result = ask("gradient", "softmax_loss", data, softmax_loss=softmax_loss)
        assert result.advice == (
            "softmax_loss changed its input x in place, which its caller may still need; work "
            "on a copy.",
        )

    def test_a_changed_input_is_advice(self, ask, data, course):
        def forward(x, w, b):
            result = course["affine_forward"](x.copy(), w, b)
            x *= 0
            return result

        result = ask("gradient", "affine_backward", data, affine_forward=forward)
        assert result.advice == (
            "affine_forward changed its input x in place, which its caller may still need; work "
            "on a copy.",
        )


def near_forward(off, course):
    """A forward that is off by a share, whose cache spoils what backward makes of it."""

    def forward(x, w, b):
        out, (x, w, b) = course["affine_forward"](x, w, b)
        return (1 + off) * out, (x, w, b)

    return forward


class TestExplainedGradients:
    """A gradient may be off by about as much as the forward whose cache it was made from."""

    @pytest.mark.parametrize(
        ("forward_off", "gradient_off", "credit"),
        [
            (1e-3, 5e-3, 1.0),
            (1e-3, 9.9e-3, 1.0),
            (1e-3, 1.01e-2, 0.0),  # more than ten times as far off
            (1.9e-2, 9.9e-2, 1.0),
            (1.9e-2, 1.01e-1, 0.0),  # a tenth is too much, whatever the forward is
            (2.1e-2, 3e-2, 0.0),  # such a forward explains nothing
            (0.0, 1e-3, 0.0),  # a right forward excuses nothing
        ],
    )
    def test_up_to_ten_times_the_forwards_error_and_never_beyond_a_tenth(
        self, ask, data, course, forward_off, gradient_off, credit
    ):
        backward = spoiled(course["affine_backward"], 1, lambda g: (1 + gradient_off) * g)
        result = ask("gradient", "affine_backward", data,
                     affine_forward=near_forward(forward_off, course), affine_backward=backward,
                     )  # fmt: skip
        assert result.credit == credit
        said = ("dw was judged on your own forward, which is wrong: nothing is lost here.",)
        assert result.advice == (said if credit else ())

    def test_one_of_another_shape_is_not_explained(self, ask, data, course):
        backward = spoiled(course["affine_backward"], 1, lambda g: (1 + 1e-3) * g.T.copy())
        result = ask("gradient", "affine_backward", data,
                     affine_forward=near_forward(1e-3, course), affine_backward=backward,
                     )  # fmt: skip
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)


class Regularized:
    """One affine layer whose loss counts a share of the regularization."""

    share = 1.0
    spoil = staticmethod(lambda grads: grads)

    def __init__(self):
        self.params = {"W1": np.zeros((3, 4)), "b1": np.zeros(4)}

    def loss(self, X, y=None):
        w, b = self.params["W1"], self.params["b1"]
        difference = X @ w + b - np.eye(4)[y]
        grads = {
            "W1": X.T @ difference + self.share * 0.3 * w,
            "b1": difference.sum(axis=0),
        }
        loss = 0.5 * np.sum(difference**2) + 0.15 * self.share * np.sum(w * w)
        return loss, self.spoil(grads)


class TestNetworks:
    DATA = {  # noqa: RUF012  # read only
        "convention": "network_with_loss",
        "inputs": {
            "X": {"normal": {"shape": [5, 3]}},
            "y": {"integers": {"shape": [5], "high": 4}},
        },
        "options": {"params_std": 1.0},
    }

    def asked(self, ask, **attributes):
        made = type("Own", (Regularized,), attributes)
        return ask("gradient", "R", self.DATA, reference={"R": Regularized}, R=made)

    def test_the_course_itself_passes(self, ask):
        assert self.asked(ask).credit == 1.0

    def test_gradients_that_fit_the_own_loss_and_point_the_same_way_keep_their_points(self, ask):
        result = self.asked(ask, share=0.0)
        assert (result.outcome, result.credit) == (Outcome.PASSED, 1.0)
        assert result.advice == (
            "grads['W1'] was judged on your own forward, which is wrong: nothing is lost here.",
        )

    def test_gradients_that_fit_no_loss_are_skipped_with_the_loss_named(self, ask):
        spoil = staticmethod(lambda grads: {**grads, "W1": 1.1 * grads["W1"]})
        result = self.asked(ask, share=0.0, spoil=spoil)
        assert (result.outcome, result.credit) == (Outcome.SKIPPED, 0.0)
        assert result.message.startswith(
            "The gradients of R cannot be judged, because the loss itself is wrong on these "
            "inputs: grads['W1']: 12 of 12 elements differ (100 %)"
        )
        assert result.hint == "Mend the loss first."

    def test_gradients_that_point_elsewhere_are_not_excused_although_they_fit(self, ask):
        class Other(Regularized):
            def loss(self, X, y=None):
                loss, _ = super().loss(X, y)
                w, b = self.params["W1"], self.params["b1"]
                turned = np.ones((3, 4)) * loss
                return loss + 1e-3 * np.sum(turned * w) * 0, {"W1": -turned, "b1": 0 * b}

        result = ask("gradient", "R", self.DATA, reference={"R": Regularized}, R=Other)
        assert result.credit == 0.0

    @pytest.mark.parametrize("loss", [np.nan, np.inf])
    def test_a_loss_that_is_no_number_excuses_nothing(self, ask, loss):
        class Broken(Regularized):
            def loss(self, X, y=None):
                grads = super().loss(X, y)[1]
                return loss, {name: 1.01 * value for name, value in grads.items()}

        result = ask("gradient", "R", self.DATA, reference={"R": Regularized}, R=Broken)
        assert (result.outcome, result.credit) == (Outcome.SKIPPED, 0.0)

    def test_many_gradients_on_the_own_loss_are_told_together(self, ask):
        class Wide:
            """Four numbers whose loss is scaled, with the gradients of what it computes."""

            def __init__(self, factor=1.0):
                self.params = {f"p{n}": np.zeros(2) for n in range(4)}
                self.factor = factor

            def loss(self, X, y):
                grads = {k: 2 * v * self.factor for k, v in self.params.items()}
                loss = self.factor * sum(np.sum(v * v) for v in self.params.values())
                return loss, grads

        data = {**self.DATA, "inputs": {"X": {"value": 0}, "y": {"value": 0}}}
        result = ask("gradient", "Wide", data, reference={"Wide": Wide}, Wide=lambda: Wide(1.3))
        assert (result.outcome, result.credit) == (Outcome.PASSED, 1.0)
        assert result.advice == (
            "Your gradients were judged on your own forward, which is wrong: nothing is lost.",
        )


class TestDocumentedCaches:
    """A backward whose forward is wrong is asked again on the cache that the text documents."""

    @pytest.fixture
    def data(self, data):
        return {**data, "options": {"cache": ["x", "w", "b"]}}

    @pytest.mark.parametrize(
        "forward",
        [
            lambda x, w, b: 1 / 0,
            lambda x, w, b: None,
            lambda x, w, b: (np.zeros((4, 5)), (0 * x, 0 * w, 0 * b)),
        ],
    )
    def test_a_right_backward_keeps_its_points_whatever_the_forward_does(self, ask, data, forward):
        result = ask("gradient", "affine_backward", data, affine_forward=forward)
        assert (result.outcome, result.credit) == (Outcome.PASSED, 1.0)
        assert result.advice == (
            "affine_backward was judged on the cache that the assignment documents, because "
            "affine_forward is wrong.",
        )

    @pytest.mark.parametrize("spoil", [lambda g: 1.01 * g, one_element(1e-6), np.zeros_like])
    def test_a_wrong_backward_earns_nothing_there_either(self, ask, data, course, spoil):
        backward = spoiled(course["affine_backward"], 1, spoil)
        result = ask("gradient", "affine_backward", data,
                     affine_forward=lambda x, w, b: 1 / 0, affine_backward=backward)  # fmt: skip
        assert result.credit == 0.0

    def test_a_backward_that_is_not_there_is_told_and_not_asked_again(self, ask, data):
        result = ask("gradient", "gone_backward", data,
                     reference={"gone_backward": lambda dout, cache: (
                         (dout @ cache[1].T).reshape(cache[0].shape),
                         cache[0].reshape(len(dout), -1).T @ dout, dout.sum(axis=0))},
                     affine_forward=lambda x, w, b: 1 / 0)  # fmt: skip
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert result.message == "the hand-in has no `gone_backward`."

    def test_a_right_forward_with_a_cache_of_its_own_is_judged_on_that_cache(self, ask, data):
        def forward(x, w, b):
            return x.reshape(len(x), -1) @ w + b, {"x": x, "w": w}

        def backward(dout, cache):
            flat = cache["x"].reshape(len(dout), -1)
            dx = (dout @ cache["w"].T).reshape(cache["x"].shape)
            return dx, 1.01 * flat.T @ dout, dout.sum(axis=0)

        result = ask("gradient", "affine_backward", data,
                     affine_forward=forward, affine_backward=backward)  # fmt: skip
        assert result.outcome is Outcome.FAILED
        assert result.message.startswith("affine_backward returned a wrong gradient. dw: 30 of 30")

    def test_a_backward_that_raises_on_the_own_cache_may_be_right_on_the_documented(
        self, ask, data, course
    ):
        def forward(x, w, b):
            return course["affine_forward"](x, w, b)[0], None

        result = ask("gradient", "affine_backward", data, affine_forward=forward)
        assert (result.outcome, result.credit) == (Outcome.PASSED, 1.0)

    def test_a_cache_of_one_input_is_that_input(self, ask):
        data = {
            "forward": "relu_forward",
            "wrt": ["x"],
            "options": {"cache": ["x"]},
            "inputs": {"x": {"distinct": {"shape": [5]}}},
        }
        result = ask("gradient", "relu_backward", data, relu_forward=lambda x: 1 / 0)
        assert result.outcome is Outcome.PASSED

    def test_a_backward_that_does_not_run_on_it_is_told_as_before(self, ask, data):
        result = ask("gradient", "affine_backward", data, affine_forward=lambda x, w, b: 1 / 0,
                     affine_backward=lambda dout, cache: cache["x"])  # fmt: skip
        assert (result.outcome, result.credit) == (Outcome.SKIPPED, 0.0)


class TestForwardsThatDoNotRun:
    def test_backward_cannot_be_judged_yet(self, ask, data):
        result = ask("gradient", "affine_backward", data, affine_forward=lambda x, w, b: 1 / 0)
        assert (result.outcome, result.credit) == (Outcome.SKIPPED, 0.0)
        assert result.message == (
            "affine_backward cannot be judged yet. affine_forward raised ZeroDivisionError: "
            "'division by zero'."
        )
        assert result.hint == "Mend the forward pass first."


class TestOwnRandomNumbers:
    DATA = {  # noqa: RUF012  # read only
        "forward": "dropout_forward",
        "wrt": ["x"],
        "own_forward": True,
        "inputs": {
            "x": {"normal": {"shape": [10, 10], "mean": 10}},
            "dropout_param": {"value": {"mode": "train", "p": 0.5, "seed": 123}},
        },
    }

    @staticmethod
    def pair(stream, spoil=lambda g: g):
        def forward(x, param):
            mask = np.random.default_rng([stream, param["seed"]]).random(x.shape) < param["p"]
            return x * mask / param["p"], mask / param["p"]

        return forward, lambda dout, mask: spoil(dout * mask)

    def asked(self, ask, stream, **spoil):
        forward, backward = self.pair(stream, **spoil)
        reference = dict(zip(("dropout_forward", "dropout_backward"), self.pair(0), strict=True))
        return ask("gradient", "dropout_backward", self.DATA, reference=reference,
                   dropout_forward=forward, dropout_backward=backward)  # fmt: skip

    @pytest.mark.parametrize("stream", [0, 1, 2])
    def test_any_mask_is_right_that_backward_uses_too(self, ask, stream):
        result = self.asked(ask, stream)
        assert (result.outcome, result.advice) == (Outcome.PASSED, ())

    @pytest.mark.parametrize("stream", [0, 1])
    @pytest.mark.parametrize(
        "spoil", [lambda g: 1.01 * g, np.zeros_like, one_element(1e-2), lambda g: g / 2]
    )
    def test_a_wrong_backward_fails_with_any_mask(self, ask, stream, spoil):
        result = self.asked(ask, stream, spoil=spoil)
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert result.message.startswith("dropout_backward returned a wrong gradient. dx: ")


def noisy(loss):
    """A network with one weight and a random loss: weight times a factor that the seed decides."""

    class Net:
        def __init__(self, seed=0, input_dim=3):
            self.params = {"W1": np.ones((input_dim, 1))}
            self.factor = 1 + np.random.default_rng(seed).random()

        def loss(self, X, y=None):
            w = self.params["W1"]
            return loss(self.factor, w), {
                "W1": loss(self.factor, np.ones_like(w)) * (0 * w + 1) / 3
            }

    return Net


class TestRandomLosses:
    DATA: ClassVar = {
        "convention": "network_with_loss",
        "own_forward": True,
        "inputs": {"X": {"normal": {"shape": [2, 3]}}, "y": {"value": 0}},
        "options": {"params_std": 1.0, "construct": {"seed": 1, "input_dim": 3}},
    }

    def asked(self, ask, loss):
        reference = {"Net": noisy(lambda factor, w: factor * w.sum())}
        return ask("gradient", "Net", self.DATA, Net=noisy(loss), reference=reference)

    def test_one_that_another_seed_could_give_is_in_reach(self, ask):
        assert self.asked(ask, lambda factor, w: (factor + 0.1) * w.sum()).credit == 1

    @pytest.mark.parametrize("factor", [100.0, -100.0, np.nan])
    def test_one_that_no_seed_could_give_is_not_however_well_its_gradient_fits(self, ask, factor):
        assert self.asked(ask, lambda _, w: factor * w.sum()).credit == 0

    def test_one_that_is_no_number_is_not(self, ask):
        assert self.asked(ask, lambda factor, w: np.array([factor, factor]) * w.sum()).credit == 0

    def test_a_reference_that_raises_for_other_seeds_is_our_fault(self, ask):
        class Picky(noisy(lambda factor, w: factor * w.sum())):
            def __init__(self, seed=0, input_dim=3):
                if seed != 1:
                    raise RuntimeError("only 1")
                super().__init__(seed, input_dim)

        other = noisy(lambda factor, w: (factor + 0.1) * w.sum())
        with pytest.raises(ReferenceFault, match="In check criterion/gradient the reference"):
            ask("gradient", "Net", self.DATA, Net=other, reference={"Net": Picky})


@pytest.mark.torch
def test_an_output_of_another_shape_is_what_is_to_be_mended(ask, torch):
    data = {
        "convention": "torch_function",
        "inputs": {"x": {"normal": {"shape": [3, 4]}}},
        "wrt": ["x"],
    }
    reference = {"net": lambda x: 2 * x}
    result = ask("gradient", "net", data, net=lambda x: 2 * x[:, :2], reference=reference)
    assert (result.outcome, result.credit) == (Outcome.SKIPPED, 0.0)
    assert result.message == (
        "The gradients of net cannot be judged, because its output itself is wrong on these "
        "inputs: out has shape (3, 2); expected (3, 4)."
    )
    assert result.hint == "Mend its output first."


@pytest.mark.torch
class TestOwnForwardsOfALibrary:
    """Autograd's gradient is that of what was computed, unless a backward of its own is in it."""

    FUNCTION: ClassVar = {
        "convention": "torch_function",
        "own_forward": True,
        "inputs": {"x": {"normal": {"shape": [3, 4]}}},
        "wrt": ["x"],
    }
    MODULE: ClassVar = {**FUNCTION, "convention": "torch_module"}

    def asked(self, ask, torch, data, compute):
        def module(of):
            made = type("Net", (torch.nn.Module,), {"forward": lambda self, x: of(x)})
            return lambda: made()

        made = module if data is self.MODULE else (lambda of: of)
        return ask("gradient", "net", data, net=made(compute), reference={"net": made(torch.sin)})

    @staticmethod
    def spoiled(torch, compute):
        class Own(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return compute(x)

            @staticmethod
            def backward(ctx, upstream):
                return upstream

        return Own.apply

    @pytest.mark.parametrize("data", [FUNCTION, MODULE], ids=["function", "module"])
    def test_a_wrong_forward_costs_nothing_however_far_it_is_off(self, ask, torch, data):
        for compute in (torch.tanh, lambda x: 50 * x * x, lambda x: torch.exp(x).float().double()):
            assert self.asked(ask, torch, data, compute).outcome is Outcome.PASSED

    @pytest.mark.parametrize("data", [FUNCTION, MODULE], ids=["function", "module"])
    def test_nor_does_one_that_draws_random_numbers(self, ask, torch, data):
        drawn = self.asked(ask, torch, data, lambda x: x * torch.rand_like(x))
        assert drawn.outcome is Outcome.PASSED

    @pytest.mark.parametrize("data", [FUNCTION, MODULE], ids=["function", "module"])
    def test_a_wrong_backward_of_a_right_forward_fails(self, ask, torch, data):
        result = self.asked(ask, torch, data, self.spoiled(torch, torch.sin))
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert result.message.startswith("net returned a wrong gradient. ")

    def test_a_function_s_wrong_backward_of_a_wrong_forward_fails(self, ask, torch):
        result = self.asked(ask, torch, self.FUNCTION, self.spoiled(torch, torch.tanh))
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)


class TestTwoMethodsOfOneClass:
    @pytest.fixture(autouse=True)
    def _drivers(self):
        drivers.load("")

    def test_the_forward_pass_of_a_network_is_not_called_its_loss(self, ask):
        class Dimming(Rows):  # its backward fits neither this forward nor the right one
            def forward(self, x):
                self.light = 0.5
                return super().forward(x / 100)

            def backward(self, cache, labels):
                return {k: self.light * v for k, v in super().backward(cache, labels).items()}

        data = {
            "convention": "network_with_caches",
            "inputs": {
                "x": {"normal": {"shape": [3, 784]}},
                "labels": {"integers": {"shape": [3], "high": 10}},
            },
            "wrt": ["W1"],
        }
        result = ask("gradient", "NN", data, reference={"NN": Rows}, NN=Dimming)
        assert result.outcome is Outcome.SKIPPED
        assert "of NN cannot be judged, because the forward pass itself is wrong" in result.message
        assert result.hint == "Mend the forward pass first."

    def test_a_class_is_not_told_apart_from_itself(self, ask):
        data = {
            "convention": "layer_object",
            "forward": "m.Layer",
            "options": {"layer": "pooling"},
            "inputs": {"x": {"normal": {"shape": [2, 3, 4, 4], "mean": -0.5}}},
            "wrt": ["x"],
        }
        modules = [ModuleType("m"), ModuleType("m")]
        for module, owner in zip(modules, (Pooling, FromZero), strict=True):
            module.Layer = owner
        result = ask("gradient", "m.Layer", data,
                     reference={"m": modules[0], "m.Layer": Pooling},
                     **{"m": modules[1], "m.Layer": FromZero},
                     )  # fmt: skip
        assert result.outcome is Outcome.SKIPPED
        assert result.message.startswith(
            "The backward pass of m.Layer cannot be judged apart from its forward pass, which is "
            "wrong on these inputs: dx: "
        )


class Pooling:
    """Keeps where each window has its largest number."""

    least = -np.inf

    def forward(self, x):
        n, c, h, w = x.shape
        windows = x.reshape(n, c, h // 2, 2, w // 2, 2).transpose(0, 1, 2, 4, 3, 5)
        windows = windows.reshape(n, c, h // 2, w // 2, 4)
        self.at = np.where(windows.max(-1) > self.least, windows.argmax(-1), 0)[..., None]
        return np.maximum(windows.max(-1), self.least)

    def backward(self, dout):
        n, c, h, w = dout.shape
        dx = np.zeros((n, c, h, w, 4))
        np.put_along_axis(dx, self.at, dout[..., None], -1)
        dx = dx.reshape(n, c, h, w, 2, 2).transpose(0, 1, 2, 4, 3, 5)
        return dx.reshape(n, c, 2 * h, 2 * w)


class FromZero(Pooling):
    """Searches from 0 on, so that it finds no place where all numbers are negative."""

    least = 0.0
