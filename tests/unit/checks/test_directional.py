"""Agreement with the own forward: no false alarm on right code, kinks or not, and no miss."""

import numpy as np
import pytest

from grader.checks.directional import (
    agreement,
    aligned,
    directions,
    picks,
    relative_error,
    similar,
)
from grader.conventions import CONVENTIONS
from grader.conventions.convention import Call, Computed, Convention, Subject
from grader.worker.inside.values import Opaque

PAIRS = CONVENTIONS["functions_with_cache"]
LOSSES = CONVENTIONS["loss_with_gradient"]


@pytest.fixture
def agree(in_process):
    """Judges a claimed gradient by one input of a function, as a hand-in's session would run it."""

    def judged(f, gradient, upstream, name="x", convention=PAIRS, **inputs):
        session = in_process({"f": f})
        call = Call(inputs, upstream=upstream)
        rng = np.random.default_rng(0)
        return agreement(session, convention, Subject("f_backward", "f"), call, name, gradient, rng)

    return judged


def quick(f, gradient, upstream, seed, **inputs):
    """Judges a claimed gradient by x, with the function called at once: for hundreds of seeds."""

    def forward(_session, _subject, calls):
        return [Computed({"out": np.asarray(f(**call.inputs)[0])}) for call in calls]

    convention = Convention("quick", "", {}, forward)
    call, rng = Call(inputs, upstream=upstream), np.random.default_rng([seed, 99])
    return agreement(None, convention, Subject("", "f"), call, "x", gradient, rng)


def batchnorm(x, gamma, beta):
    mean, var = x.mean(0), x.var(0)
    inverse = 1 / np.sqrt(var + 1e-5)
    x_hat = (x - mean) * inverse
    return gamma * x_hat + beta, (x_hat, inverse, gamma)


def batchnorm_dx(dout, cache):
    x_hat, inverse, gamma = cache
    d = dout * gamma
    return inverse * (d - d.mean(0) - x_hat * (d * x_hat).mean(0))


def max_pool(x):
    n, c, h, w = x.shape
    windows = x.reshape(n, c, h // 2, 2, w // 2, 2)
    return windows.max(axis=(3, 5)), x


def max_pool_dx(dout, x):
    n, c, h, w = x.shape
    windows = x.reshape(n, c, h // 2, 2, w // 2, 2)
    mask = windows == windows.max(axis=(3, 5), keepdims=True)
    return (mask * dout[:, :, :, None, :, None]).reshape(x.shape)


class TestNoFalseAlarms:
    def test_smooth_layers_agree_for_200_seeds(self):
        for seed in range(200):
            rng = np.random.default_rng(seed)
            x, gamma = rng.normal(12, 5, (5, 4)), rng.normal(size=4)
            out, cache = batchnorm(x, gamma, gamma)
            dout = rng.normal(size=out.shape)
            dx = batchnorm_dx(dout, cache)
            found = quick(batchnorm, dx, dout, seed, x=x, gamma=gamma, beta=gamma)
            assert found.told, seed
            assert found.agrees, seed
            assert not found.flat, seed

    def test_a_softmax_loss_agrees_for_200_seeds(self, course):
        for seed in range(200):
            rng = np.random.default_rng(seed)
            x, y = rng.normal(0, 3, (10, 5)), rng.integers(0, 5, 10)
            _, dx = course["softmax_loss"](x, y)
            found = quick(course["softmax_loss"], dx, None, seed, x=x, y=y)
            assert found.agrees, seed

    @pytest.mark.parametrize(("closest", "at_least"), [(1e-2, 190), (1e-3, 150), (1e-6, 0)])
    def test_kinks_near_the_inputs_raise_no_alarm_for_200_seeds(self, closest, at_least):
        # One in ten elements lies so close to zero that a step may cross the kink.
        told = 0
        for seed in range(200):
            rng = np.random.default_rng(seed)
            x = rng.normal(size=(10, 10))
            near = rng.random(x.shape) < 0.1
            x[near] *= closest
            dout = rng.normal(size=x.shape)
            found = quick(lambda x: (np.maximum(x, 0), None), dout * (x > 0), dout, seed, x=x)
            assert found.agrees or not found.told, seed
            told += found.told
        assert told >= at_least

    @pytest.mark.parametrize(
        ("closest", "share", "at_most"),
        [(1e-4, 0.1, 600), (1e-8, 0.1, 0), (0.0, 0.1, 0), (0, 1, 0)],
    )
    def test_relus_at_or_on_their_kinks_raise_no_alarm_for_300_seeds(self, closest, share, at_most):
        # A difference across the middle of a kink gives the mean of both slopes, at every step:
        # on the kink itself nobody can tell which slope is meant.
        told = 0
        for seed in range(300):
            rng = np.random.default_rng(seed)
            x = rng.normal(size=(10, 10))
            near = rng.random(x.shape) < share
            x[near] = closest * rng.uniform(-1, 1, int(near.sum()))
            dout = rng.normal(size=x.shape)
            for right in (dout * (x > 0), dout * (x >= 0)):
                found = quick(lambda x: (np.maximum(x, 0), None), right, dout, seed, x=x)
                assert found.agrees or not found.told, seed
                told += found.told
        assert told <= at_most

    @pytest.mark.parametrize("closest", [1e-4, 1e-8, 0.0])
    def test_one_kink_among_many_smooth_elements_raises_no_alarm_for_300_seeds(self, closest):
        for seed in range(300):
            rng = np.random.default_rng(seed)
            x = rng.normal(size=(10, 10))
            x[np.abs(x) < 0.05] += 0.2
            x[3, 4] = closest * rng.choice([-1, 1])
            dout = rng.normal(size=x.shape)
            found = quick(lambda x: (np.maximum(x, 0), None), dout * (x > 0), dout, seed, x=x)
            assert found.agrees or not found.told, seed

    @pytest.mark.parametrize("gap", [1e-3, 1e-6])
    def test_near_ties_of_a_max_pool_raise_no_alarm_for_200_seeds(self, gap):
        for seed in range(200):
            rng = np.random.default_rng(seed)
            x = rng.normal(size=(2, 2, 4, 4))
            x[:, :, 1::2, 1::2] = x[:, :, ::2, ::2] + gap * rng.choice([-1, 1], (2, 2, 2, 2))
            out, cache = max_pool(x)
            dout = rng.normal(size=out.shape)
            found = quick(max_pool, max_pool_dx(dout, cache), dout, seed, x=x)
            assert found.agrees or not found.told, seed


class TestNoMisses:
    @pytest.mark.parametrize("factor", [1.01, 0.99, 1.001, -1.0, 0.0])
    def test_a_gradient_that_is_scaled_never_agrees(self, factor):
        for seed in range(50):
            rng = np.random.default_rng(seed)
            x, gamma = rng.normal(12, 5, (5, 4)), rng.normal(size=4)
            out, cache = batchnorm(x, gamma, gamma)
            dout = rng.normal(size=out.shape)
            dx = factor * batchnorm_dx(dout, cache)
            assert not quick(batchnorm, dx, dout, seed, x=x, gamma=gamma, beta=gamma).agrees, seed

    @pytest.mark.parametrize("closest", [1e-2, 1e-4, 1e-8, 0.0])
    def test_a_gradient_one_percent_off_never_agrees_beside_kinks(self, closest):
        for seed in range(300):
            rng = np.random.default_rng(seed)
            x = rng.normal(size=(10, 10))
            near = rng.random(x.shape) < 0.02
            x[near] = closest * rng.uniform(-1, 1, int(near.sum()))
            dout = rng.normal(size=x.shape)
            for factor in (1.01, 0.99):
                dx = factor * dout * (x > 0)
                found = quick(lambda x: (np.maximum(x, 0), None), dx, dout, seed, x=x)
                assert not found.agrees, seed

    @pytest.mark.parametrize("seed", range(20))
    def test_away_from_every_kink_one_percent_is_told_as_wrong(self, seed):
        rng = np.random.default_rng(seed)
        x = rng.uniform(0.1, 2, (10, 10)) * rng.choice([-1, 1], (10, 10))
        dout = rng.normal(size=x.shape)
        found = quick(lambda x: (np.maximum(x, 0), None), 1.01 * dout * (x > 0), dout, seed, x=x)
        assert (found.told, found.agrees) == (True, False)
        assert found.relative_error == pytest.approx(0.01, rel=0.02)

    def test_an_error_in_one_element_never_agrees(self):
        for seed in range(100):
            rng = np.random.default_rng(seed)
            x, w = rng.normal(size=(6, 5)), rng.normal(size=(5, 4))
            dout = rng.normal(size=(6, 4))
            dx = dout @ w.T
            dx.flat[rng.integers(dx.size)] += 1e-2
            assert not quick(lambda x, w: (x @ w, None), dx, dout, seed, x=x, w=w).agrees, seed

    def test_an_error_where_the_gradient_is_tiny_is_caught(self):
        # Plain Gaussian directions would miss it: the element carries 1e-7 of the whole gradient.
        for seed in range(50):
            rng = np.random.default_rng(seed)
            scale = np.ones(40)
            scale[3] = 1e-7
            x, dout = rng.normal(size=40), np.abs(rng.normal(size=40)) + 0.5
            dx = dout * scale
            dx[3] += 1e-4
            assert not quick(
                lambda x, scale=scale: (x * scale, None), dx, dout, seed, x=x
            ).agrees, seed


class TestWhatCannotBeTold:
    def test_a_forward_that_does_not_depend_on_the_input_is_flat(self, agree):
        found = agree(lambda x: (np.ones(3), None), np.zeros(3), np.ones(3), x=np.arange(3.0))
        assert (found.told, found.agrees, found.flat) == (True, True, True)

    @pytest.mark.parametrize(
        "out",
        [
            None,
            np.zeros(4),
            np.full(3, np.nan),
            np.full(3, np.inf),
            np.zeros(3, complex),
            np.zeros(3, np.float32),
            np.zeros(3, np.float16),
            [0.0] * 3,
            object(),
        ],
    )
    def test_an_output_that_is_no_such_array_tells_nothing(self, agree, out):
        found = agree(lambda x: (out, None), np.zeros(3), np.ones(3), x=np.arange(3.0))
        assert (found.told, found.agrees) == (False, False)
        assert found.relative_error == np.inf

    @pytest.mark.parametrize(
        "loss", [None, np.zeros(3), "text", 1j, np.nan, np.inf, np.array([np.nan])]
    )
    def test_a_loss_that_is_no_number_tells_nothing(self, agree, loss):
        found = agree(lambda x: (loss, None), np.zeros(3), None, convention=LOSSES, x=np.ones(3))
        assert not found.told

    @pytest.mark.parametrize("fails", ["raises", "nan"])
    def test_a_forward_that_fails_at_the_very_middle_tells_nothing(self, agree, fails):
        middle = np.arange(3.0)

        def f(x):
            if np.array_equal(x, middle):
                return (x / 0, None) if fails == "nan" else 1 / 0
            return 2 * x, None

        found = agree(f, 2 * np.ones(3), np.ones(3), x=middle)
        assert (found.told, found.agrees) == (False, False)

    def test_a_forward_that_raises_tells_nothing(self, agree):
        found = agree(lambda x: 1 / 0, np.zeros(3), np.ones(3), x=np.arange(3.0))
        assert not found.told

    def test_a_forward_that_is_rough_everywhere_tells_nothing(self, agree):
        def f(x):
            return np.sin(1e9 * x), None

        found = agree(f, np.ones(3), np.ones(3), x=np.arange(3.0))
        assert (found.told, found.agrees) == (False, False)


class TestDirections:
    def test_they_have_unit_norm(self):
        drawn = directions(np.ones((3, 4)), np.random.default_rng(0), 6)
        assert [np.linalg.norm(v) for v in drawn] == pytest.approx([1] * 6)

    def test_every_other_one_looks_where_the_gradient_is_small(self):
        gradient = np.array([1.0, 1.0, 1e-9, 1.0])
        drawn = directions(gradient, np.random.default_rng(0), 20)
        assert min(abs(v[2]) for v in drawn[1::2]) > 0.9
        assert np.median([abs(v[2]) for v in drawn[::2]]) < 0.9


class TestSimilar:
    E = np.arange(1.0, 7.0).reshape(2, 3)

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (E, True),
            (1.1 * E, True),
            (E + 1.0, True),
            (2 * E, False),
            (np.zeros((2, 3)), False),
            (-E, False),
            (E * np.nan, False),
            (E.reshape(3, 2)[:2], False),
            (E * 1j, False),
            (None, False),
            ([[1.0]], False),
            (Opaque("Tensor"), False),
        ],
    )
    def test_only_what_is_close_in_norm_is_similar(self, value, expected):
        assert similar([(value, self.E)], 0.5) is expected
        assert similar([(self.E, self.E), (value, self.E)], 0.5) is expected


class TestRelativeErrors:
    @pytest.mark.parametrize(
        ("value", "error"),
        [
            ([3.0, 4.0], 0.0),
            ([3.3, 4.4], 0.1),
            ([0.0, 0.0], 1.0),
            ([np.nan, 4.0], np.inf),
            ([3.0], np.inf),
            ([3.0j, 4.0], np.inf),
        ],
    )
    def test_the_distance_is_measured_by_the_expected_norm(self, value, error):
        assert relative_error(np.array(value), np.array([3.0, 4.0])) == pytest.approx(error)

    def test_zeros_expected_allow_nothing_else(self):
        assert relative_error(np.zeros(2), np.zeros(2)) == 0
        assert relative_error(np.ones(2), np.zeros(2)) == np.inf
        assert relative_error(None, np.zeros(2)) == np.inf


class TestAligned:
    A, B = np.array([3.0, 0.0]), np.array([[0.0], [4.0]])

    @pytest.mark.parametrize(
        ("a", "b", "expected"),
        [
            (A, B, True),
            (5 * A, 5 * B, True),
            (A, 0 * B, True),
            (11 * A, 11 * B, False),
            (A / 11, B / 11, False),
            (-A, -B, False),
            (0 * A, 0 * B, False),
            (A[::-1], B[::-1], False),
            (A * np.nan, B, False),
            (None, B, False),
        ],
    )
    def test_only_what_points_the_same_way_is_aligned(self, a, b, expected):
        assert aligned([(a, self.A), (b, self.B)], 0.3) is expected

    def test_nothing_is_aligned_with_zeros(self):
        assert not aligned([(np.zeros(2), np.zeros(2))], 0.3)


@pytest.mark.parametrize(
    ("f", "wanted"),
    [
        (lambda x: x.max(axis=1), True),
        (lambda x: x.min(axis=1), True),
        (lambda x: np.where(x > 1, x, 0), True),
        (lambda x: x.max(axis=1).astype(np.float32), True),
        (lambda x: x[:, 0], False),  # the same place whatever stands there
        (lambda x: x, False),
        (lambda x: x.mean(axis=1), False),
        (lambda x: x.mean(axis=1, dtype=np.float32), False),
        (lambda x: x**2, False),
        (lambda x: np.maximum(0.01 * x, x), False),
        (lambda x: x.max(axis=1) * np.nan, False),
        (lambda x: x.max(axis=1, keepdims=bool(x.any())), False),
        (lambda x: "text", False),
        (lambda x: np.log(-1.0), False),
    ],
)
def test_picking_is_told_from_what_is_linear_and_from_what_computes(in_process, f, wanted):
    session = in_process({"f": lambda x: (f(x), None)})
    rng = np.random.default_rng(0)
    call = Call({"x": rng.normal(size=(30, 4))})
    with np.errstate(invalid="ignore"):
        assert picks(session, PAIRS, Subject("f_backward", "f"), call, "x", rng) is wanted
