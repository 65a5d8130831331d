import ast
import inspect
import sys

import numpy as np
import pytest

from reference.layers.loss import multiclass_hinge, softmax_cross_entropy

GRADED = ("layers", "optim", "classifiers.fc_net", "classifiers.cnn")


def test_the_template_imports_numpy_and_the_standard_library_and_nothing_else(template_folder):
    files = list(template_folder.rglob("*.py"))
    assert len(files) == 14
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module]
            for name in names:
                root = name.partition(".")[0]
                assert root == "numpy" or root in sys.stdlib_module_names, f"{file.name}: {name}"


@pytest.mark.parametrize("module", GRADED)
def test_the_solution_has_the_names_and_signatures_of_the_template(blank, filled, module):
    def public(where):
        return {
            name: value
            for name, value in vars(where).items()
            if getattr(value, "__module__", None) == where.__name__ and not name.startswith("_")
        }

    asked, given = public(blank(module)), public(filled(module))
    assert asked.keys() == given.keys() - {"Settings", "Gradients", "Config"}
    for name, value in asked.items():
        pairs = [(value, given[name])]
        if inspect.isclass(value):
            pairs = [(value.__init__, given[name].__init__), (value.loss, given[name].loss)]
        for ours, theirs in pairs:
            ours, theirs = (inspect.signature(f).parameters.values() for f in (ours, theirs))
            assert [(p.name, p.default) for p in ours] == [(p.name, p.default) for p in theirs]


def test_what_is_not_written_yet_returns_placeholders(blank):
    layers, x = blank("layers"), np.ones((2, 3))
    assert layers.affine_forward(x, x.T, np.ones(2))[0] is None
    assert layers.affine_backward(x, (x, x.T, x)) == (None, None, None)
    assert layers.relu_backward(x, x) is None
    settings = {"mode": "train"}
    assert layers.batchnorm_forward(x, x[0], x[0], settings) == (None, None)
    assert layers.batchnorm_backward_alt(x, None) == (None, None, None)
    assert layers.dropout_forward(x, {"mode": "train", "p": 0.5})[0] is None
    assert layers.dropout_backward(x, ({"mode": "test"}, None)) is x
    assert layers.conv_backward_naive(x, (x, x, x, {})) == (None, None, None)
    assert layers.max_pool_backward_naive(x, (x, {})) is None
    assert layers.spatial_groupnorm_forward(x, x, x, 1, {}) == (None, None)
    next_w, config = blank("optim").adam(x, x)
    assert next_w is None
    assert config["t"] == 0
    assert blank("classifiers.fc_net").FullyConnectedNet([3]).loss(x) is None
    assert blank("classifiers.fc_net").TwoLayerNet().loss(x, np.zeros(2)) == (0, {})


def test_the_given_losses_and_update_rule_are_right(blank, rng):
    layers = blank("layers")
    x, y = 5 * rng.normal(size=(6, 4)), rng.integers(4, size=6)
    for given, reference in [
        (layers.svm_loss, multiclass_hinge),
        (layers.softmax_loss, softmax_cross_entropy),
    ]:
        loss, dx = given(x, y)
        expected, expected_dx = reference(x, y)
        assert loss == pytest.approx(expected, rel=1e-13)
        np.testing.assert_allclose(dx, expected_dx, rtol=1e-12, atol=1e-15)
    assert layers.softmax_loss(np.array([[1000.0, 0.0]]), np.array([1]))[0] == 1000
    next_w, config = blank("optim").sgd(np.ones(2), np.ones(2))
    np.testing.assert_allclose(next_w, 0.99)
    assert config == {"learning_rate": 1e-2}


def test_an_unknown_mode_is_refused_by_name(blank):
    x = np.ones((2, 3))
    with pytest.raises(ValueError, match=r"bn_param\['mode'\] is 'eval'; set it to 'train' or"):
        blank("layers").batchnorm_forward(x, x[0], x[0], {"mode": "eval"})
    with pytest.raises(ValueError, match=r"dropout_param\['mode'\] is 'eval'; set it to 'train'"):
        blank("layers").dropout_forward(x, {"mode": "eval", "p": 0.5})


def test_the_notebooks_find_every_layer_in_the_modules_of_the_networks(blank):
    layers = {
        n
        for n in vars(blank("layers"))
        if n.endswith(("forward", "backward", "_alt", "naive", "loss"))
    }
    assert len(layers) == 21
    assert layers <= set(vars(blank("classifiers.fc_net")))
    assert layers | {"max_pool_forward_fast"} <= set(vars(blank("classifiers.cnn")))
