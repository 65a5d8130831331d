"""Kind `statistics`: random numbers of right hand-ins pass for every seed, wrong ones never."""

import numpy as np
import pytest

from grader.checks import CHECK_KINDS
from grader.checks.dropout_laws import SEEDS
from grader.checks.laws import same_law_fault
from grader.errors import ReferenceFault
from grader.records import Outcome

NORMAL = {
    "convention": "network_with_loss",
    "law": "normal",
    "std": {"W1": 0.02},
    "options": {"ask": "params", "construct": {"input_dim": 200, "classes": 120}},
}
DROPOUT = {
    "law": "dropout",
    "inputs": {
        "x": {"normal": {"shape": [100, 100], "mean": 10}},
        "dropout_param": {"value": {"mode": "train", "p": 0.7}},
    },
}
GRADIENT = {**DROPOUT, "law": "dropout_gradient", "forward": "dropout_forward"}


def net(draw):
    class Net:
        def __init__(self, input_dim, classes):
            self.params = {"W1": draw((input_dim, classes)), "b1": np.zeros(classes)}

    return Net


def dropout_forward(x, param, *, keep=lambda p: p, scale=lambda p: p):
    rng = np.random.default_rng(param.get("seed"))
    mask = (rng.random(x.shape) < keep(param["p"])) / scale(param["p"])
    return x * mask, mask


def dropout_backward(dout, mask):
    return dout * mask


class TestNormal:
    def test_right_initializations_pass(self, ask):
        for seed in range(30):  # the law itself is tried on 200
            rng = np.random.default_rng(seed)
            result = ask(
                "statistics", "Net", NORMAL, Net=net(lambda s, rng=rng: rng.normal(0, 0.02, s))
            )
            assert result.outcome is Outcome.PASSED, seed

    @pytest.mark.parametrize(
        ("draw", "said"),
        [
            (lambda s: np.random.default_rng(0).normal(0, 0.021, s), "has standard deviation 0.02"),
            (lambda s: np.random.default_rng(0).random(s) * 0.02, "has standard deviation 0.0057"),
            (lambda s: np.random.default_rng(0).normal(5e-3, 0.02, s), "has mean 0.005"),
            (lambda s: np.random.default_rng(0).uniform(-1, 1, s) * 0.0346410, "not normal"),
            (np.zeros, "all 24000 elements of params['W1'] are 0; expected random numbers."),
            (lambda s: None, "is None; expected at least 20000 random numbers."),
            (lambda s: [0.0], "params['W1'] is a list of 1; expected at least 20000 random"),
            (lambda s: np.zeros((3, 3)), "is an array of shape (3, 3) and dtype float64;"),
            (lambda s: np.zeros(s, int), "is an array of shape (200, 120) and dtype int64;"),
            (lambda s: np.zeros(s, complex), "and dtype complex128; expected at least 20000"),
            (lambda s: np.full(s, np.nan), "holds NaN or infinity."),
        ],
    )
    def test_another_law_fails_and_is_told(self, ask, draw, said):
        result = ask("statistics", "Net", NORMAL, Net=net(draw))
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert result.message.startswith("Net: ")
        assert said in result.message

    def test_a_parameter_that_is_not_there_is_told(self, ask):
        result = ask("statistics", "Net", {**NORMAL, "std": {"W9": 0.02}})
        assert (result.outcome, result.message) == (Outcome.FAILED, "Net: params has no 'W9'.")

    @pytest.mark.torch
    @pytest.mark.parametrize(
        ("sizes", "scale", "said"),
        [
            ((150, 140), 0.02, ""),
            ((130, 140), 0.02, ""),  # that a layer has another size is charged where sizes are
            ((130, 140), 0.03, "weight 140x200 has standard deviation 0.0"),
            ((130, 130), 0.02, "params has no 'weight 200x150'"),
        ],
    )
    def test_layers_of_other_sizes_are_not_charged_here(self, ask, torch, sizes, scale, said):
        class Net(torch.nn.Module):
            def __init__(self):
                super().__init__()
                torch.manual_seed(3)
                self.first = torch.nn.Linear(sizes[0], 200)
                self.second = torch.nn.Linear(200, sizes[1])
                for layer in (self.first, self.second):
                    torch.nn.init.normal_(layer.weight, std=scale)

        asked = {
            "kind": "statistics",
            "convention": "torch_module",
            "law": "normal",
            "std": {"weight 200x150": 0.02, "weight 140x200": 0.02},
            "options": {"ask": "params"},
        }
        result = ask("statistics", "Net", asked, Net=Net)
        assert (result.outcome is Outcome.PASSED) == (not said)
        assert said in result.message

    def test_a_network_that_raises_is_told(self, ask):
        result = ask("statistics", "Net", NORMAL, Net=net(lambda s: 1 / 0))
        assert (result.outcome, result.message) == (
            Outcome.ERRORED,
            "Net raised ZeroDivisionError: 'division by zero'.",
        )


class TestDropout:
    def test_right_dropout_passes_for_200_seeds(self, ask):
        data = {**DROPOUT, "inputs": {**DROPOUT["inputs"], "x": {"normal": {"shape": [40, 40]}}}}
        for seed in range(200):
            result = ask("statistics", "f", data, seed=seed, f=dropout_forward)
            assert result.outcome is Outcome.PASSED, result.message

    @pytest.mark.parametrize("p", [0.25, 0.4])
    def test_any_probability_is_right(self, ask, p):
        inputs = {**DROPOUT["inputs"], "dropout_param": {"value": {"mode": "train", "p": p}}}
        assert ask("statistics", "f", {**DROPOUT, "inputs": inputs}, f=dropout_forward).credit == 1

    @pytest.mark.parametrize(
        ("f", "said"),
        [
            (
                lambda x, p: dropout_forward(x, p, keep=lambda p: 1 - p, scale=lambda p: 1 - p),
                "of the elements were kept; expected 70 %. That is 1 - p: p is the probability",
            ),
            (
                lambda x, p: dropout_forward(x, p, scale=lambda p: 1),
                "kept elements were multiplied by 1; expected 1/p = 1.42857. The kept values",
            ),
            (lambda x, p: (x, None), "100.00 % of the elements were kept; expected 70 %."),
            (
                lambda x, p: dropout_forward(x, {**p, "seed": 1}),
                "two calls without a seed dropped the same elements; expected a new mask each",
            ),
            (
                lambda x, p: dropout_forward(x, {"p": p["p"]}),
                "two calls with the same seed in dropout_param dropped different elements.",
            ),
            (
                lambda x, p: dropout_forward(x, {**p, "seed": 3 if "seed" in p else None}),
                "seeds 7 and 8 in dropout_param dropped the same elements.",
            ),
            (lambda x, p: (None, None), "out is None; expected an array of shape (100, 100)."),
            (lambda x, p: (x.T[:5], None), "out is an array of shape (5, 100) and dtype float64;"),
            (lambda x, p: (x * 1j, None), "and dtype complex128; expected an array of shape"),
            (lambda x, p: (x * np.nan, None), "100.00 % of the elements were kept"),
        ],
    )
    def test_a_wrong_mask_fails_and_is_told(self, ask, f, said):
        for seed in range(5):
            result = ask("statistics", "f", DROPOUT, seed=seed, f=f)
            assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
            assert result.message.startswith("f: ")
            assert said in result.message

    def test_a_dropout_that_raises_is_told(self, ask):
        result = ask("statistics", "f", DROPOUT, f=lambda x, p: 1 / 0)
        assert (result.outcome, result.message) == (
            Outcome.ERRORED,
            "f raised ZeroDivisionError: 'division by zero'.",
        )

    def test_a_case_beyond_the_text_gives_advice_only(self, ask):
        data = {**DROPOUT, "cases": [{"name": "odd", "beyond_text": True}]}
        result = ask("statistics", "f", data, f=lambda x, p: (x, None))
        assert result.outcome is Outcome.PASSED
        assert result.advice[0].startswith("Beyond the text, no points: f: 100.00 % of the")


NOT_THE_MASK = "dx is not dout times the mask that forward used: "


class TestDropoutGradient:
    def asked(self, ask, forward=dropout_forward, backward=dropout_backward):
        return ask("statistics", "dropout_backward", GRADIENT,
                   dropout_forward=forward, dropout_backward=backward)  # fmt: skip

    def test_the_mask_of_the_forward_is_right(self, ask):
        for _ in range(20):  # each call draws a mask of its own
            assert self.asked(ask).outcome is Outcome.PASSED

    @pytest.mark.parametrize(
        ("backward", "said"),
        [
            (lambda dout, mask: 1.01 * dout * mask, NOT_THE_MASK),
            (lambda dout, mask: dout * (mask > 0), NOT_THE_MASK),
            (lambda dout, mask: dout, f"{NOT_THE_MASK}10000 of 10000 elements differ."),
            (lambda dout, mask: 0 * dout, NOT_THE_MASK),
            (
                lambda dout, mask: dout * mask + 1e-4 * np.eye(100)[3],
                f"{NOT_THE_MASK}100 of 10000 elements differ.",
            ),
            (lambda dout, mask: dout * mask * np.nan, f"{NOT_THE_MASK}10000 of 10000 elements"),
            (lambda dout, mask: None, "dx is None; expected an array of shape (100, 100)."),
            (lambda dout, mask: dout[:3], "dx is an array of shape (3, 100) and dtype float64;"),
            (
                lambda dout, mask: dout * 1j,
                "dx is an array of shape (100, 100) and dtype complex128; expected an array of",
            ),
        ],
    )
    def test_another_gradient_fails_and_is_told(self, ask, backward, said):
        result = self.asked(ask, backward=backward)
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert result.message.startswith(f"dropout_backward: in train mode {said}")

    @pytest.mark.parametrize(
        ("spoil", "said"),
        [
            (lambda dout: 0 * dout, "dx is not dout; dropout does nothing there."),
            (lambda dout: dout / 0.7, "dx is not dout; dropout does nothing there."),
            (lambda dout: dout * np.nan, "dx is not dout; dropout does nothing there."),
            (lambda dout: None, "dx is None; expected an array of shape (100, 100)."),
        ],
    )
    def test_in_test_mode_too_the_gradient_has_to_follow(self, ask, spoil, said):
        def forward(x, param):
            return dropout_forward(x, param) if param["mode"] == "train" else (x, None)

        def backward(dout, mask):
            return spoil(dout) if mask is None else dout * mask

        assert self.asked(ask, forward, lambda dout, mask: dout * (1 if mask is None else mask)
                          ).outcome is Outcome.PASSED  # fmt: skip
        result = self.asked(ask, forward, backward)
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert result.message == f"dropout_backward: in test mode {said}"

    @pytest.mark.parametrize("unfinished", ["none", "raises"])
    def test_a_forward_without_a_test_mode_takes_nothing_from_a_right_gradient(
        self, ask, unfinished
    ):
        def forward(x, param):
            if param["mode"] == "train":
                return dropout_forward(x, param)
            if unfinished == "raises":
                raise NotImplementedError
            return None, None

        def backward(dout, mask, factor=1.0):
            return factor * dout if mask is None else dout * mask

        assert self.asked(ask, forward, backward).outcome is Outcome.PASSED
        half = self.asked(ask, forward, lambda dout, mask: backward(dout, mask, 0.5))
        assert (half.outcome is Outcome.PASSED) is (unfinished == "raises")

        def failing(dout, mask):
            return dout * mask  # None in test mode

        assert self.asked(ask, forward, failing).credit == (1.0 if unfinished == "raises" else 0.0)

    @pytest.mark.parametrize(
        ("forward", "said"),
        [
            (lambda x, p: (0 * x, 0 * x), "train mode dropout_forward did not keep some elements"),
            (lambda x, p: (x, 1 + 0 * x), "train mode dropout_forward did not keep some elements"),
            (lambda x, p: (np.nan * x, x), "train mode dropout_forward did not keep some elements"),
        ],
    )
    def test_a_forward_that_shows_no_mask_is_to_be_mended_first(self, ask, forward, said):
        result = self.asked(ask, forward)
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert result.message == (
            f"dropout_backward cannot be judged yet: in {said} and set the others to zero."
        )
        assert result.hint == "Mend the forward pass first."

    @pytest.mark.parametrize(
        ("factor", "follows"),
        [
            *((factor, follows) for factor in (0.0, 2.0, np.nan) for follows in (False, True)),
            *((np.inf, follows) for follows in (False, True)),
        ],
    )
    def test_at_test_time_the_gradient_fits_the_text_or_the_own_forward(self, ask, factor, follows):
        def forward(x, param):
            if param["mode"] == "train":
                return dropout_forward(x, param)
            return factor * x, np.full_like(x, factor if follows else 1.0)

        finite = bool(np.isfinite(factor))
        assert self.asked(ask, forward).credit == (1.0 if finite or not follows else 0.0)

    @pytest.mark.parametrize(
        "forward",
        [
            lambda x, p: dropout_forward(x, p, scale=lambda p: 1),
            lambda x, p: dropout_forward(x, p, keep=lambda p: 1 - p),
        ],
    )
    def test_which_share_is_kept_and_how_it_is_scaled_is_the_forwards_affair(self, ask, forward):
        assert self.asked(ask, forward).outcome is Outcome.PASSED

    def test_a_forward_that_gives_no_array_is_told(self, ask):
        result = self.asked(ask, lambda x, p: (None, None), lambda dout, mask: dout)
        assert result.message.startswith("dropout_backward: out is None; expected an array")

    def test_a_forward_that_raises_is_told(self, ask):
        result = self.asked(ask, lambda x, p: 1 / 0)
        assert result.outcome is Outcome.ERRORED


VARIES = {
    "convention": "network_with_loss",
    "law": "varies_with_seed",
    "inputs": {
        "X": {"normal": {"shape": [20, 6]}},
        "y": {"integers": {"shape": [20], "high": 3}},
    },
    "options": {"construct": {"dropout": 0.5}},
}


def network(loss):
    class Net:
        def __init__(self, dropout, seed=None):
            self.params = {}
            self.seed = seed

        def loss(self, X, y):
            return loss(np.random.default_rng(self.seed), X), {}

    return Net


def dropped(rng, X):
    return (X * (rng.random(X.shape) < 0.5)).sum()


class TestVariesWithSeed:
    def asked(self, ask, loss):
        return ask(
            "statistics", "Net", VARIES, Net=network(loss), reference={"Net": network(dropped)}
        )

    @pytest.mark.parametrize(
        "loss",
        [
            dropped,
            lambda rng, X: (X * (rng.random(X.shape[::-1]).T < 0.5)).sum(),  # another order
            lambda rng, X: (X * rng.binomial(1, 0.5, X.shape)).sum(),
        ],
    )
    def test_a_network_with_dropout_passes_whatever_its_random_numbers(self, ask, loss):
        assert self.asked(ask, loss).outcome is Outcome.PASSED

    @pytest.mark.parametrize(
        ("loss", "said"),
        [
            (lambda rng, X: X.sum(), "the training loss is the same for all seeds, so dropout is"),
            (
                lambda rng, X: np.random.default_rng().random(),
                "two networks with the same seed gave different training losses.",
            ),
            (lambda rng, X: None, "loss is None; expected an array of shape ()."),
            (lambda rng, X: X, "loss is an array of shape (20, 6) and dtype float64; expected"),
            (lambda rng, X: dropped(rng, X) + 1000, "on average over 24 seeds; expected "),
            (lambda rng, X: 5000 + 100 * rng.random(), "on average over 24 seeds; expected "),
            (
                lambda rng, X: X.sum() / 2 + 1e-3 * rng.normal(),
                "Look at where dropout is applied, and how often.",
            ),
            (lambda rng, X: np.nan * rng.random(), "the training loss is NaN or infinite for some"),
        ],
    )
    def test_a_network_without_it_fails_and_is_told(self, ask, loss, said):
        result = self.asked(ask, loss)
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert said in result.message

    def test_a_network_that_raises_is_told(self, ask):
        assert self.asked(ask, lambda rng, X: 1 / 0).outcome is Outcome.ERRORED

    @staticmethod
    def few_units(*factors, independent=False, bias=1.0):
        """Makes a network of two layers of 6 units, with a factor each for what they keep."""

        class Net:
            def __init__(self, dropout, seed=None):
                self.params = {}
                masks = np.random.default_rng(seed).random((2, 6)) < 0.9
                masks[1] = masks[1 if independent else 0]
                self.masks = np.ones((2, 6)) if dropout == 1 else masks
                self.factors = (1, 1) if dropout == 1 else factors

            def loss(self, X, y):
                kept = self.masks @ np.arange(6)
                return float(kept @ self.factors + self.factors[0] * bias), {}

        return Net

    def test_with_few_units_the_loss_that_is_right_most_often_has_to_come(self, ask):
        scale = 1 / 0.9

        def judge(net):
            right = {"Net": self.few_units(scale, scale)}
            return ask("statistics", "Net", VARIES, Net=net, reference=right)

        assert judge(self.few_units(scale, scale)).outcome is Outcome.PASSED
        assert judge(self.few_units(scale, scale, independent=True)).outcome is Outcome.PASSED
        found = judge(self.few_units(1, scale))
        assert found.outcome is Outcome.FAILED
        assert found.message == (
            "Net: the training loss is 34.4444 for none of 48 seeds; with so few units, this "
            "value is expected more often than any other; yours is most often 1.78 less. Look at "
            "where dropout is applied, and how often."
        )
        # Wrong without dropout as well, which is charged elsewhere.
        assert judge(self.few_units(1, scale, bias=2.0)).outcome is Outcome.PASSED

    @pytest.mark.parametrize("way", ["right", "raises", "wrong", "drops nothing"])
    def test_what_normalization_breaks_without_dropout_too_is_charged_elsewhere(self, ask, way):
        def made(way):
            class Net:
                def __init__(self, dropout, normalization=None, seed=None):
                    self.params = {}
                    self.rng, self.dropout = np.random.default_rng(seed), dropout

                def loss(self, X, y):
                    if way == "raises":
                        raise KeyError("mode")
                    share = 1.0 if way == "drops nothing" else self.dropout
                    kept = (X * (self.rng.random(X.shape) < share)).sum()
                    return kept + 1000 * (way == "wrong"), {}

            return Net

        data = {**VARIES, "options": {"construct": {"dropout": 0.5, "normalization": "layernorm"}}}
        result = ask("statistics", "Net", data, Net=made(way), reference={"Net": made("right")})
        charged = way == "drops nothing"
        assert result.outcome is (Outcome.FAILED if charged else Outcome.PASSED)

    def test_a_reference_that_raises_is_our_fault(self, ask):
        wrong = {"Net": network(lambda rng, X: 1 / 0)}
        with pytest.raises(ReferenceFault, match=r"In check criterion/statistics the reference"):
            ask("statistics", "Net", VARIES, Net=network(dropped), reference=wrong)

    def test_right_networks_are_taken_for_wrong_ones_never_in_a_thousand_draws(self):
        rng = np.random.default_rng(0)
        for _ in range(1000):
            sample, expected = rng.exponential(size=(2, SEEDS))
            assert same_law_fault("the loss", sample, expected) == ""


class TestParsing:
    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (
                {"law": "normal"},
                "The law normal needs std: the expected deviation of each parameter.",
            ),
            (
                {"law": "dropout_gradient"},
                "The law dropout_gradient needs forward: the path of the forward function.",
            ),
            ({"law": "dropout"}, "The law dropout needs the inputs x and dropout_param."),
            (
                {"law": "dropout", "inputs": {"x": {"value": 1}}},
                "The law dropout needs the inputs x and dropout_param.",
            ),
            (
                {"law": "dropout_gradient", "forward": "f", "inputs": {"x": {"value": 1}}},
                "The law dropout_gradient needs the inputs x and dropout_param.",
            ),
            (
                {"law": "varies_with_seed", "options": {"warm": 1}},
                "The law varies_with_seed needs construct in its options.",
            ),
        ],
    )
    def test_a_law_that_lacks_what_it_needs_is_refused(self, data, said):
        with pytest.raises(ValueError, match=r"The law \w+ needs") as caught:
            CHECK_KINDS["statistics"].parse(data)
        assert str(caught.value) == said


class TestUniform:
    data = {  # noqa: RUF012
        "convention": "network_with_loss",
        "law": "uniform",
        "bound": {"W1": 0.1},
        "options": {"ask": "params", "construct": {"input_dim": 100, "classes": 20}},
    }

    @staticmethod
    def net(draw):
        class Net:
            def __init__(self, input_dim, classes):
                self.params = {"W1": draw(np.random.default_rng(3), (input_dim, classes))}

        return Net

    def test_the_law_passes_and_another_fails(self, ask):
        def judge(draw):
            return ask("statistics", "Net", self.data, Net=self.net(draw))

        assert judge(lambda rng, shape: rng.uniform(-0.1, 0.1, shape)).outcome == "passed"
        failed = judge(lambda rng, shape: rng.normal(0, 0.1, shape))
        assert failed.outcome == "failed"
        assert "Net: W1 reaches 0." in failed.message

    def test_too_few_numbers_and_none(self, ask):
        few = self.net(lambda rng, shape: rng.uniform(size=(3, 3)))
        said = ask("statistics", "Net", self.data, Net=few).message
        assert "W1 is an array of shape (3, 3) and dtype float64; expected at least 500" in said
        assert ask("statistics", "Net", self.data, Net=lambda **_: 1 / 0).outcome == "errored"

    def test_it_needs_a_bound(self):
        data = {**self.data, "subject": "Net", "bound": {}}
        with pytest.raises(ValueError, match="The law uniform needs bound"):
            CHECK_KINDS["statistics"].parse(data)
