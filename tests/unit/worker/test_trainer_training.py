"""A hand-in's own `Trainer` trains its network on loaders of ours."""

from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch.nn import functional  # noqa: E402  # needs torch

from grader.worker.inside.drivers import trainer_training  # noqa: E402  # as above

pytestmark = pytest.mark.torch

CLASSES, SHAPE = 3, (3, 4, 4)
MARKS = np.random.default_rng(7).integers(40, 216, size=(CLASSES, *SHAPE))


@pytest.fixture(autouse=True)
def _as_before():
    before, threads = torch.get_default_dtype(), torch.get_num_threads()
    torch.manual_seed(0)
    yield
    torch.set_default_dtype(before)
    torch.set_num_threads(threads)


def images(count, seed):
    """Images that are their class's mark and some noise."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(CLASSES, size=count)
    return (MARKS[labels] + rng.integers(-30, 31, size=(count, *SHAPE))).astype(np.uint8), labels


class Net(torch.nn.Module):
    def __init__(self, image_channels=3, num_classes=CLASSES):
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Flatten(), torch.nn.Linear(16 * image_channels, num_classes)
        )

    def forward(self, x):
        return self.layers(x)


class Trainer:
    """Trains by plain SGD, with the arguments in the course's order."""

    def __init__(self, batch_size, learning_rate, early_stop_count, epochs, model, dataloaders):
        self.given = SimpleNamespace(
            batch_size=batch_size,
            learning_rate=learning_rate,
            early_stop_count=early_stop_count,
            epochs=epochs,
            model=model,
            loaders=dataloaders,
        )
        self.model = model

    def train(self):
        optimizer = torch.optim.SGD(self.model.parameters(), self.given.learning_rate)
        for _ in range(self.given.epochs):
            for x, y in self.given.loaders[0]:
                optimizer.zero_grad()
                functional.cross_entropy(self.model(x), y).backward()
                optimizer.step()


@pytest.fixture
def begun():
    """Begins a run with some data and options."""

    def make(network=Net, trainer=Trainer, epochs=8, watched=40, **options):
        inputs, labels = images(200, 0)
        watched_inputs, watched_labels = images(watched, 1)
        data = {
            "inputs": inputs,
            "labels": labels,
            "validation_inputs": watched_inputs,
            "validation_labels": watched_labels,
            "classes": CLASSES,
            "epochs": epochs,
            "device": "cpu",
            "threads": 1,
        }
        staged = trainer_training.stage(data, options, {"trainer": trainer})
        return trainer_training.begin(staged, network)

    return make


def accuracy(run):
    inputs, labels = images(300, 2)
    scores = run.predict(inputs)
    assert scores.shape == (300, CLASSES)
    return (scores.argmax(axis=1) == labels).mean()


def test_the_trainer_trains_and_other_images_are_named_rightly(begun):
    run = begun(learning_rate=0.02)
    before = accuracy(run)
    assert run.advance(0.1, 60.0) == {"share": 1.0}
    assert before < 0.7 < 0.95 < accuracy(run)


def test_it_is_given_what_the_rubric_says(begun):
    given = begun(epochs=9.6, learning_rate=0.3, batch=50, early_stop_count=7)._trainer.given
    assert (given.batch_size, given.learning_rate) == (50, 0.3)
    assert (given.early_stop_count, given.epochs) == (7, 10)
    assert isinstance(given.model, Net)


def test_what_the_rubric_leaves_out_is_the_course_s(begun):
    given = begun(epochs=0.1)._trainer.given
    assert (given.batch_size, given.learning_rate, given.early_stop_count) == (64, 5e-2, 4)
    assert given.epochs == 1


def test_the_third_loader_holds_the_validation_s_images_again(begun):
    train, watched, test = begun(batch=50)._trainer.given.loaders
    assert [len(x) for x, _ in train] == [50] * 4
    assert torch.cat([y for _, y in watched]).tolist() == images(40, 1)[1].tolist()
    for one, other in zip(watched, test, strict=True):
        assert torch.equal(one[0], other[0])


def test_images_are_normalized_as_the_course_does(begun):
    _, watched, _ = begun()._trainer.given.loaders
    ((x, _),) = watched
    np.testing.assert_allclose(x.numpy(), (images(40, 1)[0] / 255 - 0.5) / 0.25, atol=1e-5)


@pytest.mark.parametrize("construct", [{"num_classes": 7, "image_channels": 3}, [3, 7]])
def test_the_network_is_constructed_by_name_or_by_position(begun, construct):
    run = begun(construct=construct)
    assert run.parameters() == 48 * 7 + 7
    assert run.predict(images(4, 3)[0]).shape == (4, 7)


def test_a_network_that_the_trainer_has_put_in_the_place_is_the_one_that_counts(begun):
    class Best(Trainer):
        def train(self):
            super().train()
            self.model = torch.nn.Sequential(self.model, torch.nn.Linear(3, 5))

    run = begun(trainer=Best)
    run.advance(1.0, 60.0)
    assert run.predict(images(4, 3)[0]).shape == (4, 5)


def test_a_trainer_that_calls_its_network_otherwise_is_no_mistake(begun):
    class Otherwise(Trainer):
        def train(self):
            super().train()
            del self.model

    run = begun(trainer=Otherwise, learning_rate=0.02)
    run.advance(1.0, 60.0)
    assert accuracy(run) > 0.95


def test_what_the_trainer_raises_is_passed_on(begun):
    class Broken(Trainer):
        def train(self):
            raise RuntimeError("no loss")

    with pytest.raises(RuntimeError, match="no loss"):
        begun(trainer=Broken).advance(1.0, 60.0)


def test_a_precision_that_a_hand_in_left_behind_does_not_reach_its_network(begun):
    torch.set_default_dtype(torch.float64)
    run = begun()
    assert {each.dtype for each in run._network.parameters()} == {torch.float32}
