"""What a hand-in may lack costs nothing when it is lacking, and is judged when it is there."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from grader.records import Outcome, Rubric
from grader.report import Report
from tests.acceptance.handins import PACKAGE, compose, grade, lost, one_service, rubric

WHY = (
    "Not judged: the hand-in has no file for optim, which may be handed in in another form, "
    "so a person marks it. To have it judged here, add the file."
)


@pytest.fixture(scope="module", autouse=True)
def _service() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, one_service(patch):
        yield


def rules(optional: bool) -> Rubric:
    """Returns the rubric of one layer and of the update rules, which are optional or not."""
    chosen = [one for one in rubric().criteria if one.id == "relu_forward"]
    chosen += [
        replace(one, optional=optional)
        for one in rubric().criteria
        if one.subject.startswith("optim.")
    ]
    return replace(rubric(), criteria=tuple(chosen))


@pytest.fixture(scope="module")
def without_optim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hand-in without the file that the update rules are in."""
    folder = tmp_path_factory.mktemp("handins")
    path = compose(folder / "no-case", folder / "handin")
    (path / PACKAGE / "optim.py").unlink()
    return path


@pytest.fixture(scope="module")
def left_open(without_optim: Path) -> Report:
    return grade(without_optim, rules=rules(optional=True))


def test_nothing_is_lost_and_nothing_is_earned(left_open: Report) -> None:
    assert lost(left_open) == {}
    assert {one.id for one in left_open.criteria if one.awarded} == {"relu_forward"}
    assert not left_open.score.needs_review


def test_the_score_s_range_is_open(left_open: Report) -> None:
    layer, *update_rules = rules(optional=True).criteria
    left = sum((one.points for one in update_rules), Decimal(0))
    assert left > 0
    assert (left_open.score.lower, left_open.score.upper) == (layer.points, layer.points + left)
    assert left_open.score.possible == layer.points + left


def test_every_check_says_that_a_person_marks_it(left_open: Report) -> None:
    checks = [check for one in left_open.criteria[1:] for check in one.checks]
    assert {check.outcome for check in checks} == {Outcome.NOT_RUN_HERE}
    assert WHY in {check.message for check in checks}


def test_without_the_key_the_points_are_lost(without_optim: Path) -> None:
    report = grade(without_optim, rules=rules(optional=False))
    (layer,) = (one for one in report.criteria if one.awarded)
    assert layer.id == "relu_forward"
    assert report.score.upper == layer.points


def test_a_hand_in_that_has_the_file_is_judged(tmp_path: Path) -> None:
    path = compose(tmp_path / "no-case", tmp_path / "handin")
    with (path / PACKAGE / "optim.py").open("a", encoding="utf-8") as file:
        file.write("\n\ndef adam(w, dw, config=None):\n    return w, config\n")
    report = grade(path, rules=rules(optional=True))
    assert set(lost(report)) == {"adam"}
    assert report.score.lower == report.score.upper
