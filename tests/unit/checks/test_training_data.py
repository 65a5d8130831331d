"""Which examples a training gets: drawn, apart from one another, under names of the grader's."""

import numpy as np
import pytest

from grader.checks.training_data import Examples, TrainingData, prepare
from grader.checks.training_settings import parse
from grader.datasets.model import DataSet, split_of
from grader.errors import ReferenceFault

CLASSES = 5


def split(count, begin):
    """Images whose first pixel is the published class and whose others tell them apart."""
    ids = np.arange(begin, begin + count)
    pixels = np.stack([ids % CLASSES, ids // 256, ids % 256], axis=1).astype(np.uint8)
    return split_of(pixels.reshape(count, 3, 1, 1), ids % CLASSES)


SET = DataSet(
    "synthetic",
    "A small set",
    tuple("abcde"),
    split(500, 0),
    split(400, 500),
    notes=("Seven are missing.",),
)


def drawn(seed=0, on="test", dataset=SET, **keys):
    keys = {"validation": 100, **keys}
    given = {"data": "synthetic", "epochs": 1, "wall_s": 9, "curve": [[0.5, 0], [0.6, 1]], **keys}
    (setting,) = parse({"loop": "torch_classifier", "on": on, "settings": [given]}).settings
    return prepare(dataset, setting, np.random.default_rng(seed))


def ids(examples):
    pixels = examples.inputs.reshape(len(examples), 3).astype(int)
    return (256 * pixels[:, 1] + pixels[:, 2]).tolist()


def published(examples):
    return examples.inputs.reshape(len(examples), 3)[:, 0]


def test_without_numbers_all_examples_are_used_and_some_are_set_apart():
    data = drawn()
    assert (len(data.train), len(data.validation), len(data.held_out)) == (400, 100, 400)
    assert (data.classes, data.notes) == (5, ("Seven are missing.",))
    assert sorted(ids(data.train) + ids(data.validation)) == list(range(500))
    assert sorted(ids(data.held_out)) == list(range(500, 900))


def test_as_many_are_drawn_as_the_setting_says_and_none_twice():
    data = drawn(train=50, validation=30, held_out=250)
    assert (len(data.train), len(data.validation), len(data.held_out)) == (50, 30, 250)
    assert len({*ids(data.train), *ids(data.validation)}) == 80
    assert set(ids(data.held_out)) <= set(range(500, 900))


def test_labels_stay_with_their_images_under_one_renaming_for_all_parts():
    data = drawn()
    names = {}
    for part in (data.train, data.validation, data.held_out):
        for own, renamed in zip(published(part).tolist(), part.labels.tolist(), strict=True):
            assert names.setdefault(own, renamed) == renamed
    assert sorted(names) == sorted(names.values()) == list(range(CLASSES))


def test_the_names_differ_between_draws():
    found = {tuple(drawn(seed).train.labels[:50].tolist()) for seed in range(5)}
    assert len(found) == 5
    mapped = {
        tuple(sorted(set(zip(published(d.train).tolist(), d.train.labels.tolist(), strict=True))))
        for d in map(drawn, range(8))
    }
    assert len(mapped) > 1


def test_the_same_draw_is_the_same_data():
    one, two = drawn(3), drawn(3)
    assert ids(one.train) == ids(two.train)
    np.testing.assert_array_equal(one.held_out.labels, two.held_out.labels)


def test_labels_are_whole_numbers_and_inputs_lie_in_one_piece():
    data = drawn()
    assert data.train.labels.dtype == np.int64
    assert data.train.inputs.flags.c_contiguous
    assert (data.train.inputs.dtype, data.train.inputs.shape) == (np.uint8, (400, 3, 1, 1))
    assert len(Examples(data.train.inputs, data.train.labels)) == 400


def test_of_some_classes_only_the_first_are_taken_and_numbered_from_zero():
    data = drawn(classes=3)
    assert data.classes == 3
    assert len(data.train) == 300 - 100
    for part in (data.train, data.validation, data.held_out):
        assert set(published(part).tolist()) == set(part.labels.tolist()) == {0, 1, 2}


def test_where_the_task_is_to_overfit_the_metric_is_of_the_training_examples():
    data = drawn(on="train", train=50, validation=0)
    assert data.held_out is data.train
    assert (len(data.train), len(data.validation)) == (50, 0)


@pytest.mark.parametrize(
    ("labels", "chance"), [([0, 1, 2, 3], 0.25), ([2, 0, 2, 2], 0.75), ([4, 4], 1.0)]
)
def test_chance_is_to_name_always_the_class_that_is_most_frequent(labels, chance):
    train = Examples(np.zeros((len(labels), 2)), np.array(labels))
    others = Examples(np.zeros((1, 2)), np.array([1]))
    assert TrainingData(5, train, others, others, ()).chance == chance


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"classes": 6}, "6 classes of synthetic, which has 5"),
        ({"train": 450}, "550 training examples of synthetic, which has 500"),
        ({"validation": 500}, "501 training examples of synthetic, which has 500"),
        ({"validation": 1000}, "1,001 training examples of synthetic, which has 500"),
        ({"held_out": 401}, "401 test examples of synthetic, which has 400"),
        ({"classes": 2}, "200 test examples of synthetic, which has 160"),
    ],
)
def test_data_of_which_there_are_too_few_are_our_fault_with_both_numbers(keys, said):
    with pytest.raises(ReferenceFault) as caught:
        drawn(**keys)
    assert str(caught.value) == (
        f"The rubric asks for {said}. This is a fault of the rubric or of the data, not of the "
        "hand-in. `grader data verify` tells whether the data are whole."
    )


def test_few_test_examples_are_enough_where_the_setting_says_so():
    assert len(drawn(classes=2, held_out=160).held_out) == 160
