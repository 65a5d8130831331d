"""A hand-in's function trains a network of its own choice, on loaders that count."""

from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch.nn import functional  # noqa: E402  # needs torch

from grader.worker.inside.drivers import function_training  # noqa: E402  # as above
from grader.worker.inside.drivers.function_training import TooManyEpochs  # noqa: E402  # as above

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


def network():
    return torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(48, CLASSES))


def training(epochs, made=network, returned=lambda net: net):
    """A function that trains a network of its own for some epochs, and returns it in some way."""

    def train_first_model(loaders):
        net = made()
        optimizer = torch.optim.SGD(net.parameters(), 0.02)
        for _ in range(epochs):
            for x, y in loaders[0]:
                optimizer.zero_grad()
                functional.cross_entropy(net(x), y).backward()
                optimizer.step()
        return returned(net)

    return train_first_model


@pytest.fixture
def begun():
    """Begins a run of a function with some data and options."""

    def make(function, epochs=8, count=200, watched=40, **options):
        inputs, labels = images(count, 0)
        watched_inputs, watched_labels = images(watched, 1)
        data = {
            "inputs": inputs,
            "labels": labels,
            "validation_inputs": watched_inputs,
            "validation_labels": watched_labels,
            "epochs": epochs,
            "device": "cpu",
            "threads": 1,
        }
        return function_training.begin(function_training.stage(data, options, {}), function)

    return make


def accuracy(run):
    inputs, labels = images(300, 2)
    scores = run.predict(inputs)
    assert scores.shape == (300, CLASSES)
    return (scores.argmax(axis=1) == labels).mean()


def test_the_function_trains_and_other_images_are_named_rightly(begun):
    run = begun(training(8))
    assert run.predict(images(5, 2)[0]) is None  # there is no network yet
    assert run.advance(0.1, 60.0) == {"share": 1.0}
    assert accuracy(run) > 0.95
    assert run.parameters() == 48 * CLASSES + CLASSES


def test_a_trainer_is_as_good_as_its_model(begun):
    run = begun(training(8, returned=lambda net: SimpleNamespace(model=net)))
    run.advance(1.0, 60.0)
    assert accuracy(run) > 0.95


@pytest.mark.parametrize(
    ("returned", "name"),
    [
        (lambda net: None, "NoneType"),
        (lambda net: (net, 0.8), "tuple"),
        (lambda net: net.state_dict(), "OrderedDict"),
        (lambda net: SimpleNamespace(model="net"), "SimpleNamespace"),
        (lambda net: type(net), "type"),
    ],
)
def test_what_is_no_network_is_told_with_what_it_is(begun, returned, name):
    run = begun(training(0, returned=returned))
    with pytest.raises(TypeError) as caught:
        run.advance(1.0, 60.0)
    assert str(caught.value) == (
        f"the function returned a {name}; expected the trained network, or a trainer whose `model` "
        "it is"
    )
    assert run.predict(images(5, 2)[0]) is None


def test_what_the_function_raises_is_passed_on(begun):
    def broken(loaders):
        raise RuntimeError("no loss")

    with pytest.raises(RuntimeError, match="no loss"):
        begun(broken).advance(1.0, 60.0)


def test_frozen_parameters_are_not_counted(begun):
    def made():
        net = network()
        net[1].bias.requires_grad_(False)
        return net

    run = begun(training(1, made=made))
    run.advance(1.0, 60.0)
    assert run.parameters() == 48 * CLASSES


class TestLoaders:
    def loaders(self, begun, **keys):
        seen = []

        def keeps(loaders):
            seen.extend(loaders)
            return network()

        begun(keeps, **keys).advance(1.0, 60.0)
        return seen

    def test_they_are_those_of_the_course_and_normalized_as_it_does(self, begun):
        train, watched, test = self.loaders(begun, batch=50)
        assert [len(x) for x, _ in train] == [50] * 4
        ((x, y),) = watched
        np.testing.assert_allclose(x.numpy(), (images(40, 1)[0] / 255 - 0.5) / 0.25, atol=1e-5)
        assert y.tolist() == images(40, 1)[1].tolist()
        # What stands in for the test set has labels that are no secret.
        assert torch.equal(next(iter(test))[0], x)

    def test_without_a_word_of_the_rubric_a_batch_is_of_64(self, begun):
        train, _, _ = self.loaders(begun)
        assert [len(x) for x, _ in train] == [64] * 3  # the rest fills none

    def test_fewer_examples_than_fill_a_batch_are_one(self, begun):
        train, _, _ = self.loaders(begun, count=20)
        assert [len(x) for x, _ in train] == [20]

    def test_for_training_the_order_is_another_each_time(self, begun):
        train, watched, _ = self.loaders(begun, batch=50)
        orders = {tuple(torch.cat([y for _, y in train]).tolist()) for _ in range(4)}
        assert len(orders) == 4
        assert len({tuple(torch.cat([y for _, y in watched]).tolist()) for _ in range(4)}) == 1

    def test_a_precision_that_a_hand_in_left_behind_does_not_reach_them(self, begun):
        torch.set_default_dtype(torch.float64)
        train, _, _ = self.loaders(begun)
        assert next(iter(train))[0].dtype == torch.float32
        assert torch.get_default_dtype() == torch.float32


class TestCounting:
    """The training data may be gone through as often as the task allows."""

    def test_as_often_as_is_allowed_is_no_mistake(self, begun):
        assert begun(training(3), epochs=3).advance(1.0, 60.0) == {"share": 1.0}

    @pytest.mark.parametrize(("epochs", "allowed"), [(3, 3), (2.6, 3), (1.4, 1), (0.1, 1)])
    def test_once_more_is_for_measuring_and_twice_more_is_told(self, begun, epochs, allowed):
        begun(training(allowed + 1), epochs=epochs).advance(1.0, 60.0)
        run = begun(training(allowed + 2), epochs=epochs)
        with pytest.raises(TooManyEpochs) as caught:
            run.advance(1.0, 60.0)
        assert str(caught.value) == (
            f"the training data may be gone through {allowed} times, and were asked for once more"
        )
        assert run.predict(images(5, 2)[0]) is None

    def test_a_look_at_the_first_batch_takes_no_epoch(self, begun):
        def looks_first(loaders):
            assert len(next(iter(loaders[0]))[0]) == 64
            return training(2)(loaders)

        assert begun(looks_first, epochs=2).advance(1.0, 60.0) == {"share": 1.0}

    def test_the_validation_data_may_be_gone_through_at_will(self, begun):
        def looks_often(loaders):
            for _ in range(9):
                assert [len(list(each)) for each in loaders[1:]] == [1, 1]
            return network()

        assert begun(looks_often, epochs=1).advance(1.0, 60.0) == {"share": 1.0}

    def test_how_many_batches_there_are_may_be_asked_at_will(self, begun):
        def asks(loaders):
            sizes = {len(loaders[0]) for _ in range(9)}
            assert (sizes, len(loaders[0].dataset)) == ({3}, 200)
            return training(1)(loaders)

        begun(asks, epochs=1).advance(1.0, 60.0)
