"""The kind `training`, put to networks whose skill is written down: credit, doubt and words."""

import json
import re
from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np
import pytest

from grader.checks import training as training_module
from grader.checks import training_verdict
from grader.checks.question import Question
from grader.checks.training import KIND
from grader.checks.training_verdict import KNOWN
from grader.datasets.model import DataSet, split_of
from grader.deadline import Deadline
from grader.errors import ReferenceFault, RunOutOfTime
from grader.machine import Machine
from grader.records import CheckSpec, Outcome
from grader.worker.inside import drivers

CLASSES = 10
CURVE = [[0.6, 0], [0.8, 1]]


def split(count, begin):
    """Images whose first pixel is the published class and whose others tell them apart."""
    ids = np.arange(begin, begin + count)
    pixels = np.stack([ids % CLASSES, ids >> 8, ids & 255], axis=1).astype(np.uint8)
    return split_of(pixels.reshape(count, 3, 1, 1), ids % CLASSES)


SET = DataSet(
    "synthetic",
    "A small set",
    tuple("abcdefghij"),
    split(2000, 0),
    split(1000, 2000),
    notes=("Seven are missing.",),
)


class Network:
    """Learns from the labels that it is given, as well as its skill allows.

    Args:
        skill: share of the images that it names rightly after training; of all held-out ones
            exactly.
        before: the same before the first step.
        shares: how far each part of the training comes.
        loss: of each part; the last one again and again.
        count: how many numbers it says that it learns.
        knows: names images by their published labels, whatever it is given.
        unclear: what it says of whether it could be told what is done to images.
        predict_s: seconds that each prediction takes.
        scores: what it predicts instead, from what it would have.
        fault: what is raised in training.
    """

    skill = 1.0
    before = 0.1
    shares = tuple(number / 10 for number in range(1, 11))
    loss = (2.0, 1.5, 1.0)
    count = 50
    knows = False
    unclear = False
    fault = None
    step_s = 1.0
    predict_s = 0.0

    def __init__(self, clock, data):
        self._clock, self._done = clock, 0
        pixels = data["inputs"].reshape(len(data["inputs"]), 3)[:, 0]
        self._names = np.arange(CLASSES)
        if not self.knows:
            self._names[pixels] = data["labels"]

    def advance(self, share, seconds):
        if self.fault is not None:
            raise self.fault
        self._clock.now_s += self.step_s
        self._done += 1
        loss = self.loss[min(self._done, len(self.loss)) - 1]
        share = self.shares[min(self._done, len(self.shares)) - 1]
        return {"share": share, "loss": loss, "unclear": self.unclear}

    def predict(self, inputs):
        self._clock.now_s += self.predict_s
        pixels = inputs.reshape(len(inputs), 3).astype(int)
        numbered = 256 * pixels[:, 1] + pixels[:, 2]
        skill = self.skill if self._done else self.before
        off = numbered * 7919 % 1000 >= round(1000 * skill)
        # Before the first step what is wrong is wrong in all ways, so that it is not told apart.
        by = 1 if self._done else 1 + numbered * 31 % 9
        return self.scores(np.eye(CLASSES)[(self._names[pixels[:, 0]] + off * by) % CLASSES])

    def scores(self, scores):
        return scores

    def parameters(self):
        return self.count


@pytest.fixture
def train(in_process, monkeypatch):
    """Asks the kind of networks with other attributes than those of `Network`, one a training."""
    clock = SimpleNamespace(now_s=0.0)

    def begin(staged, owner):
        return owner(clock, staged)

    driver = SimpleNamespace(stage=lambda data, options, parts: data, begin=begin)
    for module in (training_module, training_verdict):
        monkeypatch.setattr(module, "CLOCK", lambda: clock.now_s)

    def asked(
        *networks,
        seed=0,
        machine=None,
        tell=None,
        hint="",
        on="test",
        name=None,
        deadline=None,
        **keys,
    ):
        monkeypatch.setitem(drivers._loaded, "classifier_training", driver)
        driver.device_name = name or (lambda device: "a card")
        given = {"data": "synthetic", "epochs": 3, "wall_s": 60, "curve": CURVE, **keys}
        several = given.pop("settings", [given])
        made = [type("Net", (Network,), {"attempt": n, **each}) for n, each in enumerate(networks)]
        ready = iter(made)
        data = {"loop": "torch_classifier", "on": on, "settings": several}
        student = in_process({"mlp.MLP": lambda *args: next(ready)(*args)})
        machine = machine or Machine(trains=True, data={"synthetic": lambda: SET})
        asked.ended_at = []
        student.end_group = lambda: asked.ended_at.append(len(student.programs))
        question = Question(
            CheckSpec("mlp/training", "training", KIND.parse(data), hint=hint),
            "mlp.MLP",
            seed,
            student,
            None,
            machine=machine,
            deadline=deadline,
            **({"tell": tell} if tell else {}),
        )
        result = KIND.run(question)
        json.dumps(dict(result.evidence), allow_nan=False)
        asked.trainings = len(made) - len(list(ready))
        return result

    return asked


def measured(result):
    """The one case's evidence."""
    (case,) = result.evidence["cases"]
    return case


class TestCredit:
    def test_a_network_that_learns_gets_all(self, train):
        result = train({"skill": 0.95})
        assert (result.outcome, result.credit) == (Outcome.PASSED, 1.0)
        assert (result.message, result.hint, result.advice) == ("", "", ())
        assert measured(result)["metric"] == 0.95

    def test_one_that_learns_less_gets_what_the_curve_says(self, train):
        result = train({"skill": 0.7}, seeds=1)
        assert (result.outcome, result.credit) == (Outcome.PARTIAL, 0.5)
        assert result.message == (
            "mlp.MLP reached an accuracy of 0.700 on held-out examples of synthetic (0.671 to "
            "0.729 within its noise); full credit begins at 0.8."
        )

    def test_one_that_learns_too_little_gets_nothing_and_reads_the_hint(self, train):
        result = train({"skill": 0.5}, hint="Shuffle the examples.")
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert result.message.startswith("mlp.MLP reached an accuracy of 0.500 on held-out")
        assert result.hint == "Shuffle the examples."

    @pytest.mark.parametrize(("share", "credit"), [(1.0, 0.0), (0.25, 0.5)])
    def test_scores_that_are_no_numbers_are_wrong(self, train, share, credit):
        def scores(self, scores):
            scores[np.arange(len(scores)) % 100 < 100 * share] = np.nan
            return scores

        result = train({"skill": 14 / 15, "scores": scores}, seeds=1)
        if credit:
            assert 0.6 < measured(result)["metric"] < 0.8
            assert 0 < result.credit < 1
        else:
            assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
            assert measured(result)["metric"] == 0.0

    def test_scores_of_another_shape_are_told_with_both_shapes(self, train):
        result = train({"scores": lambda self, scores: scores[:, :, None]})
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert result.message == (
            "The network of mlp.MLP was asked to predict 1000 examples and gave an array of shape "
            "(1000, 10, 1) and dtype float64; expected a score for each example and class, an "
            "array of shape (1000, classes)."
        )
        assert result.hint == "Return the scores of all classes for every row of the batch."

    def test_what_training_raises_is_its_own_error(self, train):
        result = train({"fault": ValueError("no such layer")})
        assert (result.outcome, result.credit) == (Outcome.ERRORED, 0.0)
        assert result.message == "mlp.MLP raised ValueError: 'no such layer'."

    def test_a_name_that_is_missing_is_told(self, train, in_process):
        params = KIND.parse(
            {
                "loop": "torch_classifier",
                "settings": [{"data": "synthetic", "epochs": 1, "wall_s": 9, "curve": CURVE}],
            }
        )
        train({})  # so that the driver is there
        machine = Machine(trains=True, data={"synthetic": lambda: SET})
        spec = CheckSpec("mlp/training", "training", params)
        question = Question(spec, "mlp.MLP", 0, in_process({}), None, machine=machine)
        result = KIND.run(question)
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert result.message == "the hand-in has no `mlp.MLP`."

    def test_memory_that_does_not_suffice_is_told_with_both_numbers(self, train):
        text = "[enforce fail at alloc_cpu.cpp:127] can't allocate memory: 8589934592 bytes."
        result = train({"fault": RuntimeError(text)}, memory_mib=4096)
        assert result.outcome is Outcome.ERRORED
        assert result.message == (
            f'mlp.MLP ran out of memory in training ("{text}"); 4,096 MiB are allowed.'
        )
        assert result.hint == (
            "Use a smaller network, and do not keep the graphs of earlier steps."
        )

    def test_data_of_which_there_are_too_few_are_our_fault(self, train):
        with pytest.raises(
            ReferenceFault, match="5,000 test examples of synthetic, which has 1,000"
        ):
            train({}, held_out=5000)


class TestLabels:
    """Labels have names that only the grader knows."""

    @pytest.mark.parametrize("seed", range(6))
    def test_a_network_that_brings_along_the_published_ones_does_not_get_far(self, train, seed):
        result = train({"knows": True}, seed=seed)
        assert result.credit == 0.0
        assert result.outcome in (Outcome.FAILED, Outcome.UNJUDGED)
        evidence = result.evidence.get("cases", [result.evidence])[0]
        assert evidence["metric"] <= 0.3  # classes that kept their number

    @pytest.mark.parametrize("seed", range(6))
    def test_one_that_learns_those_that_it_is_given_gets_all(self, train, seed):
        assert train({}, seed=seed).credit == 1.0


class TestEndingEarly:
    def test_with_full_credit_in_hand_the_rest_is_spared(self, train):
        result = train({"skill": 0.95})
        (training,) = measured(result)["trainings"]
        assert training["ended"] == "the accuracy for full credit was reached with a margin"
        assert (len(training["looks"]), training["training_wall_s"]) == (1, 1.0)

    def test_a_loss_that_is_no_number_is_told_with_what_to_do(self, train):
        result = train({"skill": 0.3, "loss": (2.3, float("nan"))})
        assert result.message.endswith(
            "full credit begins at 0.8. Training was ended early: the training loss became nan."
        )
        assert result.hint == (
            "Use a smaller learning rate, and look for a logarithm or division of zero."
        )
        assert [look[2] for look in measured(result)["trainings"][0]["looks"]] == [2.3, "nan"]

    def test_one_that_is_no_better_than_chance_by_half_is_given_up(self, train):
        result = train({"skill": 0.05, "loss": (2.3,)})
        assert result.message.endswith(
            "Training was ended early: half of the budget was used, and the network does no better "
            "than chance."
        )
        assert result.hint == (
            "It does no better than guessing. Check that the gradients reach the parameters, that "
            "the optimizer takes steps with them, and that labels belong to their images."
        )
        assert len(measured(result)["trainings"][0]["looks"]) == 5

    def test_time_that_is_over_is_told(self, train):
        result = train({"skill": 0.5, "step_s": 25.0})
        assert result.message.endswith(
            "Training was ended early: its 60 s were over after 30% of the planned steps."
        )

    def test_a_loss_that_does_not_fall_is_told(self, train):
        result = train({"skill": 0.5, "loss": (2.3, 2.29)}, hint="Unused.")
        assert result.hint == (
            "The training loss does not fall: try another learning rate, and check the signs."
        )
        assert "ended early" not in result.message

    def test_a_loss_that_falls_leaves_the_word_to_the_rubric(self, train):
        result = train({"skill": 0.5, "loss": (2.3, 2.2)}, hint="Shuffle.")
        assert result.hint == "Shuffle."


class TestNoise:
    """Where repeating could change the credit, it is repeated, and the mean counts."""

    @pytest.mark.parametrize("skill", [0.5, 0.57, 0.9])
    def test_far_from_a_step_one_training_is_enough(self, train, skill):
        train({"skill": skill}, {})
        assert train.trainings == 1

    @pytest.mark.parametrize("skill", [0.59, 0.61, 0.7, 0.79, 0.81])
    def test_within_its_noise_of_one_the_network_is_trained_again(self, train, skill):
        result = train({"skill": skill}, {"skill": skill}, {"skill": skill}, {})
        assert train.trainings == 3
        trainings = measured(result)["trainings"]
        assert len({each["seed"] for each in trainings}) == 3

    def test_the_mean_counts_and_is_told_with_its_interval(self, train):
        result = train({"skill": 0.70}, {"skill": 0.74}, {"skill": 0.75})
        assert measured(result)["metric"] == 0.73
        assert result.credit == 0.65
        low, high = measured(result)["interval"]
        assert low < 0.73 < high
        assert result.message == (
            "mlp.MLP reached an accuracy of 0.730 on held-out examples of synthetic (on average "
            f"over 3 trainings, {low:.3f} to {high:.3f} within its noise); full credit begins at "
            "0.8."
        )

    def test_each_training_begins_in_a_fresh_worker(self, train):
        train({"skill": 0.79}, {"skill": 0.79}, {"skill": 0.79})
        # Its beginning, ten parts with a look at each, the parameters, the held-out examples.
        assert train.ended_at == [23, 46]
        train({"skill": 0.95})
        assert train.ended_at == []

    def test_each_training_gets_examples_and_names_of_its_own(self, train):
        drawn = []

        def noted(self, clock, data):
            drawn.append((data["inputs"], data["labels"]))
            Network.__init__(self, clock, data)

        result = train(*[{"skill": 0.79, "__init__": noted}] * 2, seeds=2)
        (inputs, labels), (others, names) = drawn
        assert not np.array_equal(inputs, others)
        assert not np.array_equal(labels, names)
        assert measured(result)["metric"] == 0.79

    def test_no_more_than_the_setting_allows(self, train):
        train({"skill": 0.79}, {"skill": 0.79}, {}, seeds=2)
        assert train.trainings == 2

    def test_it_ends_as_soon_as_repeating_is_worth_nothing(self, train):
        step = [[0.70, 0], [0.71, 1]]
        result = train({"skill": 0.72}, {"skill": 0.95}, {}, {}, curve=step, seeds=4)
        assert train.trainings == 3
        assert measured(result)["interval"][0] > 0.71

    def test_the_reference_s_own_deviation_widens_the_interval_of_a_single_one(self, train):
        calibrated = {"mean": 0.9, "std": 0.05, "runs": 5}
        train({"skill": 0.88}, {"skill": 0.88}, {}, seeds=2)
        assert train.trainings == 1
        train({"skill": 0.88}, {"skill": 0.88}, {}, seeds=2, calibrated=calibrated)
        assert train.trainings == 2


class TestByHeart:
    """A task to overfit a few examples: the metric is of these, and the best training counts."""

    KEYS = SimpleNamespace(on="train", train=50, validation=0, seeds=3)

    def test_all_of_them_right_is_full_credit_at_once(self, train):
        result = train({"skill": 1.0}, {}, **vars(self.KEYS), curve=[[0.5, 0], [1.0, 1]])
        assert (result.outcome, train.trainings) == (Outcome.PASSED, 1)
        assert (measured(result)["on"], measured(result)["examples"]) == ("train", [50, 50])

    def test_the_best_of_several_counts(self, train):
        curve = [[0.1, 0], [1.0, 1]]
        networks = [{"skill": 0.3}, {"skill": 0.8}, {"skill": 0.6}]
        result = train(*networks, **vars(self.KEYS), curve=curve)
        accuracies = [each["accuracy"] for each in measured(result)["trainings"]]
        assert train.trainings == 3
        assert measured(result)["metric"] == max(accuracies) > min(accuracies)
        assert result.outcome is Outcome.PARTIAL
        assert result.message == (
            f"mlp.MLP learned {max(accuracies):.0%} of its 50 examples of synthetic by heart in "
            "the best of 3 trainings; full credit begins at 1."
        )

    def test_a_single_one_is_told_without_a_number_of_trainings(self, train):
        keys = {**vars(self.KEYS), "seeds": 1}
        result = train({"skill": 0.5}, **keys, curve=[[0.1, 0], [1.0, 1]])
        assert " of its 50 examples of synthetic by heart; full" in result.message


class TestTooGood:
    """What cannot be true is looked at by a person, and costs and earns nothing."""

    def test_knowing_the_classes_before_the_first_step(self, train):
        result = train({"before": 0.6})
        assert (result.outcome, result.credit) == (Outcome.UNJUDGED, 0.0)
        before = result.evidence["trainings"][0]["before"]
        assert before == pytest.approx(0.6, abs=0.04)
        assert result.message == (
            "A person has to look at this: before the first step of training, the network of "
            f"mlp.MLP told {before:.0%} of the examples apart by their classes. Weights have to be "
            "learned here, and may not be brought along."
        )

    @pytest.mark.parametrize("seed", range(3))
    def test_knowing_the_published_classes_under_their_published_names(self, train, seed):
        # Here they have other names, so none of this could be seen by the names.
        result = train({"knows": True, "before": 1.0, "skill": 1.0}, seed=seed)
        assert result.outcome is Outcome.UNJUDGED
        assert result.evidence["trainings"][0]["before"] == 1.0
        assert result.evidence["metric"] < 0.5
        assert "mlp.MLP told 100% of the examples apart" in result.message

    def test_knowing_them_once_in_several_trainings_is_enough(self, train):
        result = train({"skill": 0.79}, {"skill": 0.79, "before": 0.6}, {"skill": 0.79}, seeds=3)
        assert result.outcome is Outcome.UNJUDGED
        assert [each["before"] > 0.5 for each in result.evidence["trainings"]] == [
            False,
            True,
            False,
        ]

    @pytest.mark.parametrize("before", [0.0, 0.1, 0.14, 0.4])
    def test_luck_and_what_colour_tells_are_no_reason(self, train, before):
        result = train({"before": before})
        assert result.outcome is Outcome.PASSED
        assert measured(result)["trainings"][0]["before"] < 1 / CLASSES + KNOWN * (1 - 1 / CLASSES)

    def test_more_than_the_task_allows(self, train):
        result = train({"skill": 0.99}, ceiling=0.97)
        assert (result.outcome, result.credit) == (Outcome.UNJUDGED, 0.0)
        assert result.message == (
            "A person has to look at this: mlp.MLP reached 0.990, and more than 0.97 is not "
            "expected of this task."
        )
        assert result.evidence["metric"] == 0.99
        assert train({"skill": 0.97}, ceiling=0.97).outcome is Outcome.PASSED

    def test_faster_than_the_examples_can_be_read(self, train, monkeypatch):
        monkeypatch.setattr(training_verdict, "_pass_s", lambda data: 0.25)
        result = train({"skill": 0.9, "step_s": 0.125, "shares": (1.0,)})
        assert (result.outcome, result.credit) == (Outcome.UNJUDGED, 0.0)
        assert result.message == (
            "A person has to look at this: mlp.MLP trained for 0.125 s, in which the examples "
            "cannot even be read once (that takes 0.250 s)."
        )
        assert train({"skill": 0.9, "step_s": 0.25, "shares": (1.0,)}).outcome is Outcome.PASSED

    def test_one_that_earns_nothing_anyway_may_be_as_fast_as_it_likes(self, train, monkeypatch):
        monkeypatch.setattr(training_verdict, "_pass_s", lambda data: 0.25)
        assert train({"skill": 0.4, "step_s": 0.0, "shares": (1.0,)}).outcome is Outcome.FAILED


class TestUnclear:
    """Where it cannot be told what is done to images, low credit would be a guess."""

    SAID = (
        "A person has to look at this: what mlp.MLP does to images before its network sees them "
        "could not be told, so the accuracy of {} may be of images that it was not trained for."
    )

    @pytest.mark.parametrize(("skill", "told"), [(0.5, "0.500"), (0.7, "0.700")])
    def test_less_than_full_credit_is_left_to_a_person(self, train, skill, told):
        result = train({"skill": skill, "unclear": True}, seeds=1)
        assert (result.outcome, result.credit) == (Outcome.UNJUDGED, 0.0)
        assert result.message == self.SAID.format(told)
        assert result.evidence["metric"] == skill

    def test_full_credit_was_reached_all_the_same(self, train):
        result = train({"skill": 0.95, "unclear": True})
        assert (result.outcome, result.credit, result.message) == (Outcome.PASSED, 1.0, "")

    def test_full_credit_begins_where_the_curve_says(self, train):
        assert train({"skill": 0.8, "unclear": True}, seeds=1).outcome is Outcome.PASSED
        assert train({"skill": 0.799, "unclear": True}, seeds=1).outcome is Outcome.UNJUDGED

    def test_one_of_several_trainings_is_enough(self, train):
        result = train({"skill": 0.7}, {"skill": 0.7, "unclear": True}, seeds=2)
        assert result.message == self.SAID.format("0.700")


class TestParameters:
    """A limit on what is learned holds, or a person says whether it does."""

    def test_a_network_that_is_too_large_gets_nothing(self, train):
        result = train({"count": 1_000_001}, parameters=1_000_000)
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert result.message == (
            "The network of mlp.MLP learns 1,000,001 numbers; at most 1,000,000 are allowed."
        )
        assert result.hint == "Use fewer units or filters."
        assert train({"count": 1_000_000}, parameters=1_000_000).credit == 1.0

    @pytest.mark.parametrize("count", [0, -1, -(1 << 40), "few", 2.5, None])
    def test_what_cannot_be_counted_is_left_to_a_person(self, train, count):
        result = train({"count": count}, parameters=30_000)
        assert (result.outcome, result.credit) == (Outcome.UNJUDGED, 0.0)
        assert result.message == (
            "A person has to look at this: how many numbers the network of mlp.MLP learns could "
            "not be counted; at most 30,000 are allowed."
        )
        assert result.evidence["metric"] == 1.0

    @pytest.mark.parametrize("count", [0, -1, None])
    def test_without_a_limit_nobody_has_to_count(self, train, count):
        assert train({"count": count}).credit == 1.0

    def test_one_of_several_trainings_is_enough(self, train):
        result = train({"skill": 0.7}, {"skill": 0.7, "count": 0}, seeds=2, parameters=30_000)
        assert result.outcome is Outcome.UNJUDGED


class TestSlowPredictions:
    def test_predictions_that_are_another_training_get_nothing(self, train):
        result = train({"skill": 0.7, "predict_s": 12.5}, hint="Shuffle.", wall_s=60)
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert result.message == (
            "The network of mlp.MLP took 100 s to predict; at most 90 s are allowed, the 60 of "
            "its training and 30 more."
        )
        assert result.hint == "Only compute the scores in forward."

    def test_those_within_the_budget_cost_nothing(self, train):
        result = train({"skill": 0.7, "predict_s": 8.0}, seeds=1, wall_s=60)
        assert result.credit == 0.5
        assert measured(result)["trainings"][0]["training_wall_s"] == 10.0


class TestEvidence:
    def test_it_holds_what_was_measured_and_on_what(self, train):
        machine = Machine(trains=True, threads=2, data={"synthetic": lambda: SET})
        case = measured(train({"skill": 0.75}, seeds=1, machine=machine))
        low, high = case["interval"]
        assert low < case["metric"] < high
        assert case["examples"] == [1000, 1000]
        assert case["notes"] == ["Seven are missing."]
        assert (case["data"], case["device"], case["threads"]) == ("synthetic", "cpu", 2)
        assert (case["on"], case["full_from"], case["why_cpu"]) == ("test", 0.8, "")
        (training,) = case["trainings"]
        assert (training["accuracy"], training["parameters"], training["ended"]) == (0.75, 50, "")
        assert training["training_wall_s"] == 10.0
        shares, walls, losses, _ = zip(*training["looks"], strict=True)
        assert shares == tuple(number / 10 for number in range(1, 11))
        assert walls == tuple(float(number) for number in range(1, 11))
        assert losses[:4] == (2.0, 1.5, 1.0, 1.0)

    def test_the_same_question_has_the_same_evidence(self, train):
        assert train({}, seed=4).evidence == train({}, seed=4).evidence
        assert train({}, seed=4).evidence != train({}, seed=5).evidence

    def test_every_look_is_told(self, train):
        told = []
        train({"skill": 0.7}, {"skill": 0.7}, seeds=2, tell=told.append)
        assert [each.share for each in told] == [number / 10 for number in range(1, 11)] * 2
        assert {each.id for each in told} == {"mlp/training"}
        assert [each.wall_s for each in told[:2]] == [1.0, 2.0]
        assert re.fullmatch(r" 0\.\d{3}", told[0].seen)
        assert re.fullmatch(r" 0\.\d{3} \(training 2\)", told[10].seen)

    def test_without_validation_there_is_nothing_seen_to_tell(self, train):
        told = []
        train({"skill": 0.9}, validation=0, tell=told.append)
        assert {each.seen for each in told} == {""}


class TestWhere:
    """On which device, with which setting; what cannot be done here costs nothing."""

    def gpu(self, **keys):
        data = {"synthetic": lambda: SET}
        return Machine(trains=True, device="cuda:1", data=data, **keys)

    def test_training_that_was_not_asked_for_is_not_run(self, train):
        result = train(machine=Machine(data={"synthetic": lambda: SET}))
        assert (result.outcome, result.credit) == (Outcome.NOT_RUN_HERE, 0.0)
        assert result.message.startswith("Not trained: training takes up to minutes")

    def test_without_data_nothing_is_run(self, train):
        result = train(machine=Machine(trains=True), data="cifar10")
        assert (result.outcome, result.message) == (
            Outcome.NOT_RUN_HERE,
            "Not trained: this needs the data set cifar10 (`grader data add cifar10 PATH`).",
        )

    def test_without_a_gpu_where_one_is_needed_nothing_is_run(self, train):
        result = train(device="cuda")
        assert (result.outcome, result.message) == (
            Outcome.NOT_RUN_HERE,
            "Not trained: this needs a GPU.",
        )

    def test_on_a_gpu_its_setting_is_used_and_the_gpu_is_held_meanwhile(self, train, monkeypatch):
        held = []

        @contextmanager
        def exclusive(device):
            held.append(device)
            yield
            held.append("let go")

        monkeypatch.setattr(training_module, "exclusive", exclusive)
        two = [
            {"data": "synthetic", "epochs": 3, "wall_s": 9, "curve": CURVE, "device": "cuda"},
            {"data": "synthetic", "epochs": 3, "wall_s": 9, "curve": [[0.1, 0], [0.2, 1]]},
        ]
        result = train(
            {"skill": 0.7}, machine=self.gpu(), settings=[{**two[0], "seeds": 1}, two[1]]
        )
        assert (result.credit, measured(result)["device"]) == (0.5, "cuda:1")
        assert held == ["cuda:1", "let go"]

    def test_a_gpu_that_is_held_until_the_run_is_over_was_not_reached(self, train, monkeypatch):
        def exclusive(device, left_s):
            assert left_s() == deadline.left_s == 57.0
            raise TimeoutError(f"Another grader held {device}.")

        monkeypatch.setattr(training_module, "exclusive", exclusive)
        deadline = Deadline(60.0, 100.0, lambda: 100.0)
        setting = {"data": "synthetic", "epochs": 3, "wall_s": 9, "curve": CURVE, "device": "cuda"}
        with pytest.raises(RunOutOfTime) as caught:
            train(machine=self.gpu(), settings=[setting], deadline=deadline)
        assert str(caught.value) == deadline.while_it_ran()

    def test_a_gpu_that_the_worker_cannot_use_is_left_alone_and_the_reason_kept(self, train):
        def device_name(device):
            raise RuntimeError(f"no kernel image for {device}")

        settings = [
            {"data": "synthetic", "epochs": 3, "wall_s": 9, "curve": CURVE, "device": "cuda"},
            {"data": "synthetic", "epochs": 3, "wall_s": 9, "curve": [[0.1, 0], [0.2, 1]]},
        ]
        result = train({"skill": 0.7}, machine=self.gpu(), name=device_name, settings=settings)
        assert (result.outcome, measured(result)["device"]) == (Outcome.PASSED, "cpu")
        assert measured(result)["why_cpu"] == (
            "the worker cannot use cuda:1: it raised RuntimeError: 'no kernel image for cuda:1'"
        )

    def test_what_needs_numpy_alone_leaves_the_gpu_to_others(self, in_process):
        params = KIND.parse(
            {
                "loop": "solver",
                "options": {"solver": "solver.Solver"},
                "settings": [
                    {
                        "data": "synthetic",
                        "epochs": 1,
                        "wall_s": 9,
                        "curve": CURVE,
                        "device": "cuda",
                    }
                ],
            }
        )
        spec, student = CheckSpec("net/training", "training", params), in_process({})
        result = KIND.run(Question(spec, "net.Net", 0, student, None, machine=self.gpu()))
        assert (result.outcome, result.message) == (
            Outcome.NOT_RUN_HERE,
            "Not trained: this needs a GPU (NumPy computes on the processor).",
        )
        assert student.programs == []

    def test_where_only_a_gpu_will_do_the_reason_is_told(self, train):
        def device_name(device):
            raise RuntimeError("the driver is too old")

        result = train(machine=self.gpu(), name=device_name, device="cuda")
        assert (result.outcome, result.message) == (
            Outcome.NOT_RUN_HERE,
            "Not trained: this needs a GPU (the worker cannot use cuda:1: it raised RuntimeError: "
            "'the driver is too old').",
        )
