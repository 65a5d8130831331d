import pickle

import numpy as np
import pytest

from reference.gradient_check import numerical_gradient
from reference.layers.convolution import convolution_backward, convolution_forward
from reference.layers.pooling import max_pool_backward, max_pool_forward

CONVOLUTIONS = pytest.mark.parametrize(
    ("x_shape", "w_shape", "stride", "pad"),
    [
        ((3, 2, 5, 5), (4, 2, 3, 3), 1, 1),
        ((1, 1, 4, 4), (1, 1, 2, 2), 2, 0),
        ((2, 3, 6, 9), (2, 3, 2, 3), 2, 0),
        ((2, 3, 7, 4), (2, 3, 3, 1), 3, 2),
    ],
)
POOLS = pytest.mark.parametrize(
    ("shape", "height", "width", "stride"),
    [
        ((3, 2, 4, 6), 2, 2, 2),
        ((2, 3, 5, 5), 3, 3, 1),
        ((2, 3, 7, 6), 2, 2, 2),
        ((1, 2, 6, 8), 2, 3, 2),
    ],
)


@pytest.mark.parametrize("method", ["fast", "strides", "im2col"])
@CONVOLUTIONS
def test_fast_convolutions_agree_with_the_reference(
    filled, rng, method, x_shape, w_shape, stride, pad
):
    fast = filled("fast_layers")
    arrays = rng.normal(size=x_shape), rng.normal(size=w_shape), rng.normal(size=w_shape[0])
    y, cache = convolution_forward(*arrays, stride=stride, pad=pad)
    dy = rng.normal(size=y.shape)
    out, fast_cache = getattr(fast, f"conv_forward_{method}")(
        *arrays, {"stride": stride, "pad": pad}
    )
    np.testing.assert_allclose(out, y, rtol=1e-11, atol=1e-12)
    gradients = getattr(fast, f"conv_backward_{method}")(dy, fast_cache)
    for ours, theirs in zip(gradients, convolution_backward(dy, cache), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("method", ["fast", "im2col"])
@POOLS
def test_fast_pooling_agrees_with_the_reference(filled, rng, method, shape, height, width, stride):
    fast, x = filled("fast_layers"), rng.normal(size=shape)
    y, cache = max_pool_forward(x, height=height, width=width, stride=stride)
    dy = rng.normal(size=y.shape)
    settings = {"pool_height": height, "pool_width": width, "stride": stride}
    out, fast_cache = getattr(fast, f"max_pool_forward_{method}")(x, settings)
    np.testing.assert_array_equal(out, y)
    dx = getattr(fast, f"max_pool_backward_{method}")(dy, fast_cache)
    np.testing.assert_allclose(dx, max_pool_backward(dy, cache), rtol=1e-13, atol=1e-14)


def test_fast_layers_keep_float32(filled):
    fast = filled("fast_layers")
    x, w, b = (np.ones(s, np.float32) for s in [(1, 2, 4, 4), (3, 2, 3, 3), (3,)])
    out, cache = fast.conv_forward_fast(x, w, b, {"stride": 1, "pad": 1})
    assert all(a.dtype == np.float32 for a in (out, *fast.conv_backward_fast(out, cache)))
    for size in (2, 3):
        settings = {"pool_height": size, "pool_width": size, "stride": 2}
        out, cache = fast.max_pool_forward_fast(x, settings)
        assert fast.max_pool_backward_fast(out, cache).dtype == np.float32


def test_pooling_by_reshaping_shares_a_tie_and_refuses_what_does_not_tile(filled):
    fast = filled("fast_layers")
    settings = {"pool_height": 2, "pool_width": 2, "stride": 2}
    _, cache = fast.max_pool_forward_reshape(np.ones((1, 1, 2, 2)), settings)
    dx = fast.max_pool_backward_reshape(np.full((1, 1, 1, 1), 8.0), cache)
    np.testing.assert_array_equal(dx, np.full((1, 1, 2, 2), 2.0))
    with pytest.raises(ValueError, match=r"do not tile images of shape \(1, 1, 3, 2\); use max_po"):
        fast.max_pool_forward_reshape(np.ones((1, 1, 3, 2)), settings)


@CONVOLUTIONS
def test_columns_by_indices_and_by_strides_are_the_same_and_go_back(
    filled, rng, x_shape, w_shape, stride, pad
):
    indices, strides = filled("im2col"), filled("im2col_cython")
    x, window = rng.normal(size=x_shape), w_shape[2:]
    cols = strides.im2col_cython(x, *window, pad, stride)
    np.testing.assert_array_equal(indices.im2col_indices(x, *window, pad, stride), cols)
    other = rng.normal(size=cols.shape)
    back = strides.col2im_cython(other, *x_shape, *window, pad, stride)
    np.testing.assert_allclose(
        indices.col2im_indices(other, x_shape, *window, pad, stride), back, rtol=1e-12, atol=1e-13
    )
    # Going back is the transpose: <im2col(x), other> = <x, col2im(other)>
    assert np.sum(cols * other) == pytest.approx(np.sum(x * back), rel=1e-11)


def test_layers_that_come_together_have_the_gradients_of_their_sum(filled, rng):
    several = filled("layer_utils")
    conv, pool = {"stride": 1, "pad": 1}, {"pool_height": 2, "pool_width": 2, "stride": 2}
    x, w, b = rng.normal(size=(2, 3, 4, 4)), rng.normal(size=(3, 3, 3, 3)), rng.normal(size=3)
    gamma, beta, norm = rng.normal(size=3), rng.normal(size=3), {"mode": "train"}
    for name, arrays, settings in [
        ("affine_relu", (rng.normal(size=(2, 3, 4)), rng.normal(size=(12, 10)), np.ones(10)), ()),
        ("conv_relu", (x, w, b), (conv,)),
        ("conv_relu_pool", (x, w, b), (conv, pool)),
        ("conv_bn_relu", (x, w, b, gamma, beta), (conv, norm)),
    ]:
        forward = getattr(several, f"{name}_forward")
        out, cache = forward(*arrays, *settings)
        dout = rng.normal(size=out.shape)
        gradients = getattr(several, f"{name}_backward")(dout, cache)
        for i, (array, gradient) in enumerate(zip(arrays, gradients, strict=True)):

            def changed(value, i=i, forward=forward, arrays=arrays, settings=settings):
                return forward(*arrays[:i], value, *arrays[i + 1 :], *settings)[0]

            numerical = numerical_gradient(changed, array, dout)
            np.testing.assert_allclose(gradient, numerical, rtol=1e-5, atol=1e-7, err_msg=name)


def test_a_layer_replaced_in_layer_utils_is_the_one_that_is_used(filled, monkeypatch):
    several = filled("layer_utils")
    monkeypatch.setattr(several, "relu_forward", lambda x: ("replaced", x))
    assert (
        several.affine_relu_forward(np.ones((1, 1)), np.ones((1, 1)), np.ones(1))[0] == "replaced"
    )


class Line:
    """A model of one number per class, whose gradient is always 1."""

    def __init__(self):
        self.params = {"a": np.zeros(2), "b": np.zeros(2)}
        self.batches = []

    def loss(self, X, y=None):
        if y is None:
            return X + self.params["a"]
        self.batches.append(len(X))
        return float(len(self.batches)), {"a": np.ones(2), "b": np.ones(2)}


@pytest.fixture
def toy():
    X = np.array([[1.0, 0.0], [0.0, 1.0]] * 4)
    y = np.array([0, 1] * 4)
    return {"X_train": X, "y_train": y, "X_val": X[:2], "y_val": y[:2]}


def test_the_solver_counts_epochs_decays_the_rate_and_keeps_configs_apart(filled, toy, seed_231):
    model, settings = Line(), {"learning_rate": 0.5}
    solver = filled("solver").Solver(
        model,
        toy,
        update_rule="sgd_momentum",
        optim_config=settings,
        lr_decay=0.5,
        batch_size=4,
        num_epochs=3,
        verbose=False,
    )
    solver.train()
    assert model.batches == [4] * 6
    assert solver.loss_history == [1, 2, 3, 4, 5, 6]
    # Once after the first step, and then after each epoch.
    assert len(solver.train_acc_history) == len(solver.val_acc_history) == 4
    assert solver.optim_configs["a"]["learning_rate"] == 0.5 / 8
    assert solver.optim_configs["a"]["velocity"] is not solver.optim_configs["b"]["velocity"]
    assert settings == {"learning_rate": 0.5}


def test_the_solver_ends_with_the_parameters_that_were_best_in_validation(filled, toy, seed_231):
    class Worsening(Line):
        def loss(self, X, y=None):
            # All steps but the first make the first class win always.
            if y is None and len(self.batches) > 1:
                return X + np.array([9.0, 0.0])
            return super().loss(X, y)

    model = Worsening()
    solver = filled("solver").Solver(model, toy, batch_size=4, num_epochs=2, verbose=False)
    solver.train()
    assert (solver.best_val_acc, solver.val_acc_history[-1]) == (1.0, 0.5)
    np.testing.assert_allclose(model.params["a"], [-0.01, -0.01])
    assert model.params is solver.best_params


def test_the_solver_ends_with_parameters_even_if_nothing_was_ever_right(filled, toy, seed_231):
    model = Line()
    toy["y_val"] = 1 - toy["y_val"]
    filled("solver").Solver(model, toy, batch_size=4, num_epochs=1, verbose=False).train()
    assert set(model.params) == {"a", "b"}


def test_the_solver_measures_accuracy_on_as_many_examples_as_asked(filled, toy, seed_231):
    model = Line()
    solver = filled("solver").Solver(model, toy, verbose=False)
    assert solver.check_accuracy(toy["X_train"], toy["y_train"], batch_size=3) == 1.0
    assert solver.check_accuracy(toy["X_train"], 1 - toy["y_train"], num_samples=2) == 0.0


def test_the_solver_tells_of_its_progress_and_saves_it(filled, toy, seed_231, tmp_path, capsys):
    class Saved(Line):
        def __reduce__(self):
            return dict, ()

    name = str(tmp_path / "run")
    settings = {"batch_size": 8, "num_epochs": 2, "print_every": 2, "checkpoint_name": name}
    filled("solver").Solver(Saved(), toy, **settings).train()
    printed = capsys.readouterr().out
    assert "(Iteration 1 / 2) loss: 1.000000" in printed
    assert "(Iteration 2 / 2)" not in printed
    assert "(Epoch 2 / 2) train acc: 1.000000; val_acc: 1.000000" in printed
    with open(f"{name}_epoch_2.pkl", "rb") as file:
        state = pickle.load(file)  # noqa: S301 - written by the test itself
    assert state["loss_history"] == [1.0, 2.0]


def test_the_solver_refuses_what_it_does_not_know(filled, toy):
    solver = filled("solver").Solver
    with pytest.raises(ValueError, match=r"does not know the arguments 'epochs', 'lr'; see its"):
        solver(Line(), toy, lr=1, epochs=2)
    with pytest.raises(ValueError, match=r"optim.py has no update rule 'adamw'; write it there"):
        solver(Line(), toy, update_rule="adamw")


def test_numerical_gradients_are_right_and_restore_their_input(filled, rng, capsys):
    check = filled("gradient_check")
    x, df = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    before = x.copy()
    near = {"rtol": 1e-7, "atol": 1e-9}
    gradient = check.eval_numerical_gradient(lambda x: np.sum(x**3), x, verbose=False)
    np.testing.assert_allclose(gradient, 3 * x**2, **near)
    assert capsys.readouterr().out == ""
    # As in the assignment's cells, a function may read the array without taking it.
    gradient = check.eval_numerical_gradient(lambda _: np.sum(x**3), x, h=1e-6)
    np.testing.assert_allclose(gradient, 3 * x**2, rtol=1e-6)
    assert capsys.readouterr().out.startswith("(0, 0) ")
    gradient = check.eval_numerical_gradient_array(lambda x: x, x, df)
    np.testing.assert_allclose(gradient, df, **near)
    np.testing.assert_array_equal(x, before)


def test_a_sparse_check_prints_a_small_error_for_a_right_gradient(filled, rng, capsys, seed_231):
    x = rng.normal(size=(4, 5))
    filled("gradient_check").grad_check_sparse(lambda x: np.sum(x**2), x, 2 * x, num_checks=3)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert all(float(line.rpartition(" ")[2]) < 1e-6 for line in lines)


def test_gradients_of_blobs_and_of_networks_of_blobs_are_right(filled, rng):
    class Blob:
        def __init__(self):
            self.vals, self.diffs = rng.normal(size=3), rng.normal(size=3)

    class Net:
        def forward(self):
            product(a, b, out)

    def product(one, other, result):
        result.vals = one.vals * other.vals

    a, b, out = Blob(), Blob(), Blob()
    check = filled("gradient_check")
    for da, db in (
        check.eval_numerical_gradient_blobs(product, (a, b), out),
        check.eval_numerical_gradient_net(Net(), (a, b), out),
    ):
        np.testing.assert_allclose(da, out.diffs * b.vals, rtol=1e-8)
        np.testing.assert_allclose(db, out.diffs * a.vals, rtol=1e-8)


def test_a_grid_lays_images_out_with_a_border(filled):
    images = np.zeros((3, 2, 2, 1))
    images[1, 0, 0] = 1
    images[2] = [[[2.0], [4.0]], [[2.0], [3.0]]]
    grid = filled("vis_utils").visualize_grid(images, padding=1)
    assert grid.shape == (5, 5, 1)
    np.testing.assert_array_equal(grid[:2, 3:, 0], [[255, 0], [0, 0]])
    np.testing.assert_array_equal(grid[3:, :2, 0], [[0, 255], [0, 127.5]])
    assert not grid[2].any()
    assert not grid[3:, 3:].any()
    assert filled("vis_utils").vis_grid(images).max() == 1
