"""What a variant can reach, read off the sources."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from grader import assignments
from grader.checks import CHECK_KINDS
from grader.rubric import load_rubric
from grader.variants.catalogue import Edit
from grader.variants.overlay import Sources, overlaid
from grader.variants.reach import Reach, reach_of


@cache
def _reach(assignment: str) -> Reach:
    rubric = load_rubric(assignments.rubrics_dir() / assignment / "rubric.yaml", CHECK_KINDS)
    reference = Sources(
        assignments.reference_sources(rubric), assignments.reference_library(rubric)
    )
    return reach_of(rubric, reference, assignments.provided_sources(rubric))


def _reached(assignment: str, file: str, find: str, put: str) -> tuple[str, ...]:
    reach = _reach(assignment)
    library = overlaid(reference := reach.reference.library, file, [Edit(find, put)])
    assert library != reference
    return reach.criteria(replace(reach.reference, library=library))


def test_the_right_sources_reach_nothing() -> None:
    reach = _reach("umass_ece697ls_a1")
    assert reach.criteria(reach.reference) == ()


def test_a_function_is_reached_by_its_own_criterion_first() -> None:
    found = _reached("umass_ece697ls_a1", "layers/affine.py", "@ w + b\n", "@ w - b\n")
    assert found[0] == "affine_forward"
    assert {"two_layer_net_scores", "fc_net_gradients"} <= set(found)
    assert not {"relu_forward", "adam", "conv_forward"} & set(found)


def test_names_are_followed_through_the_modules_that_pass_them_on() -> None:
    found = _reached("umass_ece697ls_a1", "layers/standardize.py", "(-0.5) *", "0.5 *")
    assert found[0] == "batchnorm_backward"
    assert "batchnorm_forward" not in found


def test_an_import_that_a_variant_adds_reaches_nothing_by_itself() -> None:
    before = "from typing import NamedTuple\n"
    found = _reached("umass_ece697ls_a1", "layers/affine.py", before, f"{before}import math\n")
    assert found == ()


def test_a_statement_that_defines_nothing_stands_for_its_whole_file() -> None:
    before = "Array = NDArray[Any]\n"
    found = _reached("umass_ece697ls_a1", "arrays.py", before, f"{before}np.seterr(all='raise')\n")
    assert {"affine_forward", "conv_backward"} <= set(found)
