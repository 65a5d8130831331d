"""A hand-in's function trains for an epoch, and is called once for each."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from grader.worker.inside.drivers import epoch_training  # noqa: E402  # needs torch

pytestmark = pytest.mark.torch

CLASSES, SHAPE = 3, (3, 4, 4)
MARKS = np.random.default_rng(7).integers(40, 216, size=(CLASSES, *SHAPE))
FOREVER_S = 1e9


@pytest.fixture(autouse=True)
def _as_before():
    before, threads = torch.get_default_dtype(), torch.get_num_threads()
    torch.manual_seed(0)
    yield
    torch.set_default_dtype(before)
    torch.set_grad_enabled(True)
    torch.set_num_threads(threads)


def images(count, seed):
    """Images that are their class's mark and some noise."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(CLASSES, size=count)
    return (MARKS[labels] + rng.integers(-30, 31, size=(count, *SHAPE))).astype(np.uint8), labels


class Net(torch.nn.Module):
    def __init__(self, num_classes=CLASSES, dropout=0.0):
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Flatten(), torch.nn.Dropout(dropout), torch.nn.Linear(48, num_classes)
        )

    def forward(self, x):
        return self.layers(x)


def train_loop(epoch, model, train_loader, criterion, optimizer, device):
    """Trains for an epoch, as the course has it."""
    for x, y in train_loader:
        optimizer.zero_grad()
        criterion(model(x.to(device)), y.to(device)).backward()
        optimizer.step()


@pytest.fixture
def begun():
    """Begins a run of a function with some data and options."""

    def make(function=train_loop, network=Net, epochs=10, watched=40, **options):
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
        staged = epoch_training.stage(data, options, {"network": network})
        return epoch_training.begin(staged, function)

    return make


def accuracy(run):
    inputs, labels = images(300, 2)
    scores = run.predict(inputs)
    assert scores.shape == (300, CLASSES)
    return (scores.argmax(axis=1) == labels).mean()


class Counting:
    """A function that notes each call instead of training."""

    def __init__(self):
        self.calls = []

    def function(self):
        def train(model, loader, optimizer):
            self.calls.append((model.training, len(loader)))

        return train


def test_the_function_trains_and_other_images_are_named_rightly(begun):
    run = begun(learning_rate=0.02)
    before = accuracy(run)
    shares = []
    while not shares or shares[-1] < 1:
        shares.append(run.advance(0.1, FOREVER_S)["share"])
    assert shares == [number / 10 for number in range(1, 11)]
    assert before < 0.7 < 0.95 < accuracy(run)


@pytest.mark.parametrize(
    ("epochs", "shares"),
    [(1, [1.0]), (3, [1 / 3, 2 / 3, 1.0]), (20, [number / 10 for number in range(1, 11)])],
)
def test_a_part_is_whole_epochs_and_at_least_one(begun, epochs, shares):
    counted = Counting()
    run = begun(counted.function(), epochs=epochs)
    found = []
    while not found or found[-1] < 1:
        found.append(run.advance(0.1, FOREVER_S)["share"])
    assert found == pytest.approx(shares)
    assert len(counted.calls) == epochs


def test_no_epoch_is_begun_when_the_time_is_over(begun):
    counted = Counting()
    run = begun(counted.function())
    assert run.advance(1.0, 0.0) == {"share": 0.0}
    assert counted.calls == []


def test_all_are_trained_at_once_when_so_much_is_asked(begun):
    counted = Counting()
    assert begun(counted.function(), epochs=4).advance(1.0, FOREVER_S) == {"share": 1.0}
    assert len(counted.calls) == 4


def test_from_the_second_epoch_on_the_network_is_as_a_validation_leaves_it(begun):
    counted = Counting()
    begun(counted.function(), epochs=3).advance(1.0, FOREVER_S)
    assert [training for training, _ in counted.calls] == [True, False, False]


def test_a_notebook_s_function_finds_its_loaders_among_the_globals(begun):
    namespace = {}
    exec(  # noqa: S102  # as a notebook's cells are
        "def train_part34(model, optimizer, epochs=1):\n"
        "    for e in range(epochs):\n"
        "        SEEN.append((len(loader_train), len(loader_val), print_every))\n",
        namespace,
    )
    namespace["SEEN"] = []
    begun(namespace["train_part34"], epochs=2, batch=50).advance(1.0, FOREVER_S)
    assert namespace["SEEN"] == [(4, 1, 4)] * 2


@pytest.mark.parametrize(
    ("options", "kind", "settings"),
    [
        ({}, "SGD", {"lr": 1e-2, "momentum": 0.0}),
        ({"optimizer": "sgd", "momentum": 0.5}, "SGD", {"momentum": 0.5}),
        ({"optimizer": "momentum", "learning_rate": 0.1}, "SGD", {"lr": 0.1, "momentum": 0.9}),
        ({"optimizer": "adam", "learning_rate": 1e-4}, "Adam", {"lr": 1e-4}),
        ({"optimizer": "adamw"}, "AdamW", {"lr": 1e-2}),
        ({"optimizer": "rmsprop"}, "RMSprop", {"lr": 1e-2, "momentum": 0}),
    ],
)
def test_the_optimizer_is_the_rubric_s(begun, options, kind, settings):
    seen = []

    def train(model, loader, criterion, optimizer):
        seen.append(optimizer)

    begun(train, **options).advance(0.1, FOREVER_S)
    (optimizer,) = seen
    assert type(optimizer).__name__ == kind
    (group,) = optimizer.param_groups
    assert {name: group[name] for name in settings} == settings


def test_images_are_normalized_by_the_training_set_s_moments(begun):
    seen = []

    def train(model, loader):
        seen.extend(x for x, _ in loader)

    begun(train, batch=200).advance(0.1, FOREVER_S)
    (x,) = seen
    np.testing.assert_allclose(x.mean(dim=(0, 2, 3)), 0, atol=1e-4)
    np.testing.assert_allclose(x.std(dim=(0, 2, 3), correction=0), 1, atol=1e-4)


def test_other_images_are_normalized_by_the_same_moments(begun):
    run = begun()
    inputs, others = images(200, 0)[0], images(5, 8)[0]
    axes = (0, 2, 3)
    mean, std = inputs.mean(axis=axes) / 255, inputs.std(axis=axes) / 255
    x = (others / 255 - mean[:, None, None]) / std[:, None, None]
    with torch.no_grad():
        expected = run._network(torch.tensor(x, dtype=torch.float32)).numpy()
    np.testing.assert_allclose(run.predict(others), expected, atol=1e-4)


def test_what_a_notebook_left_behind_does_not_reach_the_training(begun):
    torch.set_default_dtype(torch.float64)
    torch.set_grad_enabled(False)
    run = begun(learning_rate=0.02)
    run.advance(1.0, FOREVER_S)
    assert {each.dtype for each in run._network.parameters()} == {torch.float32}
    assert accuracy(run) > 0.95


def test_parameters_are_all_numbers_that_are_learned(begun):
    assert begun(construct={"num_classes": 5}).parameters() == 48 * 5 + 5


class Flat(torch.nn.Module):
    """Takes images that its loop has laid flat, or that came so."""

    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(48, CLASSES)
        self.seen = []

    def forward(self, x):
        out = self.linear(x)
        self.seen.append((tuple(x.shape[1:]), self.training))
        return out


def test_a_network_of_flat_images_gets_them_flat(begun):
    run = begun(network=Flat)
    run.advance(1.0, FOREVER_S)
    assert accuracy(run) > 0.9
    seen = run._network.seen
    assert {shape for shape, _ in seen} == {(48,)}
    assert [training for _, training in seen][:2] == [False, True]


def test_a_network_that_takes_neither_says_why_itself(begun):
    class Wrong(Flat):
        def forward(self, x):
            raise ValueError("not these")

    run = begun(network=Wrong)
    with pytest.raises(ValueError, match="not these"):
        run.advance(1.0, FOREVER_S)
