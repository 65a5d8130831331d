import numpy as np
import pytest

from reference.optimizers import adam, rmsprop, sgd, sgd_momentum

W = np.linspace(-0.4, 0.6, num=20).reshape(4, 5)
DW = np.linspace(-0.6, 0.4, num=20).reshape(4, 5)
STATE = np.linspace(0.6, 0.9, num=20).reshape(4, 5)


def test_steps_worked_out_by_hand():
    w, dw, zero = np.array([1.0]), np.array([4.0]), np.zeros(1)
    np.testing.assert_allclose(sgd(w, dw), [0.96])
    next_w, velocity = sgd_momentum(w, dw, np.array([0.5]), learning_rate=0.25, momentum=0.5)
    assert (next_w, velocity) == ([0.25], [-0.75])
    next_w, cache = rmsprop(w, dw, zero, learning_rate=0.5, decay_rate=0.75, epsilon=0.0)
    assert (next_w, cache) == ([0.0], [4.0])
    # The corrected moments of a first step are dw and dw^2, so the step is lr sign(dw).
    next_w, (m, v) = adam(w, dw, (zero, zero), 1, learning_rate=0.5, epsilon=0.0)
    np.testing.assert_allclose([next_w[0], m[0], v[0]], [0.5, 0.4, 0.016])


@pytest.mark.torch
def test_five_steps_of_each_agree_with_pytorch(rng):
    torch = pytest.importorskip("torch")
    gradients = rng.normal(size=(5, 4, 5))
    zero = np.zeros((4, 5))

    def theirs(optimizer, **settings):
        w = torch.nn.Parameter(torch.tensor(W))
        rule = optimizer([w], **settings)
        for g in gradients:
            w.grad = torch.tensor(g)
            rule.step()
        return w.detach().numpy()

    near = {"rtol": 1e-12, "atol": 1e-14}
    w, velocity = W, zero
    for g in gradients:
        w, velocity = sgd_momentum(w, g, velocity)
    np.testing.assert_allclose(w, theirs(torch.optim.SGD, lr=1e-2, momentum=0.9), **near)
    w, cache = W, zero
    for g in gradients:
        w, cache = rmsprop(w, g, cache)
    np.testing.assert_allclose(w, theirs(torch.optim.RMSprop, lr=1e-2, alpha=0.99), **near)
    w, moments = W, (zero, zero)
    for t, g in enumerate(gradients, start=1):
        w, moments = adam(w, g, moments, t)
    np.testing.assert_allclose(w, theirs(torch.optim.Adam, lr=1e-3), **near)


def test_float32_stays_float32():
    w = np.ones(3, np.float32)
    assert sgd(w, w).dtype == np.float32
    assert sgd_momentum(w, w, w)[0].dtype == np.float32
    assert rmsprop(w, w, w)[0].dtype == np.float32
    assert adam(w, w, (w, w), 1)[0].dtype == np.float32


def test_shapes_and_counts_that_do_not_fit_are_refused():
    w, other = np.ones(3), np.ones(2)
    with pytest.raises(ValueError, match=r"dw has shape \(2,\); expected \(3,\), the shape of w"):
        sgd(w, other)
    with pytest.raises(ValueError, match=r"velocity has shape \(2,\); expected \(3,\)"):
        sgd_momentum(w, w, other)
    with pytest.raises(ValueError, match=r"cache has shape \(2,\); expected \(3,\)"):
        rmsprop(w, w, other)
    with pytest.raises(ValueError, match=r"the first moment has shape \(2,\); expected \(3,\)"):
        adam(w, w, (other, w), 1)
    with pytest.raises(ValueError, match=r"the second moment has shape \(2,\); expected \(3,\)"):
        adam(w, w, (w, other), 1)
    with pytest.raises(ValueError, match=r"t is 0; a whole number of at least 1 is needed"):
        adam(w, w, (w, w), 0)


def printed(*rows):
    return np.array(rows)


def test_the_printed_momentum_step_of_the_assignment(optim):
    config = {"learning_rate": 1e-3, "velocity": STATE.copy()}
    next_w, returned = optim.sgd_momentum(W, DW, config)
    expected_w = printed(
        [0.1406, 0.20738947, 0.27417895, 0.34096842, 0.40775789],
        [0.47454737, 0.54133684, 0.60812632, 0.67491579, 0.74170526],
        [0.80849474, 0.87528421, 0.94207368, 1.00886316, 1.07565263],
        [1.14244211, 1.20923158, 1.27602105, 1.34281053, 1.4096],
    )
    expected_velocity = printed(
        [0.5406, 0.55475789, 0.56891579, 0.58307368, 0.59723158],
        [0.61138947, 0.62554737, 0.63970526, 0.65386316, 0.66802105],
        [0.68217895, 0.69633684, 0.71049474, 0.72465263, 0.73881053],
        [0.75296842, 0.76712632, 0.78128421, 0.79544211, 0.8096],
    )
    assert returned is config
    np.testing.assert_allclose(next_w, expected_w, rtol=0, atol=5.1e-9)
    np.testing.assert_allclose(config["velocity"], expected_velocity, rtol=0, atol=5.1e-9)


def test_the_printed_rmsprop_step_of_the_assignment(optim):
    config = {"learning_rate": 1e-2, "cache": STATE.copy()}
    next_w, returned = optim.rmsprop(W, DW, config)
    expected_w = printed(
        [-0.39223849, -0.34037513, -0.28849239, -0.23659121, -0.18467247],
        [-0.132737, -0.08078555, -0.02881884, 0.02316247, 0.07515774],
        [0.12716641, 0.17918792, 0.23122175, 0.28326742, 0.33532447],
        [0.38739248, 0.43947102, 0.49155973, 0.54365823, 0.59576619],
    )
    expected_cache = printed(
        [0.5976, 0.6126277, 0.6277108, 0.64284931, 0.65804321],
        [0.67329252, 0.68859723, 0.70395734, 0.71937285, 0.73484377],
        [0.75037008, 0.7659518, 0.78158892, 0.79728144, 0.81302936],
        [0.82883269, 0.84469141, 0.86060554, 0.87657507, 0.8926],
    )
    assert returned is config
    np.testing.assert_allclose(next_w, expected_w, rtol=0, atol=5.1e-9)
    np.testing.assert_allclose(config["cache"], expected_cache, rtol=0, atol=5.1e-9)


def test_the_printed_adam_step_of_the_assignment(optim):
    v = np.linspace(0.7, 0.5, num=20).reshape(4, 5)
    config = {"learning_rate": 1e-2, "m": STATE.copy(), "v": v, "t": 5}
    next_w, returned = optim.adam(W, DW, config)
    expected_w = printed(
        [-0.40094747, -0.34836187, -0.29577703, -0.24319299, -0.19060977],
        [-0.1380274, -0.08544591, -0.03286534, 0.01971428, 0.0722929],
        [0.1248705, 0.17744702, 0.23002243, 0.28259667, 0.33516969],
        [0.38774145, 0.44031188, 0.49288093, 0.54544852, 0.59801459],
    )
    expected_v = printed(
        [0.69966, 0.68908382, 0.67851319, 0.66794809, 0.65738853],
        [0.64683452, 0.63628604, 0.6257431, 0.61520571, 0.60467385],
        [0.59414753, 0.58362676, 0.57311152, 0.56260183, 0.55209767],
        [0.54159906, 0.53110598, 0.52061845, 0.51013645, 0.49966],
    )
    expected_m = printed(
        [0.48, 0.49947368, 0.51894737, 0.53842105, 0.55789474],
        [0.57736842, 0.59684211, 0.61631579, 0.63578947, 0.65526316],
        [0.67473684, 0.69421053, 0.71368421, 0.73315789, 0.75263158],
        [0.77210526, 0.79157895, 0.81105263, 0.83052632, 0.85],
    )
    assert returned is config
    assert config["t"] == 6
    np.testing.assert_allclose(next_w, expected_w, rtol=0, atol=5.1e-9)
    np.testing.assert_allclose(config["v"], expected_v, rtol=0, atol=5.1e-9)
    np.testing.assert_allclose(config["m"], expected_m, rtol=0, atol=5.1e-9)


@pytest.mark.parametrize("rule", ["sgd", "sgd_momentum", "rmsprop", "adam"])
def test_a_rule_starts_without_a_config_and_leaves_its_inputs(optim, rule):
    w, dw = W.copy(), DW.copy()
    next_w, config = getattr(optim, rule)(w, dw)
    assert config["learning_rate"] == (1e-3 if rule == "adam" else 1e-2)
    assert next_w is not w
    np.testing.assert_array_equal(w, W)
    np.testing.assert_array_equal(dw, DW)
