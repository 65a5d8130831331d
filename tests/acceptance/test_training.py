"""Trainings from end to end, on the synthetic data: good ones, believable bad ones, and cheats.

A case lies in `tests/handins/<assignment>/training`, composed as others are. Its `expected.json`
has further keys: `only`, the criteria that are asked; `person`, those that are left to one;
`wall_s`, a shorter time limit; `hostile` and `stopped_by`, for cheats. Points lost are a number or
a range, where chance has a say.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.checks.training_settings import TrainingParams
from grader.datasets import SYNTHETIC, make_synthetic
from grader.machine import Machine
from grader.records import Outcome, Rubric
from grader.worker.service import WorkerService
from tests.acceptance.handins import COURSES, UMASS, Course, lost, told
from tests.acceptance.test_hostile_handins import DEFENCES

MACHINE = Machine(trains=True, threads=2, data={SYNTHETIC: make_synthetic})
CASES = [(course, case) for course in COURSES for case in course.cases("training")]
ROWS = {
    str(course): [
        one.id
        for one in course.whole_rubric().criteria
        if any(
            isinstance(check.params, TrainingParams)
            and any(setting.fits(MACHINE) for setting in check.params.settings)
            for check in one.checks
        )
    ]
    for course in (*COURSES, UMASS)
}
TRAINED = [course for course in (*COURSES, UMASS) if ROWS[str(course)]]


@pytest.fixture(scope="module")
def service() -> Iterator[WorkerService]:
    with WorkerService() as running:
        yield running


def _needs(course: Course) -> None:
    if course.missing():
        pytest.skip(f"{', '.join(course.missing())} is not installed")


@pytest.mark.parametrize("course", TRAINED, ids=str)
@pytest.mark.parametrize("which", ["reference", "base"])
def test_right_work_gets_full_credit(course: Course, which: str, service: WorkerService) -> None:
    _needs(course)
    rows = tuple(ROWS[str(course)])
    handin = course.reference if which == "reference" else course.base
    rules = course.whole_rubric()
    report = course.grade(handin, only=rows, rules=rules, service=service, machine=MACHINE)
    for one in report.criteria:
        if one.id in rows:
            said = [check.message for check in one.checks]
            assert one.outcome is Outcome.PASSED, f"{one.id}: {said}"


@pytest.mark.parametrize(
    ("course", "case"), CASES, ids=[f"{course}-{case.name}" for course, case in CASES]
)
def test_a_training_gets_what_is_expected(
    course: Course, case: Path, service: WorkerService, tmp_path: Path
) -> None:
    _needs(course)
    wanted = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    rules = course.whole_rubric()
    if "wall_s" in wanted:
        rules = _hurried(rules, wanted["wall_s"])
    report = course.grade(
        course.compose(case, tmp_path / "handin"),
        only=tuple(wanted["only"]),
        rules=rules,
        service=service,
        machine=MACHINE,
    )
    found = lost(report)
    for criterion in {*found, *wanted["lost"]}:
        range_ = wanted["lost"].get(criterion, 0)
        low, high = range_ if isinstance(range_, list) else (range_, range_)
        assert low <= found.get(criterion, 0) <= high, f"{wanted['because']} ({told(report)})"
    for criterion, words in wanted.get("says", {}).items():
        assert words in told(report)[criterion]
    for one in report.criteria:
        for_person = one.id in wanted.get("person", ())
        for check in one.checks:
            assert (check.outcome is Outcome.UNJUDGED) is for_person, check.message
            assert not for_person or check.message.startswith("A person has to look at this: ")
        assert not for_person or one.awarded == 0
    if wanted.get("hostile"):
        assert wanted["stopped_by"].partition(":")[0] in DEFENCES


def test_there_are_enough_of_them() -> None:
    hostile = [case for _, case in CASES if "hostile" in case.name]
    assert len(CASES) - len(hostile) >= 10
    assert len(hostile) >= 7


def _hurried(rules: Rubric, wall_s: float) -> Rubric:
    return replace(
        rules,
        criteria=tuple(
            replace(
                one,
                checks=tuple(
                    replace(spec, params=_with_wall(spec.params, wall_s))
                    if isinstance(spec.params, TrainingParams)
                    else spec
                    for spec in one.checks
                ),
            )
            for one in rules.criteria
        ),
    )


def _with_wall(params: TrainingParams, wall_s: float) -> TrainingParams:
    settings = tuple(replace(setting, wall_s=wall_s) for setting in params.settings)
    return replace(params, settings=settings)
