"""One training is conducted from outside: by a worker that answers as it is told, lies included."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from grader.checks.question import Question
from grader.checks.trained import Look, Trained, standard_error, told_apart
from grader.checks.training_data import Examples, TrainingData
from grader.checks.training_run import CHUNK, MOST_LOOKS, Conduct
from grader.checks.training_settings import parse
from grader.checks.training_sources import Doubt
from grader.machine import Machine
from grader.records import CheckSpec
from grader.worker.inside import operations as ops
from grader.worker.inside.wire import Opaque
from grader.worker.program import Fault, FaultKind, Replies

CLASSES = 4
MALFORMED = "The hand-in's process described one value and sent another."


def examples(count, begin, rng):
    """Images that are numbered by their pixels, with labels that follow from nothing."""
    ids = np.arange(begin, begin + count)
    pixels = np.stack([ids >> 16, ids >> 8 & 255, ids & 255], axis=1).astype(np.uint8)
    return Examples(pixels.reshape(count, 3, 1, 1), rng.integers(CLASSES, size=count))


def data_of(train=300, validation=200, held_out=1000):
    rng = np.random.default_rng(0)
    parts = examples(train, 0, rng), examples(validation, 1000, rng), examples(held_out, 2000, rng)
    return TrainingData(CLASSES, *parts, notes=())


DATA = data_of()
SCRIPT = {"network": "mlp.MLP", "data_module": "cifar10_utils"}
RAISED = (ops.RAISED, ("ValueError", "no such layer", "mlp.py", 3, "forward"))


def scores_of(data, skill):
    """Gives scores of which a share is right: of any thousand numbered examples exactly."""
    known = {}
    for part in (data.train, data.validation, data.held_out):
        for row, label in zip(numbers(part.inputs), part.labels.tolist(), strict=True):
            known[row] = label

    def scores(inputs):
        rows = numbers(inputs)
        named = [(known[row] + (row * 7919 % 1000 >= 1000 * skill)) % CLASSES for row in rows]
        return np.eye(CLASSES)[named]

    return scores


def numbers(inputs):
    high, middle, low = inputs.reshape(len(inputs), 3).astype(int).T
    return (65536 * high + 256 * middle + low).tolist()


class Worker:
    """Answers each program by what it asks for.

    Args:
        reports: what each part of the training returns; the last one again and again.
        scores: what is made of inputs; after each part the next one, and the last one again.
        clock: moves on by `step_s` in each part, and by `predict_s` in each prediction.
        first: what is made of inputs before the first part.
        initial: what a script's network made of inputs before it was trained, asked afterwards.
        entries: by name of the asked, what is answered in place of `(VALUE, …)` or `(DONE, …)`.
    """

    def __init__(
        self,
        clock,
        reports,
        scores,
        step_s=1.0,
        predict_s=0.0,
        first=None,
        initial=None,
        parameters=30,
        **entries,
    ):
        self.programs, self.seconds = [], []
        self._clock, self._step_s, self._predict_s = clock, step_s, predict_s
        self._initial = initial
        self._reports, self._scores = list(reports), list(scores)
        self._first, self._parameters = first, parameters
        self._entries = entries

    def run(self, program):
        self.programs.append(program.operations)
        asked = attributes(program.operations)
        entries = [(ops.DONE, None)] * len(program.operations)
        exports = [at for at, each in enumerate(program.operations) if each[0] == ops.EXPORT]
        if "parameters" in asked:
            entries[exports[0]] = self._entries.get("count", (ops.VALUE, self._parameters))
            if "initial" in asked:
                (inputs,) = program.operations[asked["initial"] + 1][2]
                scores = self._initial(inputs) if self._initial else None
                entries[exports[1]] = self._entries.get("looked_back", (ops.VALUE, scores))
        elif "is_unclear" in asked:
            entries[exports[0]] = (ops.VALUE, self._entries.get("sources", {"asked": True}))
            entries[exports[1]] = (ops.VALUE, self._entries.get("doubt", False))
        elif any(each[0] == ops.LEND for each in program.operations):
            (scores,) = exports
            (lent,) = (at for at, each in enumerate(program.operations) if each[0] == ops.LEND)
            entries[lent] = (ops.VALUE, Opaque("kept:0"))
            first = self._first(program.operations[scores - 1][2][0]) if self._first else None
            entries[scores] = (ops.VALUE, first)
            for name, at in {"lent": lent, "before": scores}.items():
                entries[at] = self._entries.get(name, entries[at])
            for name, at in {"begun": lent - 1, "resolved": lent - 3, "staged": lent - 4}.items():
                entries[at] = self._entries.get(name, entries[at])
        elif "advance" in asked:
            self.seconds.append(program.operations[asked["advance"] + 1][2])
            self._clock.now_s += self._step_s
            report = self._reports.pop(0) if len(self._reports) > 1 else self._reports[0]
            entries[exports[0]] = (ops.VALUE, report)
            entries[asked["advance"] + 1] = self._entries.get("advanced", (ops.DONE, None))
            self._scores = (
                self._scores[1:] if len(self.seconds) > 1 < len(self._scores) else self._scores
            )
        else:
            (inputs,) = program.operations[asked["predict"] + 1][2]
            self._clock.now_s += self._predict_s
            entries[exports[0]] = (ops.VALUE, self._scores[0](inputs))
            entries[asked["predict"] + 1] = self._entries.get("predicted", (ops.DONE, None))
        return Replies(program, entries)


def reports(*shares, **others):
    return [{"share": share, **others} for share in shares]


TENTHS = reports(*[number / 10 for number in range(1, 11)], loss=1.5)


@pytest.fixture
def train():
    """Conducts one training; returns what became of it, and who took part."""

    def conducted(
        said=TENTHS,
        skill=0.5,
        data=DATA,
        setting=None,
        on="test",
        scores=None,
        loop="torch_classifier",
        options=None,
        **keys,
    ):
        clock = SimpleNamespace(now_s=100.0)
        if scores is None:
            skills = skill if isinstance(skill, list) else [skill]
            scores = [scores_of(data, each) for each in skills]
        worker = Worker(clock, said, scores, **keys)
        given = {"data": "synthetic", "epochs": 3, "wall_s": 60, "curve": [[0.4, 0], [0.8, 1]]}
        params = parse(
            {
                "loop": loop,
                "on": on,
                "options": {"learning_rate": 0.5} if options is None else options,
                "settings": [{**given, **(setting or {})}],
            }
        )
        question = Question(
            CheckSpec("mlp/training", "training", params),
            "mlp.MLP",
            0,
            worker,
            None,
            machine=Machine(trains=True, threads=2),
        )
        looks = []
        conduct = Conduct(question, params.settings[0], lambda: clock.now_s, looks.append)
        trained = conduct.train(data, 77)
        return SimpleNamespace(trained=trained, worker=worker, looks=looks, conduct=conduct)

    return conducted


class TestToTheEnd:
    def test_every_tenth_is_looked_at_and_the_held_out_examples_at_the_end(self, train):
        one = train(skill=[0.3, 0.4, 0.5, 0.6])
        trained = one.trained
        assert isinstance(trained, Trained)
        assert [look.share for look in trained.looks] == [each["share"] for each in TENTHS]
        assert trained.looks == tuple(one.looks)
        assert trained.accuracy == 0.6
        assert trained.looks[0].accuracy == pytest.approx(0.3, abs=0.03)
        assert trained.looks[-1].accuracy == pytest.approx(0.6, abs=0.03)
        assert {look.loss for look in trained.looks} == {1.5}
        assert (trained.ended, trained.parameters, trained.before) == ("", 30, None)
        assert trained.unclear is False

    def test_the_clock_is_the_grader_s_and_the_worker_is_told_what_is_left(self, train):
        one = train(step_s=4.0, setting={"wall_s": 60})
        assert [look.wall_s for look in one.looks] == [4.0 * number for number in range(1, 11)]
        assert one.trained.wall_s == 40.0
        assert one.worker.seconds[0] == (0.1, 60)
        assert one.worker.seconds[-1] == (0.1, 60 - 36.0)

    def test_a_loop_that_shows_nothing_before_its_end_is_looked_at_once(self, train):
        one = train(said=reports(1.0), skill=0.7)
        assert one.trained.looks == (Look(1.0, 1.0, None, one.looks[0].accuracy),)
        assert (one.trained.accuracy, one.trained.ended) == (0.7, "")

    def test_without_validation_examples_only_the_loss_is_seen(self, train):
        one = train(data=data_of(validation=0), skill=0.9, first=lambda inputs: np.ones((0, 4)))
        assert {look.accuracy for look in one.looks} == {None}
        assert (len(one.looks), one.trained.before, one.trained.accuracy) == (10, None, 0.9)

    def test_a_second_training_begins_from_nothing(self, train):
        one = train()
        again = one.conduct.train(DATA, 78)
        assert isinstance(again, Trained)
        assert again.wall_s == one.trained.looks[0].wall_s
        assert len(again.looks) == 1  # this worker says from now on that it is done


def named_otherwise(skill):
    """Gives the scores of `scores_of` under the name of the next class."""
    return lambda inputs: np.roll(scores_of(DATA, skill)(inputs), 1, axis=1)


class TestBefore:
    """What a network knows before its first step, whatever it calls the classes."""

    @pytest.mark.parametrize("first", [scores_of(DATA, 1.0), named_otherwise(1.0)])
    def test_one_that_knows_the_classes_under_any_names_tells_all_apart(self, train, first):
        one = train(first=first, skill=0.5)
        assert (one.trained.before, one.trained.accuracy) == (1.0, 0.5)

    def test_one_that_is_right_in_part_tells_that_part_apart(self, train):
        # What is not the right class is the next one: three of four stand for that.
        assert train(first=scores_of(DATA, 0.25)).trained.before == pytest.approx(0.75, abs=0.04)

    def test_one_that_names_a_single_class_tells_the_most_frequent_apart(self, train):
        one = train(first=lambda inputs: np.ones((len(inputs), CLASSES)))
        most = np.bincount(DATA.validation.labels).max()
        assert one.trained.before == most / len(DATA.validation)

    def test_what_chance_tells_apart_is_little(self, train):
        drawn = np.random.default_rng(0).normal(size=(len(DATA.validation), CLASSES))
        assert train(first=lambda inputs: drawn).trained.before == pytest.approx(0.3, abs=0.06)

    def test_a_loop_that_shows_it_at_once_is_not_asked_again(self, train):
        one = train(first=scores_of(DATA, 1.0))
        assert "'initial'" not in str(one.worker.programs)


class TestLookingBack:
    """A script has no network before it ends; what it knew at first is asked afterwards."""

    def test_its_first_network_is_asked_with_the_number_of_parameters(self, train):
        one = train(
            reports(1.0), loop="script", options=SCRIPT, initial=named_otherwise(1.0), parameters=9
        )
        assert (one.trained.before, one.trained.parameters, one.trained.accuracy) == (1.0, 9, 0.5)
        asking = [at for at, each in enumerate(one.worker.programs) if "'initial'" in str(each)]
        # After the one look at the validation examples, and before the held-out ones.
        assert (asking, len(one.worker.programs)) == ([3], 5)
        asked = attributes(one.worker.programs[3])
        assert set(asked) == {"parameters", "initial"}
        (given,) = one.worker.programs[3][asked["initial"] + 1][2]
        np.testing.assert_array_equal(given, DATA.validation.inputs)

    def test_what_was_seen_at_once_counts_rather_than_what_is_said_afterwards(self, train):
        one = train(
            reports(1.0),
            loop="script",
            options=SCRIPT,
            first=scores_of(DATA, 1.0),
            initial=lambda inputs: np.ones((len(inputs), CLASSES)),
        )
        assert one.trained.before == 1.0

    def test_without_validation_examples_there_is_nothing_to_ask(self, train):
        one = train(reports(1.0), data=data_of(validation=0), loop="script", options=SCRIPT)
        assert (one.trained.before, one.trained.parameters) == (None, 30)
        assert "'initial'" not in str(one.worker.programs)

    def test_what_raises_then_costs_nothing(self, train):
        one = train(reports(1.0), loop="script", options=SCRIPT, looked_back=RAISED)
        assert isinstance(one.trained, Trained)
        assert (one.trained.before, one.trained.parameters) == (None, 30)
        know = {"loop": "script", "options": SCRIPT, "initial": scores_of(DATA, 1.0)}
        again = train(reports(1.0), count=RAISED, **know)
        assert (again.trained.before, again.trained.parameters) == (1.0, 0)

    @pytest.mark.parametrize(
        "scores", [None, "right", np.ones((3, 4)), np.ones(200), np.ones((200, 4), int)]
    )
    def test_scores_that_are_none_say_nothing(self, train, scores):
        one = train(reports(1.0), loop="script", options=SCRIPT, initial=lambda inputs: scores)
        assert (one.trained.before, one.trained.accuracy) == (None, 0.5)

    def test_the_number_of_parameters_is_asked_once_and_when_training_is_over(self, train):
        programs = train().worker.programs
        asking = [at for at, each in enumerate(programs) if "parameters" in attributes(each)]
        steps = [at for at, each in enumerate(programs) if "advance" in attributes(each)]
        assert asking == [max(steps) + 2]  # between them is the last look


PLOTS = {"loop": "script", "options": SCRIPT, "advanced": RAISED}


class TestRaisedAtTheEnd:
    """A script that raises when its network is trained, as in a plot, has trained it."""

    def test_what_it_has_trained_is_measured(self, train):
        one = train(skill=0.7, initial=scores_of(DATA, 0.1), **PLOTS).trained
        assert (one.accuracy, one.parameters, one.unclear) == (0.7, 30, False)
        assert one.raised == "raised ValueError: 'no such layer' (mlp.py, line 3 in forward)."
        assert one.before is not None

    def test_what_is_unclear_stays_so(self, train):
        assert train(skill=0.7, doubt=True, **PLOTS).trained.unclear

    @pytest.mark.parametrize("skill", [0.1, 0.4])
    def test_a_network_that_earns_nothing_leaves_the_fault(self, train, skill):
        fault = train(skill=skill, **PLOTS).trained
        assert (fault.kind, fault.exception) == (FaultKind.RAISED, "ValueError")

    def test_without_a_network_the_fault_stays(self, train):
        fault = train(scores=[lambda _: None], **PLOTS).trained
        assert fault.exception == "ValueError"

    def test_loops_of_ours_are_told_as_before(self, train):
        assert train(skill=0.9, advanced=RAISED).trained.exception == "ValueError"


class TestImagesOfItsOwn:
    """A script that reads the published files, or has a library do it, cannot be run here."""

    MISSING = (
        ops.RAISED,
        ("FileNotFoundError", "No such file: './cifar10/data_batch_1'", "train.py", 3, "load"),
    )

    def train_with(self, train, fault=RAISED, **sources):
        loop = {"loop": "script", "options": SCRIPT}
        return train(scores=[lambda _: None], advanced=fault, sources=sources, **loop).trained

    def test_a_person_is_called(self, train):
        by_file = self.train_with(train, self.MISSING, asked=False, library=False)
        by_library = self.train_with(train, asked=False, library=True)
        for doubt in (by_file, by_library):
            assert isinstance(doubt, Doubt)
            assert doubt.message.startswith("A person has to look at this: mlp.MLP raised ")
            assert doubt.message.endswith("here they are given by cifar10_utils.get_cifar10 alone.")
            assert "get_cifar10(FLAGS.data_dir)" in doubt.hint

    @pytest.mark.parametrize(
        "sources", [{"asked": True, "library": True}, {"asked": False, "library": False}, {}]
    )
    def test_one_that_asked_or_looks_nowhere_is_told_its_error(self, train, sources):
        assert self.train_with(train, **sources).exception == "ValueError"

    def test_another_file_that_is_missing_is_an_error(self, train):
        other = (ops.RAISED, ("FileNotFoundError", "No such file: 'w.npz'", "train.py", 3, "load"))
        fault = self.train_with(train, other, asked=False, library=False)
        assert fault.exception == "FileNotFoundError"


class TestStrange:
    def test_held_out_examples_without_finite_scores_are_counted(self, train):
        def half(inputs):
            scores = scores_of(DATA, 0.5)(inputs)
            scores[::2] = np.nan
            return scores

        assert train(reports(1.0), scores=[half]).trained.strange == 0.5
        assert train(reports(1.0)).trained.strange == 0.0


class TestUnclear:
    """What a script does to its images, the worker may not be able to tell."""

    def test_it_is_kept(self, train):
        assert train(reports(1.0, unclear=True)).trained.unclear is True
        assert train(reports(1.0, unclear=False)).trained.unclear is False

    def test_once_is_enough(self, train):
        said = [*reports(0.5, unclear=True), *reports(1.0)]
        assert train(said).trained.unclear is True

    @pytest.mark.parametrize("odd", [None, 1, 1.0, "yes", [True], Opaque("bool")])
    def test_only_a_plain_yes_is_one(self, train, odd):
        assert train(reports(1.0, unclear=odd)).trained.unclear is False

    def test_a_second_training_is_not_judged_by_the_first(self, train):
        one = train([*reports(1.0, unclear=True), *reports(1.0)])
        assert one.trained.unclear is True
        assert one.conduct.train(DATA, 78).unclear is False


class TestSlowPredictions:
    """All predictions together may take the seconds of the training, and thirty."""

    def test_more_is_a_finding(self, train):
        one = train(setting={"wall_s": 60}, predict_s=9.5)
        assert one.trained == Fault(
            FaultKind.TIMED_OUT,
            "The network of mlp.MLP took 95 s to predict; at most 90 s are allowed, the 60 of its "
            "training and 30 more.",
            "Only compute the scores in forward.",
        )
        assert len(one.worker.seconds) == 10  # the tenth look is one too many

    def test_all_that_is_allowed_may_be_used(self, train):
        one = train(data=data_of(held_out=CHUNK), setting={"wall_s": 80}, predict_s=10.0)
        assert isinstance(one.trained, Trained)  # ten looks and the held-out examples

    def test_held_out_examples_count_part_by_part(self, train):
        one = train(data=data_of(held_out=CHUNK + 1), setting={"wall_s": 80}, predict_s=10.0)
        assert (one.trained.kind, len(one.looks)) == (FaultKind.TIMED_OUT, 10)
        assert "took 120 s to predict" in one.trained.message

    def test_it_is_no_time_of_the_training(self, train):
        one = train(predict_s=5.0)
        assert one.trained.wall_s == 10.0
        assert one.worker.seconds[-1] == (0.1, 60 - 9.0)

    def test_what_a_prediction_raises_is_told_rather_than_its_time(self, train):
        fault = train(predict_s=500.0, predicted=RAISED).trained
        assert (fault.kind, fault.exception) == (FaultKind.RAISED, "ValueError")

    def test_a_second_training_has_as_much_again(self, train):
        one = train(reports(1.0), predict_s=40.0)
        assert isinstance(one.trained, Trained)
        assert isinstance(one.conduct.train(DATA, 78), Trained)


class TestEndingEarly:
    def test_when_full_credit_is_sure(self, train):
        one = train(skill=[0.5, 0.7, 0.99])
        assert one.trained.ended == "the accuracy for full credit was reached with a margin"
        assert len(one.looks) == 3

    @pytest.mark.parametrize(("skill", "looks"), [(0.845, 10), (0.87, 1)])
    def test_the_margin_is_three_standard_errors_and_two_hundredths(self, train, skill, looks):
        # Full credit begins at 0.8; of a thousand images the error is 0.011, of which 0.034 come.
        one = train(skill=skill, data=data_of(validation=1000))
        assert one.looks[0].accuracy == skill
        assert len(one.looks) == looks

    def test_not_when_full_credit_lies_within_the_noise(self, train):
        one = train(skill=0.86)
        assert (one.trained.ended, len(one.looks)) == ("", 10)

    @pytest.mark.parametrize("loss", [float("nan"), float("inf"), float("-inf")])
    def test_when_the_loss_is_no_number_any_more(self, train, loss):
        said = [*reports(0.1, loss=2.0), *reports(0.2, loss=loss)]
        one = train(said=said)
        assert one.trained.ended == f"the training loss became {loss}"
        assert len(one.looks) == 2

    def test_when_half_is_over_and_it_does_no_better_than_chance(self, train):
        one = train(skill=0.2)
        assert one.trained.ended == (
            "half of the budget was used, and the network does no better than chance"
        )
        assert len(one.looks) == 5

    def test_not_when_the_loss_still_falls(self, train):
        said = reports(*[number / 10 for number in range(1, 11)])
        for number, each in enumerate(said):
            each["loss"] = 2.3 - 0.02 * number
        one = train(said=said, skill=0.25)
        assert (one.trained.ended, len(one.looks)) == ("", 10)

    def test_of_a_loss_that_is_not_told_nothing_is_concluded(self, train):
        one = train(said=reports(*[number / 10 for number in range(1, 11)]), skill=0.2)
        assert len(one.looks) == 5

    def test_not_when_it_is_better_than_chance_by_half(self, train):
        one = train(skill=[0.25] * 4 + [0.45])
        assert (one.trained.ended, len(one.looks)) == ("", 10)

    def test_chance_is_the_most_frequent_class_of_the_training_examples(self, train):
        labels = np.where(np.arange(300) < 150, 0, DATA.train.labels)
        often = replace(DATA, train=replace(DATA.train, labels=labels))
        curve = {"curve": [[0.7, 0], [0.8, 1]]}
        assert (len(train(skill=0.45, setting=curve).looks), often.chance > 0.6) == (10, True)
        assert len(train(skill=0.45, setting=curve, data=often).looks) == 5

    def test_not_when_chance_itself_would_earn_something(self, train):
        one = train(skill=0.2, setting={"curve": [[0.1, 0], [0.8, 1]]})
        assert (one.trained.ended, len(one.looks)) == ("", 10)

    def test_when_the_time_is_over(self, train):
        one = train(step_s=25.0, setting={"wall_s": 60})
        assert one.trained.ended == "its 60 s were over after 30% of the planned steps"
        assert one.worker.seconds[-1] == (0.1, 10.0)

    @pytest.mark.parametrize("skill", [0.2, 0.99])
    def test_where_the_task_is_to_overfit_only_time_and_a_broken_loss_end_it(self, train, skill):
        one = train(skill=skill, on="train")
        assert (one.trained.ended, len(one.looks)) == ("", 10)


def wrong_shapes():
    count = len(DATA.validation)
    return [
        (np.ones((count, 4, 1)), f"an array of shape ({count}, 4, 1) and dtype float64"),
        (np.ones((3, 4)), "an array of shape (3, 4) and dtype float64"),
        (np.ones(count), f"an array of shape ({count},) and dtype float64"),
        (np.ones((count, 0)), f"an array of shape ({count}, 0) and dtype float64"),
        (np.ones((count, 4), int), f"an array of shape ({count}, 4) and dtype int64"),
        (np.ones((count, 4), complex), f"an array of shape ({count}, 4) and dtype complex128"),
        (None, "None"),
        ([1.0] * count, f"a list of {count}"),
        ("all right", "a value of type str"),
        (0.5, "a value of type float"),
        (Opaque("Scores"), "a value of type Scores"),
    ]


class TestScores:
    @pytest.mark.parametrize(("scores", "said"), wrong_shapes())
    def test_what_is_no_score_for_each_example_and_class_is_described(self, train, scores, said):
        fault = train(scores=[lambda _: scores]).trained
        assert fault == Fault(
            FaultKind.MALFORMED,
            f"The network of mlp.MLP was asked to predict 200 examples and gave {said}; expected "
            "a score for each example and class, an array of shape (200, classes).",
            "Return the scores of all classes for every row of the batch.",
        )

    def test_before_the_first_step_they_are_looked_at_as_well(self, train):
        one = train(first=lambda _: np.ones((2, 4)))
        assert "gave an array of shape (2, 4)" in one.trained.message
        assert one.worker.seconds == []

    def test_of_the_held_out_examples_too(self, train):
        def scores(inputs):
            return scores_of(DATA, 0.5)(inputs) if len(inputs) == 200 else None

        fault = train(scores=[scores]).trained
        assert "was asked to predict 1000 examples and gave None" in fault.message

    @pytest.mark.parametrize("dtype", [np.float16, np.float32])
    def test_of_any_precision_they_count(self, train, dtype):
        right = scores_of(DATA, 0.5)
        assert train(scores=[lambda x: right(x).astype(dtype)]).trained.accuracy == 0.5

    def test_more_columns_than_classes_are_no_mistake(self, train):
        right = scores_of(DATA, 0.5)
        wider = train(scores=[lambda x: np.pad(right(x), ((0, 0), (0, 6)))]).trained
        assert wider.accuracy == 0.5

    @pytest.mark.parametrize("odd", [np.nan, np.inf])
    def test_a_row_without_a_largest_number_is_wrong(self, train, odd):
        right = scores_of(DATA, 1.0)

        def scores(inputs):
            found = right(inputs)
            rows = np.asarray(numbers(inputs)) % 4 == 0
            found[rows] = np.where(found[rows] == 1, odd, 0)
            return found

        assert train(scores=[scores]).trained.accuracy == 0.75

    def test_all_nan_is_all_wrong(self, train):
        one = train(scores=[lambda x: np.full((len(x), 4), np.nan)])
        assert one.trained.accuracy == 0.0

    def test_the_logarithm_of_zero_beats_nothing_and_spoils_nothing(self, train):
        right = scores_of(DATA, 0.5)

        def scores(inputs):
            with np.errstate(divide="ignore"):
                return np.log(right(inputs))

        assert train(scores=[scores]).trained.accuracy == 0.5

    def test_many_examples_are_asked_in_parts_of_equal_weight(self, train):
        data = data_of(held_out=2 * CHUNK + 1000)
        one = train(data=data, skill=0.625)
        sizes = [
            len(inputs(program)) for program in one.worker.programs if len(inputs(program)) > 200
        ]
        assert sizes == [CHUNK, CHUNK, 1000]
        assert one.trained.accuracy == pytest.approx(0.625)


def attributes(program):
    """Gives where in a program each attribute is asked for."""
    return {each[2]: at for at, each in enumerate(program) if each[0] == ops.ATTRIBUTE}


def inputs(program):
    """Gives the inputs that a program asks to predict; none where it asks for something else."""
    asked = attributes(program)
    return program[asked["predict"] + 1][2][0] if set(asked) == {"predict"} else ()


def arrays_in(value):
    """All arrays and lists of numbers, wherever they stand."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from arrays_in(item)
    elif isinstance(value, list | tuple):
        if value and all(isinstance(item, int | float) for item in value):
            yield np.asarray(value)
        for item in value:
            yield from arrays_in(item)


def holds(program, wanted):
    """Tells whether a part of a thousand or so of some array stands anywhere in a program."""
    parts = [wanted[:CHUNK], wanted[-100:], wanted]
    return any(
        found.shape == part.shape and np.array_equal(found, part)
        for found in arrays_in(program)
        for part in parts
    )


class TestWhatTheWorkerIsTold:
    def test_it_gets_the_examples_the_budget_and_the_seed(self, train):
        first = train(setting={"epochs": 2.5}).worker.programs[0]
        assert first[0] == (ops.SEED, 77)
        (stage,) = [each for each in first if each[0] == ops.CALL and len(each[2]) == 3]
        given, options, parts = stage[2]
        np.testing.assert_array_equal(given.pop("inputs"), DATA.train.inputs)
        np.testing.assert_array_equal(given.pop("labels"), DATA.train.labels)
        np.testing.assert_array_equal(given.pop("validation_inputs"), DATA.validation.inputs)
        np.testing.assert_array_equal(given.pop("validation_labels"), DATA.validation.labels)
        machine = {"device": "cpu", "threads": 2, "compares": False}
        assert given == {"classes": 4, "epochs": 2.5, "seed": 77, "on": "test", **machine}
        assert (options, parts) == ({"learning_rate": 0.5}, {})

    def test_labels_of_held_out_examples_are_in_no_program(self, train):
        one = train()
        labels = DATA.held_out.labels
        assert holds([(0, labels.tolist())], labels)  # it would be found
        # Its beginning, ten parts with a look at each, the parameters, the held-out examples.
        assert len(one.worker.programs) == 1 + 2 * 10 + 1 + 1
        for program in one.worker.programs:
            assert not holds(program, labels)
            assert not holds(program, np.eye(CLASSES)[labels])

    def test_held_out_inputs_are_sent_once_and_after_the_last_step(self, train):
        programs = train().worker.programs
        with_held_out = [
            at for at, each in enumerate(programs) if holds(each, DATA.held_out.inputs)
        ]
        steps = [at for at, each in enumerate(programs) if "advance" in str(each)]
        assert with_held_out == [len(programs) - 1]
        assert max(steps) < with_held_out[0]
        for program in programs[:-1]:
            for array in arrays_in(program):
                if array.dtype == np.uint8:
                    assert not set(numbers(array)) & set(numbers(DATA.held_out.inputs))

    def test_an_early_end_sends_them_after_the_last_step_as_well(self, train):
        programs = train(skill=0.2).worker.programs
        assert [at for at, each in enumerate(programs) if holds(each, DATA.held_out.inputs)] == [
            len(programs) - 1
        ]

    def test_the_paths_of_a_loop_are_resolved_below_the_hand_in(self, train):
        one = train()
        params = parse(
            {
                "loop": "script",
                "options": {
                    "network": "mlp.MLP",
                    "data_module": "cifar10_utils",
                    "flags": {"a": 1},
                },
                "settings": [
                    {"data": "synthetic", "epochs": 1, "wall_s": 9, "curve": [[0.5, 0], [0.6, 1]]}
                ],
            }
        )
        spec = replace(one.conduct.question.spec, params=params)
        question = replace(one.conduct.question, spec=spec, subject="train_mlp.train")
        conduct = Conduct(question, params.settings[0], lambda: 0.0, lambda look: None)
        one.worker.programs.clear()
        conduct.train(DATA, 1)
        program = one.worker.programs[0]
        assert [each[1] for each in program if each[0] == ops.RESOLVE] == [
            "mlp.MLP",
            "cifar10_utils",
            "train_mlp.train",
        ]
        assert [each[1] for each in program if each[0] == ops.DRIVER] == [
            "script_training.stage",
            "script_training.begin",
        ]


class TestLies:
    """A worker may send anything: it gains nothing, and nothing is raised on this side."""

    @pytest.mark.parametrize(
        "report",
        [
            None,
            "done",
            7,
            {},
            [],
            {"share": None},
            {"share": 1},
            {"share": True},
            {"share": "1.0"},
            {"share": 1.0001},
            {"share": -0.1},
            {"share": float("nan")},
            {"share": float("inf")},
            {"share": np.ones(1)},
            Opaque("dict"),
        ],
    )
    def test_a_report_that_is_none_is_a_finding(self, train, report):
        one = train(said=[report])
        assert one.trained == Fault(FaultKind.MALFORMED, MALFORMED)
        assert one.looks == []

    @pytest.mark.parametrize("share", [0.0, 0.3])
    def test_a_share_that_never_grows_is_not_waited_for(self, train, share):
        one = train(said=reports(share), step_s=0.0)
        assert one.trained == Fault(FaultKind.MALFORMED, MALFORMED)
        assert len(one.looks) == MOST_LOOKS

    @pytest.mark.parametrize(
        "loss", [None, "0.0", 0, True, [0.0], np.zeros(3), {"loss": 0.0}, Opaque("Loss"), 1 << 62]
    )
    def test_a_loss_that_is_no_number_counts_as_none(self, train, loss):
        one = train(said=reports(1.0, loss=loss), skill=0.5)
        assert (one.looks[0].loss, one.trained.accuracy) == (None, 0.5)

    @pytest.mark.parametrize("loss", [-1e308, 0.0, 1e308, 5e-324])
    def test_no_loss_makes_the_metric_better(self, train, loss):
        one = train(said=reports(1.0, loss=loss), skill=0.5)
        assert (one.looks[0].loss, one.trained.accuracy) == (loss, 0.5)

    def test_what_else_a_report_says_is_not_looked_at(self, train):
        said = reports(1.0, accuracy=1.0, metric=1.0, ended="full credit", examples=-5, wall_s=0.0)
        one = train(said=said, skill=0.5)
        assert (one.trained.accuracy, one.trained.ended, one.trained.wall_s) == (0.5, "", 1.0)

    @pytest.mark.parametrize("parameters", [None, "few", 3.0, True, [1], np.ones(2), Opaque("int")])
    def test_a_number_of_parameters_that_is_none_is_not_taken(self, train, parameters):
        one = train(parameters=parameters)
        assert one.trained.parameters == 0

    @pytest.mark.parametrize("parameters", [1 << 62, 0])
    def test_any_number_of_parameters_is_carried(self, train, parameters):
        assert train(parameters=parameters).trained.parameters == parameters

    @pytest.mark.parametrize(
        "lent",
        ["kept:0", None, Opaque("dict"), Opaque("kept:"), Opaque("kept:-1"), Opaque("kept:x")],
    )
    def test_a_run_that_is_kept_under_no_number_is_a_finding(self, train, lent):
        one = train(lent=(ops.VALUE, lent))
        assert one.trained == Fault(FaultKind.MALFORMED, MALFORMED)


class TestFaultsOfTheHandIn:
    @pytest.mark.parametrize(
        "where", ["staged", "resolved", "begun", "before", "advanced", "predicted"]
    )
    def test_what_its_code_raises_is_the_finding(self, train, where):
        fault = train(**{where: RAISED}).trained
        assert (fault.kind, fault.exception) == (FaultKind.RAISED, "ValueError")
        assert fault.message == "raised ValueError: 'no such layer' (mlp.py, line 3 in forward)."

    def test_a_name_that_is_missing_is_the_finding(self, train):
        fault = train(resolved=(ops.MISSING, ("mlp.py has no `MLP`.", ("Mlp",)))).trained
        assert (fault.kind, fault.hint) == (FaultKind.MISSING, "Did you mean 'Mlp'?")

    def test_what_cannot_be_counted_is_none(self, train):
        assert train(count=RAISED).trained.parameters == 0

    @pytest.mark.parametrize("where", ["staged", "begun", "before", "advanced", "predicted"])
    @pytest.mark.parametrize(
        ("name", "text", "quoted"),
        [
            ("OutOfMemoryError", "CUDA out of memory.", " ('CUDA out of memory.')"),
            ("MemoryError", "", ""),
            (
                "RuntimeError",
                "DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.",
                ' ("DefaultCPUAllocator: can\'t allocate memory: you tried to allocate 9 bytes.")',
            ),
            ("RuntimeError", "CUDA error: out of memory", " ('CUDA error: out of memory')"),
        ],
    )
    def test_memory_that_did_not_suffice_is_told_with_both_numbers(
        self, train, where, name, text, quoted
    ):
        entry = (ops.RAISED, (name, text, "mlp.py", 9, "forward"))
        fault = train(setting={"memory_mib": 4096}, **{where: entry}).trained
        assert fault == Fault(
            FaultKind.RAISED,
            f"ran out of memory in training{quoted}; 4,096 MiB are allowed.",
            "Use a smaller network, and do not keep the graphs of earlier steps.",
            "mlp.py, line 9",
            exception=name,
        )


class TestToldApart:
    LABELS = np.array([0, 0, 0, 1, 1, 2])

    @pytest.mark.parametrize(
        ("named", "share"),
        [
            ([0, 0, 0, 1, 1, 2], 1.0),
            ([2, 2, 2, 0, 0, 1], 1.0),
            ([7, 7, 7, 9, 9, 8], 1.0),
            ([0, 0, 0, 0, 0, 0], 1 / 2),
            ([-1, -1, -1, -1, -1, -1], 1 / 2),
            ([0, 1, 2, 0, 1, 2], 1 / 2),
            ([0, 0, 0, 1, 1, 1], 5 / 6),
            ([0, 0, 1, 1, 1, 1], 2 / 3),
        ],
    )
    def test_each_name_stands_for_the_class_that_it_most_often_is(self, named, share):
        assert told_apart(np.array(named), self.LABELS) == pytest.approx(share)


class TestStandardError:
    def test_it_is_that_of_a_binomial_law(self):
        assert standard_error(0.5, 10_000) == pytest.approx(0.005, rel=1e-3)
        assert standard_error(0.9, 2_000) == pytest.approx(np.sqrt(0.09 / 2000), rel=1e-2)

    @pytest.mark.parametrize("accuracy", [0.0, 1.0])
    def test_it_is_never_zero(self, accuracy):
        assert 0 < standard_error(accuracy, 1000) < 0.002
