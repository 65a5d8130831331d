"""The NumPy half of the UvA hand-in: its modules, network, closed forms and training script."""

import importlib
import runpy
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from reference.gradient_check import numerical_gradient

ROOT = Path(__file__).parents[3]
ASSIGNMENT = Path("uva_dl1_2020_p1") / "code"
NEAR = {"rtol": 1e-7, "atol": 1e-9}

# Takes the place of the course's module: a few images, whose mean tells the class.
DATA = """
import numpy as np

class Few:
    labels = np.eye(2)[np.arange(40) % 2]
    images = np.full((40, 3, 2, 2), 1.0) * (2.0 * labels[:, 1] - 1)[:, None, None, None]

    def next_batch(self, batch_size):
        return self.images[:batch_size], self.labels[:batch_size]

def get_cifar10(data_dir):
    return {"train": Few(), "validation": Few(), "test": Few()}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The hand-in beside small data."""
    made = tmp_path_factory.mktemp("uva") / "code"
    shutil.copytree(ROOT / "reference" / "handins" / ASSIGNMENT, made)
    (made / "cifar10_utils.py").write_text(DATA)
    return made


@pytest.fixture(scope="module")
def handin(folder):
    """Imports a module of the hand-in by its bare name; forgets all of them afterwards."""
    sys.path.insert(0, str(folder))
    yield importlib.import_module
    sys.path.remove(str(folder))
    for path in folder.glob("*.py"):
        sys.modules.pop(path.stem, None)


@pytest.fixture
def seeded():
    state = np.random.get_state()
    np.random.seed(7)
    yield
    np.random.set_state(state)


@pytest.mark.parametrize("hidden", [[], [4], [4, 3]])
def test_the_network_has_a_linear_module_for_each_size(handin, seeded, hidden):
    net = handin("mlp_numpy").MLP(5, hidden, 2)
    names = [type(layer).__name__ for layer in net.layers]
    assert names == ["LinearModule", "ELUModule"] * len(hidden) + ["LinearModule", "SoftMaxModule"]
    out = net.forward(np.random.randn(6, 5))
    assert out.shape == (6, 2)
    np.testing.assert_allclose(out.sum(axis=1), 1, rtol=1e-14)
    # Tiny weights make all classes alike.
    np.testing.assert_allclose(out, 0.5, atol=1e-3)


def test_the_network_that_ends_with_scores_has_no_softmax(handin, seeded):
    net = handin("alternatives").LogitsMLP(5, [4], 2)
    assert type(net.layers[-1]).__name__ == "LinearModule"
    x = np.random.randn(3, 5)
    scores = net.forward(x)
    net.layers.append(handin("modules").SoftMaxModule())
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(net.forward(x), probabilities, rtol=1e-12)


def test_a_loss_is_the_same_from_every_object(handin, rng):
    loss = handin("modules").CrossEntropyModule
    x, y = rng.uniform(0.1, 0.9, size=(4, 3)), np.eye(3)[[0, 2, 1, 1]]
    numeric = numerical_gradient(lambda x: np.array(loss().forward(x, y)), x, np.float64(1))
    np.testing.assert_allclose(loss().backward(x, y), numeric, **NEAR)


@pytest.mark.parametrize("name", ["LinearModule", "ELUModule", "SoftMaxModule"])
def test_what_is_lent_does_as_the_module_does(handin, seeded, rng, name):
    lent, modules = handin("stand_ins"), handin("modules")
    sizes = (5, 4) if name == "LinearModule" else ()
    params = lent.construct(name, *sizes)
    module = getattr(modules, name)(*sizes)
    assert params.keys() == module.params.keys()
    module.params = {key: rng.normal(size=value.shape) for key, value in params.items()}
    x, dout = rng.normal(size=(6, 5)), rng.normal(size=(6, 4 if sizes else 5))
    np.testing.assert_array_equal(lent.forward(name, module.params, x), module.forward(x))
    dx, grads = lent.backward(name, module.params, x, dout)
    np.testing.assert_array_equal(dx, module.backward(dout))
    assert grads.keys() == module.grads.keys()
    for key, grad in grads.items():
        np.testing.assert_array_equal(grad, module.grads[key])


class TestAnswers:
    """Every closed form agrees with differences of what it is the gradient of."""

    @pytest.fixture
    def answers(self, handin):
        return handin("answers")

    def test_of_the_linear_module(self, answers, rng):
        X, W, b = rng.normal(size=(4, 5)), rng.normal(size=(3, 5)), rng.normal(size=(1, 3))
        dY = rng.normal(size=(4, 3))
        for answer, at, f in (
            (answers.linear_grad_W, W, lambda W: X @ W.T + b),
            (answers.linear_grad_b, b, lambda b: X @ W.T + b),
            (answers.linear_grad_X, X, lambda X: X @ W.T + b),
        ):
            np.testing.assert_allclose(answer(dY, X, W, b), numerical_gradient(f, at, dY), **NEAR)

    def test_of_the_activation(self, answers, rng):
        X, dY = rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
        dX = answers.activation_grad_X(dY, X, np.tanh, lambda x: 1 - np.tanh(x) ** 2)
        np.testing.assert_allclose(dX, numerical_gradient(np.tanh, X, dY), **NEAR)

    def test_of_softmax(self, answers, rng):
        def softmax(X):
            return np.exp(X) / np.exp(X).sum(axis=1, keepdims=True)

        X, dY = rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
        numeric = numerical_gradient(softmax, X, dY)
        np.testing.assert_allclose(answers.softmax_grad_X(dY, softmax(X)), numeric, **NEAR)

    def test_of_the_cross_entropy(self, answers, rng):
        X, T = rng.uniform(0.1, 0.9, size=(4, 3)), np.eye(3)[[0, 2, 1, 1]]
        numeric = numerical_gradient(lambda X: -np.sum(T * np.log(X)) / len(X), X, np.float64(1))
        np.testing.assert_allclose(answers.cross_entropy_grad_X(X, T), numeric, **NEAR)

    def test_of_the_convolution(self, answers, rng):
        def convolve(X, K):
            return np.array([[np.sum(X[i : i + 2, j : j + 2] * K) for j in (0, 1)] for i in (0, 1)])

        X, K, dY = rng.normal(size=(3, 3)), rng.normal(size=(2, 2)), rng.normal(size=(2, 2))
        assert answers.conv_forward_Y21(X, K) == pytest.approx(convolve(X, K)[1, 0])
        dK = numerical_gradient(lambda K: convolve(X, K), K, dY)
        dX = numerical_gradient(lambda X: convolve(X, K), X, dY)
        assert answers.conv_grad_K11(dY, X) == pytest.approx(dK[0, 0], rel=1e-7)
        assert answers.conv_grad_X12(dY, K) == pytest.approx(dX[0, 1], rel=1e-7)

    def test_of_layer_normalization(self, answers, rng):
        def normalize(X, gamma, beta, eps=1e-3):
            deviation = np.sqrt(X.var(axis=1, keepdims=True) + eps)
            return gamma * (X - X.mean(axis=1, keepdims=True)) / deviation + beta

        X, dY = rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
        gamma, beta = rng.normal(size=5), rng.normal(size=5)
        for answer, at, f in (
            (answers.layernorm_grad_gamma, gamma, lambda gamma: normalize(X, gamma, beta)),
            (answers.layernorm_grad_beta, beta, lambda beta: normalize(X, gamma, beta)),
            (answers.layernorm_grad_X, X, lambda X: normalize(X, gamma, beta)),
        ):
            numeric = numerical_gradient(f, at, dY)
            np.testing.assert_allclose(answer(dY, X, gamma, beta, 1e-3), numeric, **NEAR)


class TestTraining:
    def test_accuracy_is_the_share_of_right_classes(self, handin):
        predictions = np.array([[0.4, 0.35, 0.25], [0.1, 0.2, 0.7], [0.3, 0.4, 0.3]])
        found = handin("train_mlp_numpy").accuracy(predictions, np.eye(3)[[0, 1, 1]])
        assert found == pytest.approx(2 / 3)
        assert isinstance(found, float)

    def run(self, folder, monkeypatch, capsys, *flags):
        monkeypatch.setattr(sys, "argv", ["train_mlp_numpy.py", *flags])
        state = np.random.get_state()
        runpy.run_path(str(folder / "train_mlp_numpy.py"), run_name="__main__")
        np.random.set_state(state)
        return capsys.readouterr().out

    def test_the_script_learns_and_takes_every_flag(
        self, handin, folder, tmp_path, monkeypatch, capsys
    ):
        settings = {
            "dnn_hidden_units": "6,5",
            "learning_rate": "2.0",
            "max_steps": "301",
            "batch_size": "20",
            "eval_freq": "100",
            "data_dir": str(tmp_path / "data"),
        }
        flags = [f"--{name}={value}" for name, value in settings.items()]
        out = self.run(folder, monkeypatch, capsys, *flags, "--unknown=1").splitlines()
        assert out[:6] == [f"{name} : {value}" for name, value in settings.items()]
        assert [line.partition(":")[0] for line in out[6:]] == [
            *("step 100", "step 200", "step 300", "step 301")
        ]
        assert out[-1].endswith("test accuracy 1.0000")
        assert (tmp_path / "data").is_dir()

    def test_an_empty_flag_means_no_hidden_layer(
        self, handin, folder, tmp_path, monkeypatch, capsys
    ):
        flags = ["--dnn_hidden_units=", "--max_steps=1", f"--data_dir={tmp_path}", "--batch_size=5"]
        out = self.run(folder, monkeypatch, capsys, *flags)
        assert "learning_rate : 0.001" in out
        assert "eval_freq : 100" in out
        assert "step 1: training loss 0.693" in out
