"""What is said of a wrong hand-in: its mistake by name, and lines that show it."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from grader.assignments import assignment_ids, provided_sources, rubrics_dir
from grader.feedback.book import FILE, read_book
from grader.feedback.explaining import KEY
from grader.feedback.reproducer import KEY as REPRODUCER
from grader.feedback.variants import mistake_of
from grader.staging import start_service
from grader.variants.catalogue import read_catalogue
from grader.worker.service import WorkerService
from tests.acceptance.diagnoses import diagnose
from tests.acceptance.handins import COURSES, UMASS, expected

# One of each family and way; `python -m tests.benchmarks.diagnosis_hits` asks all.
SAMPLE = (
    "adam_no_bias_correction",
    "affine_backward_dw_mean",
    "affine_forward_no_bias",
    "batchnorm_backward_no_variance_path",
    "batchnorm_running_momentum_swapped",
    "conv_backward_padding_kept",
    "groupnorm_groups_interleaved",
    "max_pool_backward_to_all",
    "relu_backward_mask_from_dout",
    "two_layer_net_reg_no_half",
)
SHOWN = (
    "affine_backward_db_not_summed",
    "batchnorm_running_momentum_swapped",
    "layernorm_backward_gamma_forgotten",
    "momentum_damped",
    "relu_forward_leaky",
    # Networks, which import what the course gives.
    "cnn_reg_on_affine_layers_only",
    "fc_net_batchnorm_always_trains",
    "fc_net_dropout_backward_missing",
    "two_layer_net_random_biases",
    "two_layer_net_returns_probabilities",
)


@pytest.fixture(scope="module")
def service() -> Iterator[WorkerService]:
    with start_service(UMASS.rubric()) as running:
        yield running


@pytest.mark.parametrize("name", SAMPLE)
def test_the_mistake_is_named(name: str, service: WorkerService, tmp_path: Path) -> None:
    found = diagnose(UMASS, UMASS.folder / "wrong" / name, tmp_path / "handin", service)
    assert found.is_right, found
    assert found.confidence == "high"


# These leave no wrong array; their mistakes are told by the words of a check. Where one fails, the
# words have changed: run `python -m tests.benchmarks.mistakes_recorded --anew --assignment ID`.
@pytest.mark.torch
@pytest.mark.parametrize(
    ("assignment", "name", "mistake"),
    [
        ("ntnu_tdt4265_a3", "backward_while_measuring", "measured_losses_keep_their_graphs"),
        ("ntnu_tdt4265_a3", "filters_32_64_64", "example_model_third_stage_of_64"),
        ("technion_046211_hw2", "cnn_batch_norm_once", "cnn_normalizes_batches"),
        ("technion_046211_hw2", "kaiming_gain_missing", "kaiming_without_gain"),
        ("technion_046211_hw2", "mlp_no_activation", "tabular_perceptron_without_activations"),
        ("technion_046211_hw2", "xavier_positive_half", "xavier_positive_only"),
        ("umass_ece697ls_a1_torch", "module_without_padding", "module_convnet_without_padding"),
        ("umass_ece697ls_a1_torch", "weight_without_gradient", "random_weight_without_gradient"),
    ],
)
def test_a_mistake_is_named_by_what_a_check_says(
    assignment: str, name: str, mistake: str, tmp_path: Path
) -> None:
    (course,) = (each for each in COURSES if each.assignment == assignment)
    if course.missing():
        pytest.skip(f"needs {', '.join(course.missing())}")
    case = course.folder / "wrong" / name
    handin = course.compose(case, tmp_path / "handin")
    report = course.grade(handin, "check", tuple(expected(case).lost))
    said = [
        check.evidence[KEY] for one in report.criteria for check in one.checks if check.lost_credit
    ]
    assert {each["name"] for each in said} == {mistake}
    assert {each["confidence"] for each in said} == {"middle"}


def test_a_right_hand_in_gets_no_diagnosis(service: WorkerService) -> None:
    report = UMASS.grade(UMASS.base, "check", service=service)
    assert not any(KEY in check.evidence for one in report.criteria for check in one.checks)


def test_when_graded_a_visible_check_is_explained_and_a_hidden_one_is_not(
    service: WorkerService, tmp_path: Path
) -> None:
    case = UMASS.folder / "wrong" / "affine_backward_dw_mean"
    only = ("affine_backward",)
    report = UMASS.grade(UMASS.compose(case, tmp_path / "handin"), only=only, service=service)
    checks = {
        check.id: check for one in report.criteria for check in one.checks if check.lost_credit
    }
    said = {name: check.evidence.get(KEY) for name, check in checks.items()}
    assert said.pop("affine_backward/gradient")["name"] == "affine_dw_averaged"
    assert said
    assert not any(said.values())
    assert [name for name, check in checks.items() if REPRODUCER in check.evidence] == [
        "affine_backward/gradient"
    ]


@pytest.mark.parametrize("name", SHOWN)
def test_the_lines_that_are_printed_show_the_failure(
    name: str, service: WorkerService, tmp_path: Path
) -> None:
    case = UMASS.folder / "wrong" / name
    wrong = UMASS.compose(case, tmp_path / "wrong")
    report = UMASS.grade(wrong, "check", UMASS.affected(case), service=service)
    lines = next(
        str(check.evidence[REPRODUCER])
        for one in report.criteria
        for check in one.checks
        if REPRODUCER in check.evidence
    )
    wanted = ast.literal_eval(lines.splitlines()[-1].partition("# expected: ")[2])
    said = _run(lines, _with_what_is_given(wrong))
    assert len(said) != len(wanted) or not np.allclose(said, wanted, rtol=1e-6)
    shutil.copytree(UMASS.base, tmp_path / "right")
    right = _run(lines, _with_what_is_given(tmp_path / "right"))
    np.testing.assert_allclose(right, wanted, rtol=1e-6)


@pytest.mark.torch
def test_the_lines_for_a_function_on_tensors_show_the_failure(tmp_path: Path) -> None:
    (course,) = (each for each in COURSES if each.assignment == "uva_dl1_2020_p1")
    if course.missing():
        pytest.skip(f"needs {', '.join(course.missing())}")
    case = course.folder / "wrong" / "torch_function_forgets_gamma"
    wrong = course.compose(case, tmp_path / "wrong")
    report = course.grade(wrong, "check", ("layernorm_function",))
    (lines,) = (
        str(check.evidence[REPRODUCER])
        for one in report.criteria
        for check in one.checks
        if REPRODUCER in check.evidence
    )
    assert "# Run this in the folder code." in lines  # which Python has a module for
    wanted = ast.literal_eval(lines.splitlines()[-1].partition("# expected: ")[2])
    assert not np.allclose(_run(lines, wrong / course.package), wanted, rtol=1e-6)
    right = _run(lines, course.base / course.package)
    np.testing.assert_allclose(right, wanted, rtol=1e-6)


@pytest.mark.torch
@pytest.mark.parametrize(
    "name",
    [
        "elu_backward_slope_of_output",
        "elu_forward_leaky",
        "linear_backward_db_mean",
        "linear_backward_dw_mean",
        "softmax_backward_diagonal_only",
        "linear_forward_no_bias",
        # Functions of ours among the arguments, and a loss.
        "answer_activation_matrix_product",
        "cross_entropy_backward_not_averaged",
        "cross_entropy_forward_sum",
    ],
)
def test_the_lines_for_a_module_show_the_failure(name: str, tmp_path: Path) -> None:
    (course,) = (each for each in COURSES if each.assignment == "uva_dl1_2020_p1")
    if course.missing():
        pytest.skip(f"needs {', '.join(course.missing())}")
    case = course.folder / "wrong" / name
    wrong = course.compose(case, tmp_path / "wrong")
    report = course.grade(wrong, "check", tuple(expected(case).lost))
    lines = next(
        str(check.evidence[REPRODUCER])
        for one in report.criteria
        for check in one.checks
        if REPRODUCER in check.evidence
    )
    wanted = ast.literal_eval(lines.splitlines()[-1].partition("# expected: ")[2])
    said = _run(lines, wrong / course.package)
    assert len(said) != len(wanted) or not np.allclose(said, wanted, rtol=1e-6)
    right = _run(lines, course.base / course.package)
    np.testing.assert_allclose(right, wanted, rtol=1e-6)


def _with_what_is_given(folder: Path) -> Path:
    """Puts the course's own files beside those of a hand-in, as a student has them."""
    for name, data in provided_sources(UMASS.rubric()).items():
        (folder / UMASS.package / name).write_bytes(data)
    return folder


def _run(lines: str, folder: Path) -> list[float]:
    """Runs lines of Python in a hand-in's folder, without the grader; reads numbers or a shape."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", lines],  # -B: leaves nothing in the tree
        cwd=folder,
        env={"OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [float(number) for number in done.stdout.strip("[](),\n").replace(",", " ").split()]


@pytest.mark.parametrize("assignment", assignment_ids())
def test_the_book_of_mistakes_is_that_of_the_catalogue(assignment: str) -> None:
    book = read_book(rubrics_dir() / assignment / FILE)
    known = {each.name: mistake_of(each) for each in read_catalogue()}
    stale = [name for name, each in book.mistakes.items() if known.get(name) != each]
    assert stale == [], "run `python -m tests.benchmarks.mistakes_recorded`"


def test_what_the_cases_are_is_in_the_catalogue() -> None:
    names = {each.name for each in read_catalogue()}
    cases = [case for course in (UMASS, *COURSES) for case in course.cases("wrong")]
    assert {name for case in cases for name in expected(case).named} <= names
