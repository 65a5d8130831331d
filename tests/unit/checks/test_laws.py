"""Laws of random numbers: right samples pass for every seed, and each wrong law is told apart."""

import numpy as np
import pytest

from grader.checks.laws import (
    LEAST_COUNT,
    LEAST_OF_UNIFORM,
    dropout_fault,
    fraction_fault,
    normal_fault,
    uniform_fault,
)

SEEDS = range(200)


def fault(sample, std=0.02):
    return normal_fault("params['W1']", sample, std)


class TestNormal:
    @pytest.mark.parametrize("std", [1e-3, 0.02, 5.0])
    def test_right_samples_pass_for_200_seeds(self, std):
        for seed in SEEDS:
            sample = np.random.default_rng(seed).normal(0, std, (100, LEAST_COUNT // 100))
            assert fault(sample, std) == "", seed

    def test_a_float32_sample_passes(self):
        sample = np.random.default_rng(0).normal(0, 0.02, 30_000).astype(np.float32)
        assert fault(sample) == ""

    @pytest.mark.parametrize(
        ("law", "said"),
        [
            (lambda r, n: r.normal(0, 0.02 * 1.05, n), "has standard deviation 0.02"),
            (lambda r, n: r.normal(0, 0.02 / 1.05, n), "has standard deviation 0.01"),
            (lambda r, n: r.normal(0, 1, n), "has standard deviation"),
            (lambda r, n: r.normal(0, 0.02**2, n), "has standard deviation 0.000"),
            (lambda r, n: r.normal(0, 0.02**0.5, n), "has standard deviation 0.14"),
            (lambda r, n: r.random(n) * 0.02, "has standard deviation 0.005"),
            (lambda r, n: r.normal(0.002, 0.02, n), "has mean 0.00"),
            (
                lambda r, n: r.uniform(-1, 1, n) * 0.02 * 3**0.5,
                "too few of them lie far from the mean (excess kurtosis -1.",
            ),
            (
                lambda r, n: r.choice([-0.02, 0.02], n),
                "too few of them lie far from the mean (excess kurtosis -2.0",
            ),
            (
                lambda r, n: r.laplace(0, 0.02 / 2**0.5, n),
                "too many of them lie far from the mean (excess kurtosis",
            ),
            (
                lambda r, n: r.standard_t(5, n) * 0.02 * 0.6**0.5,
                "too many of them lie far from the mean (excess kurtosis",
            ),
        ],
    )
    def test_a_sample_of_another_law_fails_for_every_seed(self, law, said):
        for seed in range(50):
            message = fault(law(np.random.default_rng(seed), 40_000))
            assert message.startswith("params['W1'] ")
            assert said in message or "standard deviation" in message, seed
        assert said in fault(law(np.random.default_rng(3), 40_000))

    def test_the_sentences_give_both_values(self):
        rng = np.random.default_rng(0)
        assert fault(np.zeros(LEAST_COUNT)) == (
            "all 20000 elements of params['W1'] are 0; expected random numbers."
        )
        assert fault(np.full(LEAST_COUNT, np.nan)) == "params['W1'] holds NaN or infinity."
        assert fault(rng.normal(0, 1, LEAST_COUNT)).endswith("; expected 0.02.")
        assert fault(rng.normal(0.1, 1, LEAST_COUNT), 1.0).endswith("; expected 0.")
        assert fault(rng.uniform(-1, 1, 99_999) * 3**0.5, 1.0) == (
            "params['W1'] has the right deviation, but its numbers are not normally distributed: "
            "too few of them lie far from the mean (excess kurtosis -1.20; normal numbers have 0, "
            "uniform ones -1.2)."
        )

    @pytest.mark.parametrize("bad", [np.nan, np.inf])
    def test_one_element_that_is_not_finite_fails(self, bad):
        sample = np.random.default_rng(0).normal(0, 0.02, LEAST_COUNT)
        sample[77] = bad
        assert fault(sample) == "params['W1'] holds NaN or infinity."


class TestFractions:
    @pytest.mark.parametrize(
        ("count", "total", "p", "beyond"),
        [
            (5000, 10_000, 0.5, False),
            (5270, 10_000, 0.5, False),
            (5300, 10_000, 0.5, True),
            (4700, 10_000, 0.5, True),
            (10_000, 10_000, 1.0, False),
            (9998, 10_000, 1.0, True),
        ],
    )
    def test_only_what_is_beyond_chance_is_a_fault(self, count, total, p, beyond):
        assert fraction_fault(count, total, p) is beyond


def dropped(rng, p, x):
    return x * (rng.random(x.shape) < p) / p


class TestDropout:
    @pytest.mark.parametrize("p", [0.25, 0.4, 0.7, 0.9])
    def test_right_masks_pass_for_200_seeds(self, p):
        for seed in SEEDS:
            rng = np.random.default_rng(seed)
            x = rng.normal(10, 1, (60, 60))
            assert dropout_fault(dropped(rng, p, x), x, p) == "", seed

    @pytest.mark.parametrize(
        ("law", "said"),
        [
            (
                lambda r, x: dropped(r, 0.3, x),
                "% of the elements were kept; expected 70 %. That is 1 - p: p is the probability "
                "of keeping.",
            ),
            (lambda r, x: dropped(r, 0.6, x), "% of the elements were kept; expected 70 %."),
            (lambda r, x: x, "100.00 % of the elements were kept; expected 70 %."),
            (lambda r, x: 0 * x, "0.00 % of the elements were kept; expected 70 %."),
            (
                lambda r, x: x * (r.random(x.shape) < 0.7),
                "kept elements were multiplied by 1; expected 1/p = 1.42857. The kept values are "
                "not divided by p.",
            ),
            (
                lambda r, x: x * (r.random(x.shape) < 0.7) * 0.7,
                "kept elements were multiplied by 0.7; expected 1/p = 1.42857.",
            ),
            (
                lambda r, x: x * (r.random(x.shape) < 0.7) / 0.7 * 1.01,
                "kept elements were multiplied by 1.44286; expected 1/p = 1.42857.",
            ),
            (
                lambda r, x: x + 0.1 * r.normal(size=x.shape),
                "100.00 % of the elements were kept; expected 70 %.",
            ),
        ],
    )
    def test_a_mask_of_another_law_is_told(self, law, said):
        for seed in range(30):
            rng = np.random.default_rng(seed)
            x = rng.normal(10, 1, (100, 100))
            assert dropout_fault(law(rng, x), x, 0.7).endswith(said), seed

    @pytest.mark.parametrize(("axis", "what"), [(0, "sample"), (1, "feature")])
    def test_one_mask_for_all_is_told(self, axis, what):
        rng = np.random.default_rng(0)
        x = rng.normal(10, 1, (400, 400))
        shape = [400, 400]
        shape[axis] = 1
        mask = np.zeros(400, bool)
        mask[: 400 * 7 // 10] = True
        out = x * mask.reshape(shape) / 0.7
        assert dropout_fault(out, x, 0.7) == (
            f"every {what} got the same mask; expected an independent draw for each element."
        )

    @pytest.mark.parametrize(
        ("axis", "what"), [(0, "sample"), (1, "channel"), (2, "row"), (3, "column")]
    )
    def test_one_mask_for_all_of_an_images_parts_is_told(self, axis, what):
        rng = np.random.default_rng(0)
        x = rng.normal(10, 1, (20, 3, 16, 16))
        assert dropout_fault(dropped(rng, 0.7, x), x, 0.7) == ""
        mask = np.take(rng.random(x.shape) < 0.7, [0], axis=axis)
        assert dropout_fault(x * mask / 0.7, x, 0.7) == (
            f"every {what} got the same mask; expected an independent draw for each element."
        )

    def test_nan_is_no_right_factor(self):
        x = np.random.default_rng(0).normal(10, 1, (100, 100))
        out = dropped(np.random.default_rng(1), 0.7, x)
        out[out != 0] = np.nan
        assert dropout_fault(out, x, 0.7).startswith("kept elements were multiplied by nan;")

    def test_a_single_sample_may_have_a_mask_of_its_own(self):
        rng = np.random.default_rng(0)
        x = rng.normal(10, 1, (1, 4000))
        assert dropout_fault(dropped(rng, 0.7, x), x, 0.7) == ""


class TestUniform:
    @pytest.mark.parametrize("count", [LEAST_OF_UNIFORM, 100_000])
    def test_right_samples_pass_for_200_seeds(self, count):
        for seed in SEEDS:
            sample = np.random.default_rng(seed).uniform(-0.04, 0.04, count)
            assert uniform_fault("W1", sample, 0.04) == "", seed

    def test_a_float32_sample_passes(self):
        sample = np.random.default_rng(0).uniform(-1 / 28, 1 / 28, 100_000).astype(np.float32)
        assert uniform_fault("W1", sample, 1 / 28) == ""

    @pytest.mark.parametrize(
        ("law", "said"),
        [
            (lambda r, n: r.uniform(-0.0408, 0.0408, n), "W1 reaches 0.040"),
            (lambda r, n: r.uniform(-0.039, 0.039, n), "W1 stays within 0.03"),
            (lambda r, n: r.uniform(0, 0.04, n), "W1 has mean 0.0"),
            (lambda r, n: r.normal(0, 0.04, n), "W1 reaches 0.1"),
            (lambda r, n: 0.04 * r.uniform(-1, 1, n) ** 3, "W1 has standard deviation 0.01"),
            (lambda r, n: np.zeros(n), "all 20000 elements of W1 are 0; expected random numbers"),
            (lambda r, n: np.full(n, np.nan), "W1 holds NaN or infinity"),
        ],
    )
    def test_other_laws_are_told_apart(self, law, said):
        for seed in range(20):
            assert said in uniform_fault("W1", law(np.random.default_rng(seed), 20_000), 0.04)
