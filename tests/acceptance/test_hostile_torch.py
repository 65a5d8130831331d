"""Hand-ins that attack through PyTorch and through drivers, on every tier.

See `test_hostile_handins.py`.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.records import Outcome
from grader.worker.service import WorkerService
from tests.acceptance.handins import COURSES, Course, lost
from tests.acceptance.test_hostile_handins import DEFENCES

pytestmark = pytest.mark.torch

COURSE = next(course for course in COURSES if course.assignment == "ntnu_tdt4265_a3")
HOSTILE = [(course, case) for course in COURSES for case in course.cases("hostile")]


@pytest.fixture(scope="module", params=["A", "B"])
def service(request: pytest.FixtureRequest) -> Iterator[WorkerService]:
    pytest.importorskip("torch")
    tier = request.param
    with tempfile.TemporaryDirectory() as scratch:
        os.chmod(scratch, 0o755)  # noqa: S103  # workers may run as another user
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tempfile, "tempdir", scratch)
            running = WorkerService(wrapped=tier == "A")
            running.for_library("torch")
        with running:
            reached = COURSE.grade(COURSE.base, only=("accuracy",), service=running).trust.tier
            if reached != tier:
                pytest.skip(f"this machine reaches tier {reached}, not {tier}")
            yield running


@pytest.mark.parametrize(
    ("course", "case"), HOSTILE, ids=[f"{course}-{case.name}" for course, case in HOSTILE]
)
def test_nothing_is_gained(
    course: Course, case: Path, service: WorkerService, tmp_path: Path
) -> None:
    wanted = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    assert wanted["stopped_by"].partition(":")[0] in DEFENCES
    report = course.grade(course.compose(case, tmp_path / "handin"), service=service)
    assert lost(report) == wanted["lost"], wanted["because"]
    assert not report.score.needs_review
    for criterion in report.criteria:
        assert all(check.outcome is not Outcome.UNJUDGED for check in criterion.checks)


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) >= 13
