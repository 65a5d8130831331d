"""Every folder in `handins/wrong` is one student's mistake; it costs exactly what it says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.handins import (
    BASE,
    advised,
    affected,
    assert_costs,
    cases,
    compose,
    expected,
    grade,
    lost,
    one_service,
    rubric,
)

WRONG = cases("wrong")


@pytest.fixture(scope="module", autouse=True)
def _service() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, one_service(patch):
        yield


def test_the_hand_in_that_all_cases_vary_gets_every_point_and_no_advice() -> None:
    report = grade(BASE)
    assert lost(report) == {}
    assert report.score.awarded == report.score.possible == rubric().possible
    assert not any(advised(report).values())


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.name)
def test_a_mistake_costs_exactly_its_points(case: Path, tmp_path: Path) -> None:
    report = grade(compose(case, tmp_path / "handin"), only=affected(case))
    assert_costs(report, expected(case))


def test_every_criterion_with_points_loses_some_in_one_of_the_cases() -> None:
    hit = {criterion for case in WRONG for criterion in expected(case).lost}
    assert hit == {one.id for one in rubric().criteria if one.points}
