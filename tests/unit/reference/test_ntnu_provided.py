"""What students of NTNU are given works with the reference's measuring in its gap."""

import importlib
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from reference.handins.ntnu_tdt4265_a3.assignment3.trainer import (  # noqa: E402
    compute_loss_and_accuracy,
)

pytestmark = pytest.mark.torch
GIVEN = Path(__file__).parents[3] / "student_template" / "ntnu_tdt4265_a3" / "assignment3"


@pytest.fixture
def given(monkeypatch, tmp_path):
    """Imports a module of the template, in an empty folder."""
    monkeypatch.syspath_prepend(str(GIVEN))
    monkeypatch.chdir(tmp_path)
    names = [path.stem for path in GIVEN.glob("*.py")]
    yield importlib.import_module
    for name in names:
        sys.modules.pop(name, None)


@pytest.fixture
def trainer(given, monkeypatch):
    module = given("trainer")
    monkeypatch.setattr(module, "compute_loss_and_accuracy", compute_loss_and_accuracy)
    return module


def loaders():
    torch.manual_seed(4265)
    x = torch.randn(40, 2)
    data = [(x[i : i + 10], (x[i : i + 10, 0] > 0).long()) for i in range(0, 40, 10)]
    return data, data[:2], data[2:]


def make(trainer, **other):
    settings = {"learning_rate": 0.5, "early_stop_count": 4, "epochs": 6, **other}
    return trainer.Trainer(
        batch_size=10, model=torch.nn.Linear(2, 2), dataloaders=loaders(), **settings
    )


def test_importing_reads_and_downloads_nothing(given, tmp_path):
    for name in ("utils", "dataloaders", "trainer", "task2"):
        given(name)
    assert list(tmp_path.iterdir()) == []
    model = given("task2").ExampleModel(3, 10)
    with pytest.raises(NotImplementedError, match=r"ExampleModel\.forward is not written yet"):
        model(torch.zeros(1, 3, 32, 32))
    with pytest.raises(NotImplementedError, match="compute_loss_and_accuracy is not written yet"):
        given("trainer").compute_loss_and_accuracy([], model, None)


def test_training_lowers_the_loss_and_ends_with_the_best_parameters(trainer):
    session = make(trainer)
    session.train()
    losses = session.validation_history["loss"]
    assert list(losses) == [2 * n for n in range(1, 13)]
    assert list(session.train_history["loss"]) == list(range(24))
    assert losses[24] < 0.7 * losses[2]
    loss, accuracy = compute_loss_and_accuracy(
        session.dataloader_val, session.model, session.loss_criterion
    )
    assert loss == pytest.approx(min(losses.values()))
    assert accuracy > 0.9


def test_training_stops_early_when_the_validation_loss_no_longer_falls(trainer):
    session = make(trainer, learning_rate=0.0, early_stop_count=3)
    session.train()
    assert list(session.validation_history["loss"]) == [2, 4, 6]
    assert session.should_early_stop()


def test_the_best_and_the_newest_checkpoints_stay(given, tmp_path):
    utils = given("utils")
    for step, best in ((1, True), (2, False), (3, False)):
        state = {"w": torch.tensor(float(step))}
        utils.save_checkpoint(state, tmp_path / "checkpoints" / f"{step}.ckpt", is_best=best)
    names = sorted(path.name for path in (tmp_path / "checkpoints").iterdir())
    assert names == ["3.ckpt", "best.ckpt"]
    assert utils.load_best_checkpoint(tmp_path / "checkpoints")["w"] == 1
    assert utils.load_best_checkpoint(tmp_path) is None


def test_seeds_make_numbers_the_same_and_moving_keeps_the_form(given):
    utils = given("utils")
    utils.set_seed(3)
    first = torch.rand(2)
    utils.set_seed(3)
    moved = utils.to_cuda([torch.rand(2), (torch.zeros(1),)])
    assert torch.equal(moved[0].cpu(), first)
    assert isinstance(moved[1], list)
