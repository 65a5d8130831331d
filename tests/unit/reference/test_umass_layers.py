import numpy as np
import pytest

from reference.gradient_check import numerical_gradient, relative_error


def test_the_printed_output_of_the_affine_layer(layers):
    x = np.linspace(-0.1, 0.5, num=240).reshape(2, 4, 5, 6)
    w = np.linspace(-0.2, 0.3, num=360).reshape(120, 3)
    b = np.linspace(-0.3, 0.1, num=3)
    out, _ = layers.affine_forward(x, w, b)
    printed = [[1.49834967, 1.70660132, 1.91485297], [3.25553199, 3.5141327, 3.77273342]]
    np.testing.assert_allclose(out, printed, rtol=0, atol=5.1e-9)
    assert relative_error(out, np.array(printed)) == pytest.approx(9.769849468192957e-10, rel=1e-6)


def test_the_printed_output_of_relu(layers):
    out, _ = layers.relu_forward(np.linspace(-0.5, 0.5, num=12).reshape(3, 4))
    printed = np.array(
        [
            [0.0, 0.0, 0.0, 0.0],
            [0.0, 0.0, 0.04545455, 0.13636364],
            [0.22727273, 0.31818182, 0.40909091, 0.5],
        ]
    )
    np.testing.assert_allclose(out, printed, rtol=0, atol=5.1e-9)
    # The text prints the error and has lost the numbers; these give it back.
    assert relative_error(out, printed) == pytest.approx(4.999999798022158e-08, rel=1e-6)


def test_the_assignments_gradient_cell_of_relu(layers, seed_231):
    x, dout = np.random.randn(10, 10), np.random.randn(10, 10)
    dx = layers.relu_backward(dout, layers.relu_forward(x)[1])
    numerical = numerical_gradient(lambda x: layers.relu_forward(x)[0], x, dout)
    # The text says "on the order of e-12" and prints 3.3e-12.
    assert relative_error(dx, numerical) < 1e-11


def two_layers(columns, rows=200):
    x, w1, w2 = np.random.randn(rows, 50), np.random.randn(50, 60), np.random.randn(60, columns)
    return np.maximum(0, x @ w1) @ w2


def test_the_printed_statistics_of_batch_normalization_in_training(layers, seed_231):
    a = two_layers(3)
    np.testing.assert_allclose(a.mean(axis=0), [-2.3814598, -13.18038246, 1.91780462], rtol=1e-7)
    np.testing.assert_allclose(a.std(axis=0), [27.18502186, 34.21455511, 37.68611762], rtol=1e-9)
    out, _ = layers.batchnorm_forward(a, np.ones(3), np.zeros(3), {"mode": "train"})
    np.testing.assert_allclose(out.mean(axis=0), 0, atol=1e-15)
    np.testing.assert_allclose(out.std(axis=0), [0.99999999, 1.0, 1.0], rtol=0, atol=6e-9)
    gamma, beta = np.array([1.0, 2.0, 3.0]), np.array([11.0, 12.0, 13.0])
    out, _ = layers.batchnorm_forward(a, gamma, beta, {"mode": "train"})
    np.testing.assert_allclose(out.mean(axis=0), beta, rtol=1e-14)
    np.testing.assert_allclose(out.std(axis=0), [0.99999999, 1.99999999, 2.99999999], atol=6e-9)


def test_the_printed_statistics_of_batch_normalization_in_testing(layers, seed_231):
    w1, w2 = np.random.randn(50, 60), np.random.randn(60, 3)
    bn_param = {"mode": "train"}
    for _ in range(50):
        a = np.maximum(0, np.random.randn(200, 50) @ w1) @ w2
        layers.batchnorm_forward(a, np.ones(3), np.zeros(3), bn_param)
    bn_param["mode"] = "test"
    a = np.maximum(0, np.random.randn(200, 50) @ w1) @ w2
    out, cache = layers.batchnorm_forward(a, np.ones(3), np.zeros(3), bn_param)
    assert cache is None
    printed = [-0.03927354, -0.04349152, -0.10452688]
    np.testing.assert_allclose(out.mean(axis=0), printed, rtol=0, atol=5.1e-9)
    printed = [1.01531428, 1.01238373, 0.97819988]
    np.testing.assert_allclose(out.std(axis=0), printed, rtol=0, atol=5.1e-9)


@pytest.mark.parametrize(
    ("forward", "backward", "settings"),
    [
        ("batchnorm_forward", "batchnorm_backward", {"mode": "train"}),
        ("batchnorm_forward", "batchnorm_backward_alt", {"mode": "train"}),
        ("layernorm_forward", "layernorm_backward", {}),
    ],
)
def test_the_assignments_gradient_cells_of_the_norms(layers, seed_231, forward, backward, settings):
    forward, backward = getattr(layers, forward), getattr(layers, backward)
    x = 5 * np.random.randn(4, 5) + 12
    gamma, beta, dout = np.random.randn(5), np.random.randn(5), np.random.randn(4, 5)
    dx, dgamma, dbeta = backward(dout, forward(x, gamma, beta, settings)[1])
    # The text expects errors between 1e-13 and 1e-8, and prints 1.0 for a wrong dx.
    numerical = numerical_gradient(lambda x: forward(x, gamma, beta, settings)[0], x, dout)
    assert relative_error(dx, numerical) < 1e-7
    numerical = numerical_gradient(lambda g: forward(x, g, beta, settings)[0], gamma, dout)
    assert relative_error(dgamma, numerical) < 1e-9
    numerical = numerical_gradient(lambda b: forward(x, gamma, b, settings)[0], beta, dout)
    assert relative_error(dbeta, numerical) < 1e-9


def test_both_backward_passes_of_batch_normalization_agree(layers, seed_231):
    x = 5 * np.random.randn(100, 500) + 12
    gamma, beta, dout = np.random.randn(500), np.random.randn(500), np.random.randn(100, 500)
    _, cache = layers.batchnorm_forward(x, gamma, beta, {"mode": "train"})
    steps, short = (
        layers.batchnorm_backward(dout, cache),
        layers.batchnorm_backward_alt(dout, cache),
    )
    for one, other in zip(steps, short, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-13)


def test_running_statistics_start_at_zero_use_the_biased_variance_and_are_written_back(layers):
    x, settings = np.array([[1.0], [5.0]], np.float32), {"mode": "train", "momentum": 0.75}
    ones = np.ones(1, np.float32)
    layers.batchnorm_forward(x, ones, ones, settings)
    np.testing.assert_allclose(settings["running_mean"], [0.75])
    np.testing.assert_allclose(settings["running_var"], [1.0])
    assert settings["running_mean"].dtype == np.float32
    tested = {"mode": "test"}
    layers.batchnorm_forward(x, ones, ones, tested)
    np.testing.assert_array_equal(tested["running_var"], [0])


def test_the_printed_statistics_of_layer_normalization(layers, seed_231):
    a = two_layers(3, rows=4)
    printed = [-59.06673243, -47.60782686, -43.31137368, -26.40991744]
    np.testing.assert_allclose(a.mean(axis=1), printed, rtol=1e-9)
    out, _ = layers.layernorm_forward(a, np.ones(3), np.zeros(3), {"mode": "train"})
    np.testing.assert_allclose(out.mean(axis=1), 0, atol=1e-15)
    printed = [0.99999995, 0.99999999, 1.0, 0.99999969]
    np.testing.assert_allclose(out.std(axis=1), printed, rtol=0, atol=5.1e-9)
    out, _ = layers.layernorm_forward(a, np.full(3, 3.0), np.full(3, 5.0), {})
    np.testing.assert_allclose(out.mean(axis=1), 5, rtol=1e-14)
    printed = [2.99999985, 2.99999998, 2.99999999, 2.99999907]
    np.testing.assert_allclose(out.std(axis=1), printed, rtol=0, atol=5.1e-9)


def test_the_printed_statistics_of_dropout(layers, seed_231):
    x = np.random.randn(500, 500) + 10
    assert x.mean() == pytest.approx(10.0002078784775, rel=1e-14)
    printed = {0.25: (10.014059116977283, 0.749784), 0.4: (9.977917658761159, 0.600796)}
    printed[0.7] = (9.987811912159428, 0.30074)
    for p, (mean, dropped) in printed.items():
        out, _ = layers.dropout_forward(x, {"mode": "train", "p": p})
        assert out.mean() == pytest.approx(mean, rel=1e-13)
        assert (out == 0).mean() == dropped
        out, cache = layers.dropout_forward(x, {"mode": "test", "p": p})
        np.testing.assert_array_equal(out, x)
        assert layers.dropout_backward(x, cache) is x


def test_a_seed_repeats_the_mask_and_leaves_the_global_state(layers, seed_231):
    x, dout = np.random.randn(10, 10) + 10, np.random.randn(10, 10)
    before = np.random.get_state()[1].copy()
    settings = {"mode": "train", "p": 0.2, "seed": 123}
    out, cache = layers.dropout_forward(x, settings)
    np.testing.assert_array_equal(np.random.get_state()[1], before)
    np.random.seed(123)
    np.testing.assert_array_equal(out != 0, np.random.rand(10, 10) < 0.2)
    numerical = numerical_gradient(lambda x: layers.dropout_forward(x, settings)[0], x, dout)
    # The text prints 1.9e-11.
    assert relative_error(layers.dropout_backward(dout, cache), numerical) < 1e-10


def test_the_printed_statistics_of_spatial_batch_normalization(layers, seed_231):
    x = 4 * np.random.randn(2, 3, 4, 5) + 10
    axes = (0, 2, 3)
    np.testing.assert_allclose(x.mean(axis=axes), [9.33463814, 8.90909116, 9.11056338], rtol=1e-9)
    out, _ = layers.spatial_batchnorm_forward(x, np.ones(3), np.zeros(3), {"mode": "train"})
    np.testing.assert_allclose(out.mean(axis=axes), 0, atol=1e-14)
    printed = [0.99999962, 0.99999951, 0.9999996]
    np.testing.assert_allclose(out.std(axis=axes), printed, rtol=0, atol=5.1e-9)
    gamma, beta = np.asarray([3, 4, 5]), np.asarray([6, 7, 8])
    out, _ = layers.spatial_batchnorm_forward(x, gamma, beta, {"mode": "train"})
    np.testing.assert_allclose(out.mean(axis=axes), beta, rtol=1e-13)
    printed = [2.99999885, 3.99999804, 4.99999798]
    np.testing.assert_allclose(out.std(axis=axes), printed, rtol=0, atol=5.1e-9)


def test_the_printed_statistics_of_spatial_batch_normalization_in_testing(layers, seed_231):
    bn_param, axes = {"mode": "train"}, (0, 2, 3)
    for _ in range(50):
        x = 2.3 * np.random.randn(10, 4, 11, 12) + 13
        layers.spatial_batchnorm_forward(x, np.ones(4), np.zeros(4), bn_param)
    bn_param["mode"] = "test"
    x = 2.3 * np.random.randn(10, 4, 11, 12) + 13
    out, _ = layers.spatial_batchnorm_forward(x, np.ones(4), np.zeros(4), bn_param)
    printed = [-0.08034406, 0.07562881, 0.05716371, 0.04378383]
    np.testing.assert_allclose(out.mean(axis=axes), printed, rtol=0, atol=5.1e-9)
    printed = [0.96718744, 1.0299714, 1.02887624, 1.00585577]
    np.testing.assert_allclose(out.std(axis=axes), printed, rtol=0, atol=5.1e-9)


def test_the_printed_statistics_of_group_normalization(layers, seed_231):
    x = 4 * np.random.randn(2, 6, 4, 5) + 10
    printed = [9.72505327, 8.51114185, 8.9147544, 9.43448077]
    np.testing.assert_allclose(x.reshape(4, -1).mean(axis=1), printed, rtol=1e-8)
    gamma, beta = np.ones((1, 6, 1, 1)), np.zeros((1, 6, 1, 1))
    out, _ = layers.spatial_groupnorm_forward(x, gamma, beta, 2, {"mode": "train"})
    groups = out.reshape(4, -1)
    np.testing.assert_allclose(groups.mean(axis=1), 0, atol=1e-14)
    printed = [0.99999963, 0.99999948, 0.99999973, 0.99999968]
    np.testing.assert_allclose(groups.std(axis=1), printed, rtol=0, atol=5.1e-9)


@pytest.mark.parametrize("kind", ["batch", "group"])
def test_the_assignments_gradient_cells_of_the_spatial_norms(layers, seed_231, kind):
    batch = kind == "batch"
    shape, wide = ((2, 3, 4, 5), (3,)) if batch else ((2, 6, 4, 5), (1, 6, 1, 1))
    x = 5 * np.random.randn(*shape) + 12
    gamma, beta, dout = np.random.randn(*wide), np.random.randn(*wide), np.random.randn(*shape)

    def forward(x, gamma, beta):
        if batch:
            return layers.spatial_batchnorm_forward(x, gamma, beta, {"mode": "train"})
        return layers.spatial_groupnorm_forward(x, gamma, beta, 2, {})

    backward = getattr(layers, f"spatial_{kind}norm_backward")
    dx, dgamma, dbeta = backward(dout, forward(x, gamma, beta)[1])
    assert dgamma.shape == dbeta.shape == wide
    # The text expects errors up to 1e-6 and 1e-7, and prints 1.0 where its answers are wrong.
    numerical = numerical_gradient(lambda x: forward(x, gamma, beta)[0], x, dout)
    assert relative_error(dx, numerical) < 1e-6
    numerical = numerical_gradient(lambda g: forward(x, g, beta)[0], gamma, dout)
    assert relative_error(dgamma, numerical) < 1e-9
    numerical = numerical_gradient(lambda b: forward(x, gamma, b)[0], beta, dout)
    assert relative_error(dbeta, numerical) < 1e-9


def test_an_unknown_mode_is_refused_by_name(layers):
    with pytest.raises(ValueError, match=r"bn_param\['mode'\] is 'eval'; .*'train' or 'test'"):
        layers.batchnorm_forward(np.ones((2, 1)), np.ones(1), np.ones(1), {"mode": "eval"})
    with pytest.raises(ValueError, match=r"dropout_param\['mode'\] is 'eval'; .*'train' or 'test'"):
        layers.dropout_forward(np.ones(2), {"mode": "eval", "p": 0.5})
