"""Who answers for the reference: the course's own code, for all examinations, or a recording."""

from dataclasses import replace
from pathlib import Path

import pytest

from grader.checks import CHECK_KINDS
from grader.course import LiveCourse, RecordedCourse, find_course
from grader.errors import UsageError
from grader.recording import RecordedLender, RecordedSession, Recording, write_recording
from grader.records import Limits
from grader.rubric import load_rubric
from grader.worker.program import Program
from grader.worker.service import WorkerService

ROOT = Path(__file__).parents[2]


@pytest.fixture
def rubric():
    return load_rubric(ROOT / "rubrics" / "umass_ece697ls_a1" / "rubric.yaml", CHECK_KINDS)


def test_the_reference_answers_where_there_is_one(rubric):
    course = find_course(rubric)
    assert isinstance(course, LiveCourse)
    assert course.is_own(course.sources.handin)
    assert not course.is_own({**course.sources.handin, "more.py": b""})
    assert "layers/affine.py" in course.sources.library
    assert "solver.py" in course.sources.provided


def test_a_recording_beside_the_rubric_answers_in_its_place(rubric, tmp_path):
    beside = replace(rubric, path=str(tmp_path / "rubric.yaml"))
    (tmp_path / "recording.npz").write_bytes(write_recording(Recording("hw3", "0.1.0")))
    course = find_course(beside)
    assert isinstance(course, RecordedCourse)
    assert not course.is_own({})
    session = course.begin("", None)()
    assert isinstance(session, RecordedSession)
    assert isinstance(course.lender(None, True), RecordedLender)
    course.close()


def test_a_recording_that_cannot_be_read_is_said(rubric, tmp_path):
    (tmp_path / "recording.npz").write_bytes(b"none")
    with pytest.raises(UsageError, match=r"recording\.npz' cannot be read"):
        find_course(replace(rubric, path=str(tmp_path / "rubric.yaml")))


def test_one_host_serves_all_examinations(rubric):
    course = find_course(rubric)
    service = WorkerService(wrapped=False)
    try:
        first, second = course.begin("", service)(), course.begin("", service)()
        assert first is second
        program = Program()
        name = program.export(
            program.attribute(program.resolve("layers.affine_forward"), "__name__")
        )
        assert first.run(program).value(name) == "affine_forward"
        for _ in range(2):
            lender = course.lender(service, True)
            lender.begin_group({"layers.relu_backward"}, Limits())
            assert not lender.lacked
            status, _ = lender("layers.relu_backward", [1.0, 2.0], {})
            assert status
            lender.close()
        assert len(course._lending) == 1
    finally:
        course.close()
        service.close()
    assert not course._lending
