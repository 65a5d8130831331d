"""What trainings have shown: the range of a metric, and where knowing classes begins to be odd."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from grader.checks import training_verdict
from grader.checks.question import Question
from grader.checks.trained import Trained, told_apart
from grader.checks.training_data import Examples, TrainingData
from grader.checks.training_settings import parse
from grader.checks.training_verdict import KNOWN, Measured, interval
from grader.datasets import make_synthetic
from grader.records import CheckSpec, Outcome

FRESH = 20  # networks of each kind
LOOKED_AT = 1000  # the validation examples of a rubric that says nothing else


def trained(*accuracies):
    """Trainings of some accuracies of which nothing else is known."""
    return [
        Trained(each, (), before=None, unclear=False, ended="", parameters=0, wall_s=1.0)
        for each in accuracies
    ]


@pytest.fixture
def judged():
    """Judges one training on examples of which some share is of the first class, of two."""

    def result(share=0.5, before=None, accuracy=0.9, looks=(), *, frozen=(), kept=None, **others):
        labels = (np.arange(1000) >= 1000 * share).astype(np.int64)
        examples = Examples(np.zeros((1000, 10)), labels)
        data = TrainingData(2, examples, examples, examples, notes=())
        given = {"data": "magic", "epochs": 3, "wall_s": 60, "curve": [[0.7, 0], [0.87, 1]]}
        if frozen:
            given["frozen"] = list(frozen)
        params = parse({"loop": "torch_classifier", "settings": [given]})
        one = Trained(
            accuracy, looks, before, unclear=False, ended="", parameters=9, wall_s=1e6, **others
        )
        one = replace(one, frozen=kept)
        spec = CheckSpec("mlp/training", "training", params, hint="Standardize the features.")
        question = Question(spec, "mlp.MLP", 0, None, None)
        return Measured(question, params.settings[0], data, (one,), (7,)).result()

    return result


class TestChance:
    """What naming the most frequent class always reaches is no knowledge."""

    @pytest.mark.parametrize(("share", "odd"), [(0.5, 0.7), (0.65, 0.79), (0.9, 0.94)])
    def test_knowing_begins_at_two_fifths_of_the_way_from_there_to_all(self, judged, share, odd):
        assert judged(share, before=odd - 0.005).outcome is Outcome.PASSED
        doubtful = judged(share, before=odd + 0.005)
        assert (doubtful.outcome, doubtful.credit) == (Outcome.UNJUDGED, 0.0)
        assert f"told {odd + 0.005:.0%} of the examples apart by their classes" in doubtful.message

    def test_where_nothing_was_seen_before_nothing_is_odd(self, judged):
        assert judged(before=None).outcome is Outcome.PASSED

    @pytest.mark.parametrize(("share", "accuracy"), [(0.5, 0.51), (0.65, 0.66), (0.65, 0.5)])
    def test_no_more_than_that_is_told_to_be_guessing(self, judged, share, accuracy):
        assert judged(share, accuracy=accuracy).hint == (
            "It does no better than guessing. Check that the gradients reach the parameters, that "
            "the optimizer takes steps with them, and that labels belong to their images."
        )

    @pytest.mark.parametrize(("share", "accuracy"), [(0.5, 0.53), (0.65, 0.68)])
    def test_more_leaves_the_word_to_the_rubric(self, judged, share, accuracy):
        assert judged(share, accuracy=accuracy).hint == "Standardize the features."


class TestFrozen:
    """What fine-tuning has to leave as it was."""

    @pytest.mark.parametrize("kept", [5, 1200])
    def test_any_of_the_numbers_is_right(self, judged, kept):
        assert judged(frozen=(5, 1200), kept=kept).outcome is Outcome.PASSED

    @pytest.mark.parametrize("kept", [0, 4, 1199, 1201])
    def test_any_other_number_loses_everything_whatever_was_learned(self, judged, kept):
        found = judged(frozen=(5, 1200), kept=kept)
        assert (found.outcome, found.credit) == (Outcome.FAILED, 0.0)
        assert found.message == (
            f"Training left {kept:,} numbers of the network of mlp.MLP as they were; expected 5 or "
            "1,200."
        )
        assert found.hint == "Standardize the features."

    def test_what_could_not_be_told_is_left_to_a_person(self, judged):
        found = judged(frozen=(5,))
        assert (found.outcome, found.credit) == (Outcome.UNJUDGED, 0.0)
        assert found.message == (
            "A person has to look at this: how much of the network of mlp.MLP training left as it "
            "was could not be told."
        )

    def test_nothing_is_frozen_where_a_rubric_does_not_say_so(self, judged):
        assert judged(kept=7).outcome is Outcome.PASSED


class TestRaisedAtTheEnd:
    RAISED = "raised NameError: \"name 'plt' is not defined\" (train_mlp.py, line 9 in train)."

    def test_it_is_remarked_and_costs_nothing(self, judged):
        result = judged(accuracy=0.9, raised=self.RAISED)
        assert (result.outcome, result.credit) == (Outcome.PASSED, 1.0)
        assert result.advice == (
            f"It {self.RAISED} What its network had learned by then is what counts.",
        )

    def test_where_credit_is_lost_it_is_said_there(self, judged):
        result = judged(accuracy=0.8, raised=self.RAISED)
        assert result.outcome is Outcome.PARTIAL
        assert result.message.endswith(
            f"It {self.RAISED} What its network had learned by then is what counts."
        )
        assert result.advice == ()


def test_outputs_that_are_no_finite_numbers_are_named(judged):
    assert judged(accuracy=0.0, strange=1.0).hint == (
        "The network's outputs are not finite numbers. Use a smaller learning rate, and look for a "
        "logarithm or division of zero."
    )


class TestInterval:
    def test_it_is_two_standard_errors_and_stays_among_the_shares(self):
        data = SimpleNamespace(held_out=range(10_000))
        setting = SimpleNamespace(calibrated=None)
        low, high = interval(setting, data, trained(0.5))
        assert (low, high) == pytest.approx((0.49, 0.51), abs=1e-5)
        setting.calibrated = SimpleNamespace(std=0.03)
        assert interval(setting, data, trained(0.5))[0] == pytest.approx(0.5 - 2 * 0.0304, abs=1e-4)
        low, high = interval(setting, data, trained(0.5, 0.5, 0.5))
        assert (low, high) == pytest.approx((0.49, 0.51), abs=1e-5)  # its own deviation counts
        assert interval(setting, data, trained(1.0))[1] == 1.0
        assert interval(setting, data, trained(0.0))[0] == 0.0


class TestReadingOnce:
    def test_all_bytes_of_the_training_inputs_are_read(self, monkeypatch):
        ticks = iter([3.0, 7.5])
        monkeypatch.setattr(training_verdict, "CLOCK", lambda: next(ticks))
        floats = SimpleNamespace(train=SimpleNamespace(inputs=np.ones((5, 3))))
        assert training_verdict._pass_s(floats) == 4.5


@pytest.fixture(params=[10, 6, 2])
def looked_at(request):
    """Images (N, 3, 32, 32), normalized by channel, labels (N,), and the number of classes."""
    split = make_synthetic(classes=request.param).train
    pixels = split.inputs[:LOOKED_AT].astype(np.float32)
    axes = {"axis": (0, 2, 3), "keepdims": True}
    normalized = (pixels - pixels.mean(**axes)) / pixels.std(**axes)
    return normalized, split.labels[:LOOKED_AT].astype(np.int64), request.param


class TestFreshNetworks:
    """Random weights tell something apart by colour and light, well below what is odd."""

    def most(self, classes):
        """Two thirds of the way to what is odd."""
        return 1 / classes + 2 / 3 * KNOWN * (1 - 1 / classes)

    def test_linear_ones_stay_well_below(self, looked_at):
        images, labels, classes = looked_at
        rows = images.reshape(len(images), -1)
        found = [
            told_apart((rows @ weights(seed, rows.shape[1], classes)).argmax(axis=1), labels)
            for seed in range(FRESH)
        ]
        assert 1 / classes < max(found) < self.most(classes)

    @pytest.mark.torch
    def test_convolutional_ones_too(self, looked_at):
        torch = pytest.importorskip("torch")
        images, labels, classes = looked_at
        x = torch.from_numpy(images)
        found = []
        with torch.random.fork_rng(), torch.no_grad():
            for seed in range(FRESH):
                torch.manual_seed(seed)
                net = torch.nn.Sequential(
                    torch.nn.Conv2d(3, 16, 7, padding=3, stride=4),
                    torch.nn.ReLU(),
                    torch.nn.Conv2d(16, 32, 3, padding=1),
                    torch.nn.ReLU(),
                    torch.nn.MaxPool2d(2),
                    torch.nn.Flatten(),
                    torch.nn.Linear(512, classes),
                )
                found.append(told_apart(net(x).argmax(dim=1).numpy(), labels))
        assert 1 / classes < max(found) < self.most(classes)


def weights(seed, features, classes):
    """Random weights of a linear classifier, as wide as most begin."""
    return np.random.default_rng(seed).normal(0, features**-0.5, (features, classes))
