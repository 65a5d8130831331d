"""Training and measuring a classifier, and the hand-in's two scripts."""

import runpy
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from reference.models.classifier_training import (  # noqa: E402 - PyTorch may be missing
    accuracy,
    measure,
    train_classifier,
)

HANDIN = Path(__file__).parents[3] / "reference" / "handins" / "uva_dl1_2020_p1" / "code"

# Takes the place of the course's module: few images, and only what the scripts use of it.
DATA = """
import numpy as np

class Few:
    labels = np.eye(10)
    images = np.linspace(-9, 9, 10 * 3 * 32 * 32, dtype=np.float32).reshape(10, 3, 32, 32)

    def next_batch(self, batch_size):
        return self.images[:batch_size], self.labels[:batch_size]

def get_cifar10(data_dir):
    return {"train": Few(), "validation": Few(), "test": Few()}
"""


class Halves:
    """Two classes that one number tells apart."""

    def __init__(self, count):
        self.labels = np.eye(2)[np.arange(count) % 2]
        self.images = self.labels[:, 1:].reshape(count, 1, 1, 1) - 0.5

    def next_batch(self, batch_size):
        return self.images[:batch_size], self.labels[:batch_size]


@pytest.fixture(autouse=True)
def _random_state():
    state = np.random.get_state()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        yield
    np.random.set_state(state)


@pytest.fixture(autouse=True)
def _modules_that_lie_beside():
    yield
    for name in ("cifar10_utils", "mlp_pytorch", "convnet_pytorch"):
        sys.modules.pop(name, None)


def flat(images):
    return images.flatten(start_dim=1)


def test_the_accuracy_worked_out_by_hand():
    predictions = torch.tensor([[0.1, 0.9, 0.0], [2.0, -1.0, 1.0], [0.0, 0.0, 5.0]])
    assert accuracy(predictions, torch.tensor([1, 0, 1])).item() == pytest.approx(2 / 3)
    one_hot = torch.tensor([[0, 1, 0], [1, 0, 0], [0, 1, 0]])
    assert accuracy(predictions, one_hot).item() == pytest.approx(2 / 3)


def test_a_measurement_is_over_all_images_also_where_the_last_part_is_small():
    model = torch.nn.Linear(1, 2).double()
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[-2.0], [2.0]]))
        model.bias.zero_()
    # The scores of a class differ by 2, on the right side; one label is turned round.
    data = Halves(501)
    data.labels[500] = data.labels[500][::-1].copy()
    loss, share = measure(model, data, flat)
    wrong, right = np.log1p(np.exp(2.0)), np.log1p(np.exp(-2.0))
    assert share == pytest.approx(500 / 501)
    assert loss == pytest.approx((500 * right + wrong) / 501)


def test_training_learns_and_measures_as_often_as_asked():
    model = torch.nn.Linear(1, 2)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    data = (Halves(10), Halves(6))
    found = list(train_classifier(model, optimizer, data, 10, (65, 30), flat))
    assert [each.step for each in found] == [30, 60, 65]
    assert found[-1].test_accuracy == 1
    assert found[-1].test_loss < found[0].test_loss < np.log(2)
    assert found[-1].train_loss < found[0].train_loss


def run(script, tmp_path, monkeypatch, *arguments):
    """Runs a script of the hand-in beside few images; returns its settings."""
    for name in ("mlp_pytorch", "convnet_pytorch", script):
        shutil.copy(HANDIN / f"{name}.py", tmp_path)
    (tmp_path / "cifar10_utils.py").write_text(DATA)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr("sys.argv", [script, *arguments])
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    return vars(runpy.run_path(str(tmp_path / f"{script}.py"), run_name="__main__")["FLAGS"])


@pytest.mark.parametrize(
    ("script", "wanted"),
    [
        ("train_mlp_pytorch", ("512,256", 1e-3, 2000, 200, 100)),
        ("train_convnet_pytorch", (None, 1e-4, 5000, 32, 500)),
    ],
)
def test_the_scripts_have_the_flags_and_defaults_of_the_text(
    script, wanted, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(
        "reference.models.classifier_training.train_classifier", lambda *_, **__: iter(())
    )
    found = run(script, tmp_path, monkeypatch, "--unknown", "1")
    names = ("dnn_hidden_units", "learning_rate", "max_steps", "batch_size", "eval_freq")
    settings = {name: value for name, value in zip(names, wanted, strict=True) if value is not None}
    assert found == {**settings, "data_dir": "./cifar10/cifar-10-batches-py"}
    assert (tmp_path / "cifar10" / "cifar-10-batches-py").is_dir()
    assert f"learning_rate : {wanted[1]}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("script", "hidden"),
    [
        ("train_mlp_pytorch", ["--dnn_hidden_units", "6,5"]),
        ("train_mlp_pytorch", ["--dnn_hidden_units", ""]),
        ("train_convnet_pytorch", []),
    ],
)
def test_the_scripts_train_and_say_how_it_goes(script, hidden, tmp_path, monkeypatch, capsys):
    steps = ["--max_steps", "2", "--batch_size", "4", "--eval_freq", "1"]
    run(script, tmp_path, monkeypatch, *steps, *hidden)
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("step ")]
    assert [line.split(":")[0] for line in said] == ["step 1", "step 2"]
    assert "test accuracy" in said[-1]


def test_importing_a_script_trains_nothing(tmp_path, monkeypatch, capsys):
    (tmp_path / "cifar10_utils.py").write_text("")
    shutil.copy(HANDIN / "mlp_pytorch.py", tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    module = runpy.run_path(str(HANDIN / "train_mlp_pytorch.py"), run_name="train_mlp_pytorch")
    assert module["accuracy"] is accuracy
    assert capsys.readouterr().out == ""
