"""Our own loop trains a module of a hand-in: what it is given, and what it says."""

from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from grader.checks.training_loops import LOOPS  # noqa: E402  # needs torch below
from grader.worker.inside.drivers import classifier_training  # noqa: E402  # as above

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
    torch.set_num_threads(threads)


def images(count, seed, classes=CLASSES):
    """Images that are their class's mark and some noise."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(classes, size=count)
    return (MARKS[labels] + rng.integers(-30, 31, size=(count, *SHAPE))).astype(np.uint8), labels


class Net(torch.nn.Module):
    def __init__(self, num_classes=CLASSES, features=48):
        super().__init__()
        layers = torch.nn.Flatten(), torch.nn.Linear(features, num_classes)
        self.layers = torch.nn.Sequential(*layers)

    def forward(self, x):
        return self.layers(x)


def data_of(inputs, labels, epochs=10, classes=CLASSES, *, compares=False):
    common = {"device": "cpu", "threads": 1, "seed": 5, "compares": compares}
    return {"inputs": inputs, "labels": labels, "classes": classes, "epochs": epochs, **common}


@pytest.fixture
def begun():
    """Begins a run with some data and options."""

    def make(network=Net, data=None, epochs=10, **options):
        data = data or data_of(*images(200, 0), epochs)
        return classifier_training.begin(classifier_training.stage(data, options, {}), network)

    return make


class Fitting:
    """Stands in for our loop: notes what it is asked, and is as fast as it is told."""

    def __init__(self, steps_done=None):
        self.asked, self.done, self.begun = [], 0, None
        self.limit = steps_done

    def begin(self, module, inputs, labels, settings):
        self.begun = SimpleNamespace(module=module, inputs=inputs, labels=labels, settings=settings)
        return self

    def advance(self, steps, seconds):
        self.asked.append((steps, seconds))
        self.done += steps if self.limit is None else min(steps, self.limit)
        return {"steps": self.done, "examples": 10 * self.done, "loss": np.float32(0.5)}

    def predict(self, inputs):
        return np.full((len(inputs), 2), 7.0)

    def parameters(self):
        return np.int64(12)


@pytest.fixture
def fitting(monkeypatch):
    made = Fitting()
    monkeypatch.setattr(classifier_training, "torch_fitting", made)
    return made


def test_the_network_learns_and_names_other_images_rightly(begun):
    run = begun(learning_rate=0.05, batch=20)
    others, labels = images(300, 2)
    before = (run.predict(others).argmax(axis=1) == labels).mean()
    report = run.advance(0.1, FOREVER_S)
    assert report["share"] == 0.1
    assert (report["examples"], type(report["loss"])) == (200, float)
    last = [run.advance(0.1, FOREVER_S) for _ in range(9)][-1]
    assert last["share"] == 1.0
    assert last["loss"] < report["loss"]
    after = (run.predict(others).argmax(axis=1) == labels).mean()
    assert before < 0.7 < 0.95 < after


class TestSteps:
    """Epochs are turned into steps, of which each part takes its share."""

    @pytest.mark.parametrize(
        ("epochs", "batch", "planned"),
        [(10, 50, 40), (2.5, 50, 10), (1, 64, 3), (0.01, 50, 1), (3, 500, 3)],
    )
    def test_as_many_are_planned_as_whole_batches_come_in_the_epochs(
        self, begun, fitting, epochs, batch, planned
    ):
        begun(epochs=epochs, batch=batch)
        assert fitting.begun.settings["steps"] == planned

    def test_parts_add_up_to_all(self, begun, fitting):
        run = begun(epochs=2.5, batch=50)
        shares = [run.advance(0.3, 9.0)["share"] for _ in range(4)]
        assert shares == pytest.approx([0.3, 0.6, 0.9, 1.0])
        assert fitting.asked == [(3, 9.0), (3, 9.0), (3, 9.0), (1, 9.0)]

    def test_of_few_steps_one_is_taken_at_a_time(self, begun, fitting):
        run = begun(epochs=1, batch=64)
        assert [run.advance(0.1, 9.0)["share"] for _ in range(3)] == pytest.approx(
            [1 / 3, 2 / 3, 1]
        )

    def test_what_was_not_reached_in_time_is_not_said_to_be(self, begun, fitting):
        fitting.limit = 2
        run = begun(epochs=10, batch=50)
        assert run.advance(0.5, 1.0) == {"share": 0.05, "loss": 0.5, "examples": 20}


class TestSettings:
    def test_the_rubric_s_options_reach_the_loop(self, begun, fitting):
        begun(learning_rate=0.3, batch=50, weight_decay=0.1, schedule="cosine", flip=True, crop=2)
        settings = dict(fitting.begun.settings)
        axes = (0, 2, 3)
        inputs = images(200, 0)[0]
        np.testing.assert_allclose(settings.pop("mean"), inputs.mean(axis=axes) / 255)
        np.testing.assert_allclose(settings.pop("std"), inputs.std(axis=axes) / 255)
        assert settings == {
            "learning_rate": 0.3,
            "batch": 50,
            "weight_decay": 0.1,
            "schedule": "cosine",
            "flip": True,
            "crop": 2,
            "optimizer": "sgd",
            "momentum": 0.0,
            "steps": 40,
            "device": "cpu",
            "threads": 1,
            "seed": 5,
        }
        np.testing.assert_array_equal(fitting.begun.inputs, inputs)
        np.testing.assert_array_equal(fitting.begun.labels, images(200, 0)[1])

    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            ({}, ("sgd", 0.0)),
            ({"momentum": 0.5}, ("sgd", 0.5)),
            ({"optimizer": "momentum"}, ("sgd", 0.9)),
            ({"optimizer": "momentum", "momentum": 0.8}, ("sgd", 0.8)),
            ({"optimizer": "adam"}, ("adam", 0.0)),
        ],
    )
    def test_momentum_is_sgd_with_nine_tenths_unless_said(self, begun, fitting, options, expected):
        begun(**options)
        settings = fitting.begun.settings
        assert (settings["optimizer"], settings["momentum"]) == expected

    def test_a_rubric_that_says_nothing_of_the_optimizer_is_no_fault_of_the_hand_in(self, begun):
        assert begun(epochs=0.5).advance(1.0, FOREVER_S)["share"] == 1.0

    @pytest.mark.parametrize("optimizer", ["sgd", "momentum", "rmsprop", "adam", "adamw"])
    @pytest.mark.parametrize("schedule", ["constant", "one_cycle", "cosine"])
    def test_every_option_of_the_schema_is_one_of_the_loop(self, begun, optimizer, schedule):
        options = {
            "construct": {"num_classes": 4},
            "optimizer": optimizer,
            "learning_rate": 1e-3,
            "batch": 32,
            "momentum": 0.0,
            "weight_decay": 1e-4,
            "schedule": schedule,
            "flip": True,
            "crop": 1,
            "precision": "bfloat16",
        }
        assert set(options) == set(LOOPS["torch_classifier"].properties)
        run = begun(epochs=0.5, **options)
        assert run.advance(1.0, FOREVER_S)["share"] == 1.0

    @pytest.mark.parametrize("construct", [{"num_classes": 7}, [7]])
    def test_the_network_is_constructed_by_name_or_by_position(self, begun, construct):
        run = begun(construct=construct, learning_rate=0.1)
        assert run.parameters() == 48 * 7 + 7
        assert run.predict(images(5, 1)[0]).shape == (5, 7)

    def test_a_precision_that_a_hand_in_left_behind_does_not_reach_its_network(
        self, begun, fitting
    ):
        torch.set_default_dtype(torch.float64)
        begun()
        assert {each.dtype for each in fitting.begun.module.parameters()} == {torch.float32}


def test_what_the_loop_says_becomes_plain_numbers(begun, fitting):
    run = begun()
    report = run.advance(0.1, 1.0)
    assert [type(value) for value in report.values()] == [float, float, int]
    assert type(run.parameters()) is int
    assert run.predict(np.zeros((3, 4))).shape == (3, 2)


class OneNumber(torch.nn.Module):
    """Gives one number for two classes, of a form of its own."""

    def __init__(self, form):
        super().__init__()
        self.linear = torch.nn.Linear(6, 1)
        self.form = form

    def forward(self, x):
        z = self.linear(x)
        return z[:, 0] if self.form == "flat" else z


class TestTwoClasses:
    @pytest.mark.parametrize("form", ["flat", "column"])
    def test_one_number_becomes_a_score_for_each(self, begun, form):
        rng = np.random.default_rng(0)
        features = rng.normal(3, 2, size=(400, 6))
        labels = (features[:, 0] > 3).astype(np.int64)
        data = data_of(features, labels, epochs=30, classes=2)
        run = begun(lambda: OneNumber(form), data, learning_rate=0.5, batch=40)
        run.advance(1.0, FOREVER_S)
        scores = run.predict(features)
        assert scores.shape == (400, 2)
        assert (scores.argmax(axis=1) == labels).mean() > 0.95

    def test_the_loss_is_that_of_the_sigmoid(self):
        network = classifier_training.TwoScores(torch.nn.Identity())
        z = torch.linspace(-4, 4, 9)
        y = torch.tensor([0, 1, 1, 0, 1, 0, 0, 1, 1])
        ours = torch.nn.functional.cross_entropy(network(z), y)
        theirs = torch.nn.functional.binary_cross_entropy_with_logits(z, y.float())
        torch.testing.assert_close(ours, theirs)

    def test_what_ends_in_the_sigmoid_itself_is_trained_by_what_went_into_it(self):
        layers = torch.nn.Linear(3, 1), torch.nn.Sigmoid(), torch.nn.Flatten(0)
        bare = classifier_training.TwoScores(layers[0])
        network = classifier_training.TwoScores(torch.nn.Sequential(*layers))
        x = torch.randn(6, 3)
        torch.testing.assert_close(network(x), bare(x), rtol=1e-4, atol=1e-5)
        with torch.no_grad():  # as predictions are made
            torch.testing.assert_close(network(x), bare(x), rtol=1e-4, atol=1e-5)
            layers[0].bias += 1000
            assert torch.isfinite(network(x)).all()

    def test_a_sigmoid_further_down_changes_nothing(self):
        layers = torch.nn.Sequential(torch.nn.Sigmoid(), torch.nn.Linear(3, 1))
        x = torch.randn(6, 3)
        found = classifier_training.TwoScores(layers)(x)
        torch.testing.assert_close(found[:, 1:], layers(x))

    def test_two_scores_are_left_as_they_are(self):
        out = torch.randn(5, 2)
        assert classifier_training.TwoScores(torch.nn.Identity())(out) is out

    def test_of_more_classes_nothing_is_wrapped(self, begun, fitting):
        begun()
        assert isinstance(fitting.begun.module, Net)


class TestMoments:
    def test_of_images_they_are_by_channel(self):
        inputs = images(200, 0)[0]
        mean, std = classifier_training.channel_moments(inputs)
        np.testing.assert_allclose(mean, inputs.mean(axis=(0, 2, 3)) / 255)
        np.testing.assert_allclose(std, inputs.std(axis=(0, 2, 3)) / 255)

    def test_of_many_images_a_part_is_enough(self):
        inputs = images(9000, 0)[0]
        mean, _ = classifier_training.channel_moments(inputs)
        np.testing.assert_allclose(mean, inputs.mean(axis=(0, 2, 3)) / 255, atol=0.01)

    def test_of_features_they_are_by_feature(self):
        features = np.random.default_rng(1).normal([1, 20], [2, 5], size=(300, 2))
        mean, std = classifier_training.channel_moments(features)
        np.testing.assert_allclose(mean, features.mean(axis=0))
        np.testing.assert_allclose(std, features.std(axis=0))

    def test_what_never_changes_divides_by_no_zero(self):
        _, std = classifier_training.channel_moments(np.zeros((20, 3, 4, 4), np.uint8))
        assert std == [1e-3] * 3
        _, std = classifier_training.channel_moments(np.ones((20, 2)))
        assert std == [1e-6] * 2


class TestDevice:
    def test_one_that_cannot_be_used_is_told_in_pytorch_s_own_words(self):
        with pytest.raises((RuntimeError, AssertionError)):
            classifier_training.device_name("cuda:99")

    def test_one_that_can_be_used_is_tried_before_it_is_named(self, monkeypatch):
        tried = []
        zeros = torch.zeros

        def on_cpu(count, device):
            tried.append(device)
            return zeros(count)

        monkeypatch.setattr(torch, "zeros", on_cpu)
        monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: f"card {device}")
        assert classifier_training.device_name("cuda:1") == "card cuda:1"
        assert tried == ["cuda:1"]


class Tuned(Net):
    """Has a layer that is frozen, one that is never used, and one that learns."""

    def __init__(self):
        super().__init__()
        self.frozen = torch.nn.Linear(48, 48).requires_grad_(requires_grad=False)
        self.leftover = torch.nn.Linear(5, 2)

    def forward(self, x):
        return self.layers(self.frozen(x.flatten(1)))


class Overwriting(Tuned):
    """Freezes a layer and changes it all the same."""

    def forward(self, x):
        if self.training:
            self.frozen.weight.data[0, 0] += 1e-3
        return super().forward(x)


@pytest.mark.parametrize(
    ("network", "kept"), [(Tuned, 48 * 49 + 12), (Overwriting, 48 + 12), (Net, 0)]
)
def test_what_training_leaves_as_it_was_is_counted_by_whole_parameters(begun, network, kept):
    run = begun(network, data_of(*images(200, 0), compares=True))
    assert run.frozen() == sum(each.numel() for each in network().parameters())
    run.advance(0.2, FOREVER_S)
    assert run.frozen() == kept


def test_without_being_asked_nothing_is_compared(begun):
    run = begun(Tuned)
    run.advance(0.2, FOREVER_S)
    assert run.frozen() == 0
