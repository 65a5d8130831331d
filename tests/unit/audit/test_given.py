"""Given code of 0 points, several right readings, and files that only the course has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from grader.audit.conduct import Extent, audit_rubric
from grader.audit.precision import can_be_single
from grader.audit.probing import Prober
from grader.audit.trying import Verdict, try_wrong
from grader.audit.wrong import Wrong, mutants
from grader.errors import UsageError
from grader.variant_trials import TrialStand, trial_stand
from tests.unit.audit.given_course import make_given_course


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrialStand]:
    with trial_stand(make_given_course(tmp_path_factory.mktemp("course"))) as stand:
        yield stand


def slip(stand: TrialStand, told: str) -> Wrong:
    (found,) = [each for each in mutants(stand.reach) if told in each.told]
    return found


def verdict(stand: TrialStand, wrong: Wrong, whole: bool = False) -> Verdict:
    return try_wrong(stand, Prober(stand), wrong, whole)


RAMP = "np.maximum(x, 0.0) → np.minimum(x, 0.0)"


@pytest.mark.parametrize("whole", [False, True])
def test_what_breaks_given_code_alone_loses_nothing_and_is_no_survivor(
    whole: bool, stand: TrialStand
) -> None:
    wrong = slip(stand, RAMP)
    assert (wrong.asked, wrong.given) == (("hill",), ("ramp",))
    found = verdict(stand, wrong, whole)
    assert (found.fate, found.lost, found.asked) == ("given", {}, ("ramp", "hill"))
    assert [each.criterion for each in found.caught] == ["ramp"]


def test_a_fault_that_lies_elsewhere_is_not_excused_by_given_code(stand: TrialStand) -> None:
    wrong = slip(stand, RAMP)
    assert wrong.is_given
    assert not slip(stand, "slope: 3.0 * x → (3.0 / x)").is_given
    assert verdict(stand, replace(wrong, is_given=False)).fate == "survived"


def test_what_others_build_on_is_asked_first_only_where_it_is_reached(stand: TrialStand) -> None:
    variant = slip(stand, RAMP).sources(stand.reference)
    assert stand.try_out(variant, ["hill"]).lost.keys() == {"hill"}
    found = stand.try_out(variant, ["hill"], reached=["ramp"])
    assert (found.asked, found.failed, dict(found.lost)) == (("ramp", "hill"), ("ramp",), {})


def test_another_right_reading_is_the_same(stand: TrialStand) -> None:
    wrong = slip(stand, "slope: 3.0 * x → (3.0 / x)")
    assert verdict(stand, wrong).fate == "killed"
    source = stand.reference.library["ramps.py"].replace(b"3.0 * x\n", b"3.0 * x + 1.0\n")
    assert verdict(stand, replace(wrong, source=source)).fate == "same"


def test_the_course_s_own_readings_have_no_slips(stand: TrialStand) -> None:
    files = {(each.side, each.file) for each in mutants(stand.reach)}
    assert files == {("library", "ramps.py"), ("handin", "layers.py")}
    assert not [each for each in mutants(stand.reach) if "tilted" in each.told]


def test_an_audit_of_one_criterion_tries_what_is_nearest_to_it(stand: TrialStand) -> None:
    found = audit_rubric(stand.rubric, Extent(sorts=("mutant",), nearest=("slope",)))
    assert {each.wrong.asked for each in found.verdicts} == {("slope",)}
    assert (found.sampled, list(found.seconds)) == (True, ["slope"])


@pytest.mark.parametrize("name", ["ramp", "cave"])
def test_a_criterion_that_nothing_wrong_can_be_put_to_is_named(
    name: str, stand: TrialStand
) -> None:
    with pytest.raises(UsageError) as caught:
        audit_rubric(stand.rubric, Extent(nearest=(name,)))
    assert str(caught.value) == (
        f"{name!r} is no criterion of hills that asks code for points, so nothing wrong can be put "
        "to it. `grader rubric show hills` lists them all."
    )


def test_only_plain_functions_compute_in_single_precision(stand: TrialStand) -> None:
    criteria = [each for each in stand.rubric.criteria if each.id == "slope"]
    assert can_be_single("layers.slope_forward", b"def slope_forward(x): return x", criteria)
    assert not can_be_single("layers.slope_forward", b"class slope_forward: pass", criteria)
