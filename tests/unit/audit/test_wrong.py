"""Canaries and single precision, put to a small course in real workers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.audit.canaries import CANARIES
from grader.audit.parallel import try_all
from grader.audit.probing import Prober
from grader.audit.trying import Verdict, try_wrong
from grader.audit.wrong import canaries, misconceptions, mutants, single_precision
from grader.variant_trials import TrialStand, trial_stand
from tests.unit.audit.small_course import ZEROS, make_course


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrialStand]:
    course = make_course(tmp_path_factory.mktemp("course"), bias=ZEROS)
    with trial_stand(course) as stand:
        yield stand


def test_every_canary_loses_all_points(stand: TrialStand) -> None:
    found = [try_wrong(stand, Prober(stand), each) for each in canaries(stand.reach)]
    assert [each.wrong.family for each in found] == list(CANARIES)
    assert {(each.fate, each.earned) for each in found} == {("killed", 0)}


def test_a_function_in_single_precision_loses_nothing(stand: TrialStand) -> None:
    (single,) = single_precision(stand.reach)
    found = try_wrong(stand, Prober(stand), single)
    assert found.lost == {}
    assert single.source != stand.reference.handin["layers.py"]


def test_a_course_with_a_library_of_its_own_has_none_of_the_misconceptions(
    stand: TrialStand,
) -> None:
    assert list(misconceptions(stand.reach)) == []


def test_several_processes_find_what_one_does(stand: TrialStand) -> None:
    wrongs = list(mutants(stand.reach))
    told: list[Verdict] = []
    alone = try_all(stand, wrongs, 1, False, told.append)
    assert [each.wrong.key for each in told] == [each.key for each in wrongs]
    together = try_all(stand, wrongs, 2, False, told.append)
    assert [(each.wrong, each.fate) for each in together] == [
        (each.wrong, each.fate) for each in alone
    ]
    assert len(told) == 2 * len(wrongs)
    assert {each.fate for each in alone} == {"killed", "same", "survived"}
