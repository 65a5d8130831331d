"""`grader autograde`: results are there whatever becomes of the run, and say what became of it."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from grader.cli import autograde as command
from grader.cli.autograde import Layout
from grader.cli.ending import ended_at
from grader.cli.results import BEGUN, FAILED, REFUSED, TOO_LATE, Results
from grader.deadline import Deadline
from grader.errors import HandInError, SandboxMissing
from grader.records import Outcome
from grader.report.signature import SignatureState, check_signature
from grader.report.storage import read_report_json

Run = Callable[..., Result]


@pytest.fixture
def submission(tmp_path: Path) -> Path:
    folder = tmp_path / "alice"
    folder.mkdir()
    for name in ("layers.py", "optim.py"):
        (folder / name).write_text("", encoding="utf-8")
    return folder


@pytest.fixture
def autograde(grader: Run, stages: Any, submission: Path, tmp_path: Path) -> Run:
    def run(*arguments: str | Path, **more: Any) -> Result:
        given = ("--submission", submission, "--results", tmp_path / "out", "--assignment", "hw1")
        return grader("autograde", *given, *arguments, **more)

    return run


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch, submission: Path, tmp_path: Path) -> Path:
    """Gradescope's folders, in a folder of the test's own."""
    home = tmp_path / "autograder"
    layout = Layout(
        submission,
        home / "results",
        home / "source" / "course",
        home / "submission_metadata.json",
        needs_zero=True,
    )
    monkeypatch.setattr(command, "LAYOUTS", {**command.LAYOUTS, "gradescope": layout})
    (home / "source" / "course").mkdir(parents=True)
    (home / "source" / "course" / "rubric.yaml").write_text("", encoding="utf-8")
    return home


def results(folder: Path) -> Any:
    return json.loads((folder / "results.json").read_text(encoding="utf-8"))


def test_a_submission_gets_results_and_a_report(
    autograde: Run, stages: Any, tmp_path: Path
) -> None:
    done = autograde(env={"GRADER_SECRET": "s3cret"})
    assert done.exit_code == 0
    assert done.stdout == "✓ alice  10.5 of 10.5 points · not isolated\n"
    assert results(tmp_path / "out")["score"] == 10.5
    report = read_report_json(tmp_path / "out" / "report.json")
    assert check_signature(report, b"s3cret") is SignatureState.GENUINE
    (request,) = stages.requests
    assert (request.mode, request.secret, request.sandbox) == ("grade", b"s3cret", "require")
    assert request.deadline.whole_s == 540.0
    assert stages.read == [{"path": str(tmp_path / "alice"), "root": None, "service": "a service"}]


def test_an_archive_that_is_alone_is_what_was_handed_in(
    autograde: Run, stages: Any, submission: Path
) -> None:
    for path in submission.iterdir():
        path.unlink()
    (submission / "work.zip").write_bytes(b"")
    from dataclasses import replace

    rubric = stages.load_rubric
    rules = rubric(Path("/rubrics/hw1/rubric.yaml"), {"output": "its kind"}).handin
    assert rules.accept == ("folder",)
    assert autograde().exit_code == 0
    assert stages.read[-1]["path"] == str(submission)
    given = replace(rules, accept=("folder", "zip"))
    stages.load_rubric = lambda path, kinds: replace(rubric(path, kinds), handin=given)
    import sys

    sys.modules["grader.rubric"].load_rubric = stages.load_rubric  # type: ignore[attr-defined]
    assert autograde().exit_code == 0
    assert stages.read[-1]["path"] == str(submission / "work.zip")


def test_lost_credit_is_told_by_the_exit_code(autograde: Run, stages: Any, tmp_path: Path) -> None:
    stages.outcome = Outcome.FAILED
    assert autograde().exit_code == 1
    assert results(tmp_path / "out")["score"] == 0


def test_a_hand_in_that_cannot_be_read_gets_the_sentence(
    autograde: Run, stages: Any, submission: Path, tmp_path: Path
) -> None:
    stages.faults[str(submission)] = HandInError("It is damaged. Make it again.")
    done = autograde()
    assert done.exit_code == 2
    assert done.stderr == "It is damaged. Make it again.\n"
    assert results(tmp_path / "out")["output"] == f"{REFUSED} It is damaged. Make it again."
    assert results(tmp_path / "out")["score"] == 0
    assert not (tmp_path / "out" / "report.json").exists()


@pytest.mark.parametrize("error", [RuntimeError("a bug"), SandboxMissing("No Landlock here.")])
def test_a_fault_of_ours_is_said_and_not_described_to_students(
    autograde: Run, stages: Any, tmp_path: Path, error: Exception
) -> None:
    stages.grading_faults["alice"] = error
    done = autograde()
    assert done.exit_code == 3
    assert str(error) in done.stderr
    found = results(tmp_path / "out")
    assert (found["score"], found["output"]) == (0, FAILED)


def test_a_fault_in_between_keeps_what_was_found_out(
    autograde: Run, stages: Any, tmp_path: Path
) -> None:
    stages.grading_faults["alice"], stages.fault_after = RuntimeError("a bug"), 3
    assert autograde().exit_code == 3
    found = results(tmp_path / "out")
    assert found["output"].startswith(FAILED)
    assert found["score"] == 8
    assert read_report_json(tmp_path / "out" / "report.json")["finished"] is False


def test_a_rubric_that_is_not_there_is_a_fault_of_ours(
    grader: Run, stages: Any, submission: Path, tmp_path: Path
) -> None:
    stages.rubric_faults["none/rubric.yaml"] = RuntimeError("no rubric")
    out = tmp_path / "out"
    done = grader(*("autograde", "--submission", submission, "--results", out, "--course", "none"))
    assert done.exit_code == 3
    assert results(out)["output"] == FAILED


def test_a_course_and_an_assignment_are_one_too_many(autograde: Run, tmp_path: Path) -> None:
    done = autograde("--course", tmp_path)
    assert done.exit_code == 3
    assert "Give --assignment or --course, not both." in done.stderr


def test_results_that_have_no_place_are_told(grader: Run, submission: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    out = tmp_path / "file" / "out"
    done = grader("autograde", "--submission", submission, "--results", out)
    assert done.exit_code == 2
    assert "for the results cannot be made: Not a directory." in done.stderr
    assert "name another one with --results." in done.stderr


def test_results_are_there_before_anything_is_done(
    autograde: Run, stages: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    monkeypatch.setattr(
        command, "_grade", lambda wanted, found: seen.append(results(tmp_path / "out")) or 1 / 0
    )
    assert autograde().exit_code == 3
    assert seen[0]["output"] == BEGUN
    assert seen[0]["score"] == 0


def test_sigterm_stops_a_run_and_leaves_the_latest_results(
    autograde: Run, stages: Any, tmp_path: Path
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    grade = stages.grade_handin

    def ended(request: Any, observer: Any, service: Any, keep: Any) -> Any:
        observer.finished = lambda result: signal.raise_signal(signal.SIGTERM)
        return grade(request, observer, service, keep)

    import sys

    sys.modules["grader.pipeline"].grade_handin = ended  # type: ignore[attr-defined]
    done = autograde()
    assert done.exit_code == 130
    assert signal.getsignal(signal.SIGTERM) is before


class TestGradescopesLayout:
    def test_its_course_is_found_and_students_get_zero_codes(
        self, grader: Run, stages: Any, platform: Path
    ) -> None:
        stages.outcome = Outcome.FAILED
        done = grader("autograde", "--layout", "gradescope")
        assert done.exit_code == 0
        assert stages.loaded == [str(platform / "source" / "course" / "rubric.yaml")]
        assert results(platform / "results")["score"] == 0
        assert not (platform / "results" / "report.json").exists()

    def test_a_fault_of_ours_is_not_zero(self, grader: Run, stages: Any, platform: Path) -> None:
        stages.grading_faults["alice"] = RuntimeError("a bug")
        assert grader("autograde", "--layout", "gradescope").exit_code == 3

    def test_a_submission_that_cannot_be_read_is(
        self, grader: Run, stages: Any, platform: Path, submission: Path
    ) -> None:
        stages.faults[str(submission)] = HandInError("It is damaged.")
        assert grader("autograde", "--layout", "gradescope").exit_code == 0
        assert "It is damaged." in results(platform / "results")["output"]

    def test_what_changed_since_the_last_submission_is_said(
        self, grader: Run, stages: Any, platform: Path
    ) -> None:
        grader("autograde", "--layout", "gradescope")
        first = results(platform / "results")
        # What is hidden is in no text, and so not in what is kept.
        assert first["extra_data"]["points_by_criterion"] == {"affine": 5.0, "relu": 3.0}
        earlier = {"points_by_criterion": {"affine": 1, "relu": 3, "net": 0, "gone": 1}}
        data = {"id": 4711, "previous_submissions": [{"results": {"extra_data": earlier}}]}
        (platform / "submission_metadata.json").write_text(json.dumps(data), encoding="utf-8")
        done = grader("autograde", "--layout", "gradescope")
        assert done.stdout.startswith("submission 4711\n")
        said = results(platform / "results")["output"]
        assert said.startswith("Since your last submission: more points for Affine.\n\n")
        assert "Net" not in said

    @pytest.mark.parametrize(
        ("points", "said"),
        [
            ({"affine": 5, "relu": 3}, "no visible criterion has changed."),
            ({"affine": 6, "relu": 0}, "more points for Relu; fewer points for Affine."),
        ],
    )
    def test_the_ways_to_change(
        self, grader: Run, stages: Any, platform: Path, points: Any, said: str
    ) -> None:
        earlier = {"points_by_criterion": points}
        data = {"previous_submissions": [{"results": {"extra_data": earlier}}]}
        (platform / "submission_metadata.json").write_text(json.dumps(data), encoding="utf-8")
        grader("autograde", "--layout", "gradescope")
        output = results(platform / "results")["output"]
        assert output.startswith(f"Since your last submission: {said}")


class TestTheEnd:
    def test_at_the_deadline_the_process_says_so_and_ends(self, tmp_path: Path) -> None:
        left: list[int] = []
        gone = threading.Event()
        found = Results(tmp_path)
        found.begin()

        def leave(code: int) -> None:
            left.append(code)
            gone.set()

        deadline = Deadline(1.0, 0.0, lambda: 1.0)
        with ended_at(deadline, found.end, leave):
            assert gone.wait(30)
        assert left == [3]
        assert results(tmp_path)["output"] == TOO_LATE

    def test_a_run_that_is_done_is_not_ended(self) -> None:
        left: list[int] = []
        with ended_at(Deadline(1000.0, 0.0, lambda: 0.0), lambda: left.append(0), left.append):
            pass
        assert left == []
