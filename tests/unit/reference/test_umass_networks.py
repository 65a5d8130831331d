import numpy as np
import pytest

from reference.gradient_check import numerical_gradient


def relative_errors(model, X, y, h=1e-5):
    """Compare every gradient of a model with differences, as the assignment's cells do."""
    _, grads = model.loss(X, y)
    assert grads.keys() == model.params.keys()
    errors = {}
    for name, own in list(model.params.items()):

        def loss(value, name=name):
            model.params[name] = value
            return model.loss(X, y)[0]

        numerical = numerical_gradient(loss, own, np.float64(1), h)
        model.params[name] = own
        scale = np.maximum(1e-8, np.abs(numerical) + np.abs(grads[name]))
        errors[name] = np.max(np.abs(numerical - grads[name]) / scale)
    return errors


def test_the_printed_numbers_of_the_two_layer_network(fc_net, seed_231):
    np.random.randn(3, 5)
    np.random.randint(7, size=3)
    model = fc_net.TwoLayerNet(input_dim=5, hidden_dim=50, num_classes=7, weight_scale=1e-3)
    assert abs(model.params["W1"].std() - 1e-3) < 1e-4
    assert abs(model.params["W2"].std() - 1e-3) < 1e-4
    assert not model.params["b1"].any()
    assert not model.params["b2"].any()

    model.params["W1"] = np.linspace(-0.7, 0.3, num=250).reshape(5, 50)
    model.params["b1"] = np.linspace(-0.1, 0.9, num=50)
    model.params["W2"] = np.linspace(-0.3, 0.4, num=350).reshape(50, 7)
    model.params["b2"] = np.linspace(-0.9, 0.1, num=7)
    X = np.linspace(-5.5, 4.5, num=15).reshape(5, 3).T
    printed = [
        [11.53165108, 12.2917344, 13.05181771, 13.81190102, 14.57198434, 15.33206765, 16.09215096],
        [12.05769098, 12.74614105, 13.43459113, 14.1230412, 14.81149128, 15.49994135, 16.18839143],
        [12.58373087, 13.20054771, 13.81736455, 14.43418138, 15.05099822, 15.66781506, 16.2846319],
    ]
    np.testing.assert_allclose(model.loss(X), printed, rtol=0, atol=5.1e-9)

    y = np.asarray([0, 5, 1])
    assert model.loss(X, y)[0] == pytest.approx(3.4702243556, abs=1e-10)
    model.reg = 1.0
    assert model.loss(X, y)[0] == pytest.approx(26.5948426952, abs=1e-10)
    for reg in (0.0, 0.7):
        model.reg = reg
        # The text says "around e-7 or less"; W1 and W2 print up to 2.5e-7.
        assert max(relative_errors(model, X, y).values()) < 1e-6


def small_problem():
    return np.random.randn(2, 15), np.random.randint(10, size=(2,))


def small_network(fc_net, **settings):
    return fc_net.FullyConnectedNet(
        [20, 30], input_dim=15, num_classes=10, weight_scale=5e-2, dtype=np.float64, **settings
    )


@pytest.mark.parametrize(
    ("normalization", "printed"),
    [
        (None, (2.3004790897684924, 7.052114776533016)),
        ("batchnorm", (2.2611955101340957, 6.996533220108303)),
    ],
)
def test_the_printed_initial_losses_of_deep_networks(fc_net, seed_231, normalization, printed):
    X, y = small_problem()
    for reg, loss in zip((0, 3.14), printed, strict=True):
        model = small_network(fc_net, reg=reg, normalization=normalization)
        assert model.loss(X, y)[0] == pytest.approx(loss, rel=1e-13)


def test_the_printed_initial_losses_with_dropout(fc_net, seed_231):
    X, y = small_problem()
    for keep, printed in [(1, 2.3004790897684924), (0.75, 2.302371489704412)]:
        model = small_network(fc_net, dropout=keep, seed=123)
        assert model.loss(X, y)[0] == pytest.approx(printed, rel=1e-13)
    # The assignment's own dropout seeds NumPy's global state, which the next weights are drawn
    # from: it is as the last mask, of the second hidden layer, left it.
    np.random.seed(123)
    np.random.rand(2, 30)
    model = small_network(fc_net, dropout=0.5, seed=123)
    assert model.loss(X, y)[0] == pytest.approx(2.3042759220785896, rel=1e-13)


@pytest.mark.parametrize("normalization", [None, "batchnorm", "layernorm"])
@pytest.mark.parametrize("reg", [0, 3.14])
def test_gradients_of_deep_networks_agree_with_differences(fc_net, seed_231, normalization, reg):
    np.random.seed(231)
    X, y = np.random.randn(6, 8), np.random.randint(4, size=6)
    model = fc_net.FullyConnectedNet(
        [7, 6],
        input_dim=8,
        num_classes=4,
        weight_scale=0.5,
        dtype=np.float64,
        reg=reg,
        normalization=normalization,
        dropout=0.75,
        seed=123,
    )
    errors = relative_errors(model, X, y)
    if normalization == "batchnorm":
        # A bias before batch normalization has no effect, so its gradient is rounding error.
        del errors["b1"], errors["b2"]
    assert max(errors.values()) < 1e-4


def test_a_deep_network_has_the_attributes_that_the_assignment_gives_it(fc_net):
    net = fc_net.FullyConnectedNet([4, 3], input_dim=5, num_classes=2)
    assert set(net.params) == {"W1", "b1", "W2", "b2", "W3", "b3"}
    assert all(value.dtype == np.float32 for value in net.params.values())
    assert (net.num_layers, net.reg, net.dtype) == (3, 0.0, np.float32)
    assert (net.use_dropout, net.dropout_param, net.bn_params) == (False, {}, [])
    scores = net.loss(np.ones((1, 5)))
    assert (scores.shape, scores.dtype) == ((1, 2), np.float32)

    net = fc_net.FullyConnectedNet([4, 3], input_dim=5, dropout=0.5, normalization="batchnorm")
    assert {"gamma1", "beta1", "gamma2", "beta2"} < set(net.params)
    assert net.dropout_param == {"mode": "train", "p": 0.5}
    assert net.bn_params == [{"mode": "train"}] * 2
    net.loss(np.ones((2, 5)))
    assert net.dropout_param["mode"] == net.bn_params[1]["mode"] == "test"
    net = fc_net.FullyConnectedNet([4], normalization="layernorm", dropout=0.5, seed=3)
    assert net.bn_params == [{}]
    assert net.dropout_param["seed"] == 3


def test_a_network_uses_the_layer_that_its_module_holds(fc_net, monkeypatch):
    def doubled(x):
        return 2 * np.maximum(x, 0), x

    net = fc_net.TwoLayerNet(input_dim=3, hidden_dim=4, num_classes=2)
    X = np.ones((2, 3))
    before = net.loss(X)
    monkeypatch.setattr(fc_net, "relu_forward", doubled)
    np.testing.assert_allclose(net.loss(X), 2 * before)


@pytest.mark.parametrize("name", ["svm_loss", "batchnorm_backward_alt", "affine_relu_forward"])
def test_the_notebooks_find_every_layer_in_the_module_of_the_networks(fc_net, name):
    assert callable(getattr(fc_net, name))


def test_the_initial_loss_of_the_convolutional_network_is_the_log_of_the_classes(cnn, seed_231):
    model = cnn.ThreeLayerConvNet()
    X, y = np.random.randn(50, 3, 32, 32), np.random.randint(10, size=50)
    # The text prints 2.302586 and, with reg 0.5, 2.508256; its cells do not seed the weights.
    assert model.loss(X, y)[0] == pytest.approx(2.302586, abs=1e-4)
    model.reg = 0.5
    assert model.loss(X, y)[0] == pytest.approx(2.508256, abs=3e-3)
    assert model.params["W1"].dtype == np.float32


def test_gradients_of_the_convolutional_network_agree_with_differences(cnn, seed_231):
    X, y = np.random.randn(2, 3, 8, 6), np.random.randint(10, size=2)
    model = cnn.ThreeLayerConvNet(
        num_filters=3,
        filter_size=3,
        input_dim=(3, 8, 6),
        hidden_dim=7,
        weight_scale=0.1,
        reg=0.1,
        dtype=np.float64,
    )
    assert max(relative_errors(model, X, y, h=1e-6).values()) < 1e-4
    assert model.loss(X[:1]).shape == (1, 10)


def test_the_solver_makes_a_small_network_learn_fifty_images(fc_net, import_from, seed_231):
    X, y = np.random.randn(50, 3, 8, 8), np.random.randint(6, size=50)
    data = {"X_train": X, "y_train": y, "X_val": X[:10], "y_val": y[:10]}
    model = fc_net.TwoLayerNet(input_dim=192, hidden_dim=40, num_classes=6, weight_scale=1e-2)
    solver = import_from("solver").Solver(
        model,
        data,
        update_rule="adam",
        optim_config={"learning_rate": 1e-2},
        batch_size=25,
        num_epochs=20,
        verbose=False,
    )
    solver.train()
    assert solver.train_acc_history[-1] == 1.0
    assert len(solver.loss_history) == 40
    assert solver.loss_history[-1] < 0.1
