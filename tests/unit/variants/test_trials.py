"""What a rubric makes of wrong variants of the reference; a sample of them, in real workers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from grader.assignments import rubrics_dir
from grader.checks import CHECK_KINDS
from grader.rubric import load_rubric
from grader.variant_trials import Trial, TrialStand, trial_stand
from grader.variants.catalogue import read_catalogue
from grader.variants.overlay import Sources, variant_of

CATALOGUE = {one.name: one for one in read_catalogue()}
ASSIGNMENT = "umass_ece697ls_a1"


def _stand(assignment: str) -> Iterator[TrialStand]:
    path = rubrics_dir() / assignment / "rubric.yaml"
    with trial_stand(load_rubric(path, CHECK_KINDS)) as stand:
        yield stand


@pytest.fixture(scope="module")
def stand() -> Iterator[TrialStand]:
    yield from _stand(ASSIGNMENT)


@pytest.fixture(scope="module")
def torch_stand() -> Iterator[TrialStand]:
    yield from _stand("uva_dl1_2020_p1")


def _variant(stand: TrialStand, name: str) -> Sources:
    rubric = stand.rubric
    variant = variant_of(stand.reference, CATALOGUE[name], rubric.assignment, rubric.handin.roots)
    assert variant is not None
    return variant


@pytest.mark.parametrize(
    ("name", "criterion", "lost"),
    [
        ("affine_db_averaged", "affine_backward", "0.80"),
        ("relu_mask_from_upstream", "relu_backward", "0.80"),
        ("normalization_dx_without_variance_path", "batchnorm_backward", "2.40"),
        ("batchnorm_test_with_batch_statistics", "batchnorm_test_mode", "0.80"),
        ("dropout_not_scaled", "dropout_forward", "1.60"),
        ("conv_dx_overwritten", "conv_backward", "2.40"),
        ("pool_gradient_to_first_pixel", "max_pool_backward", "2.40"),
    ],
)
def test_a_misconception_loses_the_points_of_its_own_criterion(
    name: str, criterion: str, lost: str, stand: TrialStand
) -> None:
    trial = stand.try_out(_variant(stand, name), until_lost=True)
    assert trial.lost == {criterion: Decimal(lost)}
    assert trial.is_killed
    assert trial.failed == (criterion,)
    assert trial.said


def test_everything_that_is_reached_is_asked_unless_told_otherwise(stand: TrialStand) -> None:
    variant = _variant(stand, "conv_without_bias")
    trial = stand.try_out(variant)
    assert trial.asked == ("conv_forward", "conv_backward")
    assert "conv_forward" in trial.lost


def test_a_criterion_of_no_points_fails_and_loses_nothing(stand: TrialStand) -> None:
    trial = stand.try_out(_variant(stand, "svm_without_margin"))
    assert (trial.asked, trial.failed, dict(trial.lost)) == (("svm_loss",), ("svm_loss",), {})
    assert not trial.is_killed


def test_a_program_that_does_the_same_is_not_charged(stand: TrialStand) -> None:
    file = "layers/affine.py"
    source = stand.reference.library[file].replace(b"dy @ w.T)", b"np.dot(dy, w.T))")
    library = {**stand.reference.library, file: b"import numpy as np\n" + source}
    trial = stand.try_out(replace(stand.reference, library=library), only=["affine_backward"])
    assert trial == Trial(("affine_backward",), {}, (), (), ())


def test_the_reference_itself_is_not_asked_at_all(stand: TrialStand) -> None:
    assert stand.try_out(stand.reference) == Trial((), {}, (), (), ())


@pytest.mark.torch
@pytest.mark.parametrize(
    ("name", "criterion"),
    [
        ("autograd_function_computes_all_gradients", "layernorm_function"),
        ("autograd_module_does_not_call_the_function", "layernorm_module"),
    ],
)
def test_what_needs_torch_is_tried_in_workers_that_have_it(
    name: str, criterion: str, torch_stand: TrialStand
) -> None:
    pytest.importorskip("torch")
    trial = torch_stand.try_out(_variant(torch_stand, name), until_lost=True)
    assert tuple(trial.lost) == (criterion,)
