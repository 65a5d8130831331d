"""`grader grade`: many hand-ins, one report each, and none stops the others."""

from __future__ import annotations

import errno
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from grader.cli import cli
from grader.cli.grade import NO_SECRET, report_name
from grader.errors import HandInError, SandboxMissing, WorkerError
from grader.records import Outcome
from grader.report.signature import SignatureState, check_signature
from grader.report.storage import read_report_json

Run = Callable[..., Result]


@pytest.fixture
def grade(grader: Run, stages: Any, tmp_path: Path) -> Run:
    def run(*arguments: str | Path, **more: Any) -> Result:
        more.setdefault("env", {"GRADER_SECRET": "s3cret"})
        given = ("--assignment", "hw1", "--out", tmp_path / "out")
        return grader("grade", *arguments, *given, **more)

    return run


def written(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "out").iterdir())


def test_each_hand_in_gets_a_report_and_a_line(grade: Run, stages: Any, tmp_path: Path) -> None:
    stages.outcomes["bob"] = Outcome.FAILED
    result = grade("in/alice", "in/bob")
    assert result.exit_code == 1
    assert result.stderr == ""
    assert result.stdout == (
        "✓ alice  10.5 of 10.5 points · not isolated\n"
        "✗ bob  0 of 10.5 points · lost: affine, relu, net · not isolated\n"
        f"\n2 hand-ins: 1 full credit, 1 lost credit; reports in '{tmp_path}/out'\n"
    )
    assert written(tmp_path) == ["alice.json", "bob.json"]
    report = json.loads((tmp_path / "out" / "bob.json").read_text())
    assert (report["mode"], report["handin"]["id"]) == ("grade", "bob")


def test_one_hand_in_needs_no_sum(grade: Run) -> None:
    assert grade("alice").stdout == "✓ alice  10.5 of 10.5 points · not isolated\n"


def test_an_unusable_hand_in_is_told_and_does_not_stop_the_others(
    grade: Run, stages: Any, tmp_path: Path
) -> None:
    stages.faults["in/b\x1b[2J"] = HandInError("It is empty. Hand in a folder.")
    result = grade("in/b\x1b[2J", "in/carol")
    assert result.exit_code == 2
    assert result.stderr == "'in/b\\x1b[2J': It is empty. Hand in a folder.\n"
    assert "2 hand-ins: 1 full credit, 1 unusable;" in result.stdout
    assert written(tmp_path) == ["carol.json"]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (WorkerError("The worker did not start."), "alice: The worker did not start.\n"),
        (RecursionError("too deep"), "alice: The grader itself failed (RecursionError: too deep)."),
    ],
)
def test_a_fault_of_ours_needs_a_person_and_does_not_stop_the_others(
    grade: Run, stages: Any, tmp_path: Path, fault: Exception, told: str
) -> None:
    stages.grading_faults["alice"] = fault
    stages.faults["dave"] = HandInError("It is empty.")
    stages.outcomes["bob"] = Outcome.FAILED
    result = grade("alice", "bob", "carol", "dave")
    assert result.exit_code == 3
    assert result.stderr.startswith(told)
    assert "Traceback" not in result.stderr
    assert written(tmp_path) == ["bob.json", "carol.json"]
    assert (
        "4 hand-ins: 1 full credit, 1 lost credit, 1 unusable, 1 for a person to look at;"
        in result.stdout
    )


def test_a_machine_that_cannot_isolate_stops_at_the_first_hand_in(
    grade: Run, stages: Any, tmp_path: Path
) -> None:
    stages.grading_faults["alice"] = SandboxMissing("Isolation is required. No score was written.")
    result = grade("alice", "bob", "--sandbox", "require")
    assert result.exit_code == 3
    assert result.stderr == "grader: Isolation is required. No score was written.\n"
    assert written(tmp_path) == []


def test_debug_shows_where_a_hand_in_broke_the_grader(
    grader: Run, stages: Any, tmp_path: Path
) -> None:
    stages.grading_faults["alice"] = RecursionError("too deep")
    given = ("alice", "--rubric", "r.yaml", "--out", tmp_path)
    result = grader("--debug", "grade", *given)
    assert result.exit_code == 3
    assert "Traceback (most recent call last):" in result.stderr


def test_the_keyboard_stops_them_all(grade: Run, stages: Any, tmp_path: Path) -> None:
    stages.grading_faults["bob"] = KeyboardInterrupt()
    result = grade("alice", "bob", "carol")
    assert result.exit_code == 130
    assert written(tmp_path) == ["alice.json"]


@pytest.mark.parametrize(
    ("fault", "code", "told"),
    [
        (KeyboardInterrupt(), 130, "Stopped.\n"),
        (RecursionError("too deep"), 3, "alice: The grader itself failed (RecursionError"),
    ],
)
def test_a_run_that_is_ended_leaves_the_checks_that_it_had_finished(
    grade: Run, stages: Any, tmp_path: Path, fault: BaseException, code: int, told: str
) -> None:
    stages.grading_faults["alice"], stages.fault_after = fault, 3
    result = grade("alice")
    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr.startswith(told)
    data = read_report_json(tmp_path / "out" / "alice.json")
    assert check_signature(data, b"s3cret") is SignatureState.GENUINE
    assert data["finished"] is False
    assert [check["outcome"] for one in data["criteria"] for check in one["checks"]] == [
        *["passed"] * 3,
        *["unjudged"] * 2,
    ]
    assert written(tmp_path) == ["alice.json"]


def test_the_last_report_takes_the_place_of_those_before(
    grade: Run, stages: Any, tmp_path: Path
) -> None:
    grade("alice")
    assert read_report_json(tmp_path / "out" / "alice.json")["finished"] is True
    assert all(stages.keepers)


def test_an_older_report_stays_until_a_check_is_finished(
    grade: Run, stages: Any, tmp_path: Path
) -> None:
    grade("alice")
    before = (tmp_path / "out" / "alice.json").read_bytes()
    stages.grading_faults["alice"] = KeyboardInterrupt()
    assert grade("alice").exit_code == 130
    assert (tmp_path / "out" / "alice.json").read_bytes() == before


def test_where_isolation_turns_out_to_lack_no_score_stays(
    grade: Run, stages: Any, tmp_path: Path
) -> None:
    stages.grading_faults["bob"], stages.fault_after = SandboxMissing("No score was written."), 3
    assert grade("alice", "bob", "carol").exit_code == 3
    assert written(tmp_path) == ["alice.json"]


def test_a_hand_in_that_failed_keeps_its_name_to_itself(
    grade: Run, stages: Any, tmp_path: Path
) -> None:
    stages.names = {"x": "hw", "y": "HW"}
    stages.grading_faults["hw"], stages.fault_after = WorkerError("It is gone."), 1
    grade("x", "y")
    assert written(tmp_path) == ["HW-2.json", "hw.json"]
    assert read_report_json(tmp_path / "out" / "hw.json")["finished"] is False


def test_hand_ins_of_the_same_name_get_files_of_their_own(
    grade: Run, stages: Any, tmp_path: Path
) -> None:
    stages.names = {"1": "hw", "2": "HW", "3": "../hw", "4": "hw-2"}
    grade("1", "2", "3", "4")
    assert written(tmp_path) == ["HW-2.json", "hw-2-2.json", "hw-3.json", "hw.json"]


def test_hand_ins_of_the_same_name_are_told_apart_by_their_folders(
    grade: Run, tmp_path: Path
) -> None:
    grade("all/ada/hw1", "all/bob/x/HW1", "all/eve", "all/ada/hw1")
    assert written(tmp_path) == ["ada_hw1-2.json", "ada_hw1.json", "bob_x_HW1.json", "eve.json"]
    report = read_report_json(tmp_path / "out" / "bob_x_HW1.json")
    assert report["handin"]["id"] == "bob_x_HW1"


@pytest.mark.parametrize(
    ("handin_id", "name"),
    [
        ("alice", "alice.json"),
        ("../../etc/passwd", "etc_passwd.json"),
        ("Zoë hw1 (2)", "Zoë_hw1__2.json"),
        ("-rf", "rf.json"),
        (".hidden", "hidden.json"),
        ("...", "hand-in.json"),
        ("é" * 100, "é" * 75 + ".json"),
        ("a\x1b[2J\u202e", "a__2J.json"),
    ],
)
def test_ids_become_file_names_that_are_safe_everywhere(handin_id: str, name: str) -> None:
    assert report_name(handin_id, set()) == name


def test_without_a_secret_the_command_warns_and_says_how_to_set_one(
    grader: Run, stages: Any, tmp_path: Path
) -> None:
    given = ("grade", "alice", "--assignment", "hw1", "--out", tmp_path)
    result = grader(*given)
    assert result.exit_code == 0
    assert result.stderr == f"{NO_SECRET}\n"
    assert "GRADER_SECRET" in NO_SECRET
    assert "--secret-file FILE" in NO_SECRET
    assert stages.requests[0].secret == b""
    assert grader(*given, env={"GRADER_SECRET": " \n"}).stderr == f"{NO_SECRET}\n"


def test_the_secret_comes_from_the_environment_or_a_file(
    grade: Run, stages: Any, tmp_path: Path
) -> None:
    grade("alice")
    (tmp_path / "key").write_bytes(b"\x00from the file\n")
    grade("alice", "--secret-file", tmp_path / "key")
    assert [request.secret for request in stages.requests] == [b"s3cret", b"\x00from the file"]


def test_a_secret_file_that_is_missing_or_empty_is_refused(grade: Run, tmp_path: Path) -> None:
    result = grade("alice", "--secret-file", tmp_path / "key")
    assert result.exit_code == 2
    assert result.stderr == (
        f"grader: The secret '{tmp_path}/key' cannot be read: No such file or directory. "
        "Check the path and its permissions.\n"
    )
    (tmp_path / "key").write_text("\n")
    result = grade("alice", "--secret-file", tmp_path / "key")
    assert result.exit_code == 2
    assert result.stderr == (
        f"grader: The secret '{tmp_path}/key' is empty. Write a line of random text into it.\n"
    )


@pytest.mark.parametrize("sandbox", ["require", "auto", "off"])
def test_the_options_reach_the_stages(grade: Run, stages: Any, sandbox: str) -> None:
    grade("alice", "--sandbox", sandbox, "--root", "code")
    assert stages.requests[0].sandbox == sandbox
    assert stages.requests[0].mode == "grade"
    assert stages.read[0]["root"] == "code"
    confined = {"off": "a service without confinement"}.get(sandbox, "a service")
    assert stages.services == [stages.read[0]["service"]] == [confined]


def test_isolation_is_required_unless_asked_otherwise(grade: Run, stages: Any) -> None:
    grade("alice")
    assert stages.requests[0].sandbox == "require"
    assert "[default: require]" in " ".join(grade("--help").stdout.split())


def test_reports_are_signed_with_the_secret_and_only_with_one(
    grader: Run, grade: Run, stages: Any, tmp_path: Path
) -> None:
    grade("alice")
    data = read_report_json(tmp_path / "out" / "alice.json")
    assert check_signature(data, b"s3cret") is SignatureState.GENUINE
    grader("grade", "bob", "--assignment", "hw1", "--out", tmp_path / "out")
    assert read_report_json(tmp_path / "out" / "bob.json")["signature"] == ""


def test_a_report_that_cannot_be_written_is_told_and_does_not_stop_the_others(
    grade: Run, stages: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, failures = os.fsync, {"alice": errno.ENOSPC, "bob": errno.EROFS}

    def fail_for_two(descriptor: int) -> None:
        number = failures.get(stages.requests[-1].handin.id)
        if number is not None:
            raise OSError(number, os.strerror(number))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fail_for_two)
    result = grade("alice", "bob", "carol", "--json")
    assert result.exit_code == 3
    assert written(tmp_path) == ["carol.json"]
    full, readonly = result.stderr.splitlines()
    assert full.startswith(f"alice: '{tmp_path}/out/alice.json' was not written: No space left on")
    assert readonly.startswith(f"bob: '{tmp_path}/out/bob.json' was not written: '{tmp_path}/out'")
    assert [json.loads(line)["exit_code"] for line in result.stdout.splitlines()] == [3, 2, 0]


@pytest.mark.parametrize("how", [(), ("--json",)])
def test_a_stdout_that_takes_no_more_is_told_and_stops_no_hand_in(
    grade: Run, stages: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: tuple[str, ...]
) -> None:
    def fail(*arguments: object, **more: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for teller in ("_tell_person", "_tell_json"):
        monkeypatch.setattr(f"grader.cli.grade.{teller}", fail)
    result = grade("alice", "bob", *how)
    assert result.exit_code == 3
    assert written(tmp_path) == ["alice.json", "bob.json"]
    assert result.stderr == (
        "alice: Its report was written, but stdout failed: No space left on device.\n"
        "bob: Its report was written, but stdout failed: No space left on device.\n"
    )


def test_a_reader_that_hangs_up_ends_the_run(
    grade: Run, stages: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    monkeypatch.setattr("grader.cli.grade._tell_person", fail)
    assert grade("alice", "bob").exit_code == 141
    assert written(tmp_path) == ["alice.json"]


def test_a_name_cannot_pass_for_what_became_of_the_hand_in(
    grade: Run, stages: Any, tmp_path: Path
) -> None:
    stages.names["x"] = "✓ bob  10.5 of 10.5 points"
    stages.outcome = Outcome.FAILED
    stages.faults["✓ carol  10.5 of 10.5 points"] = HandInError("It is empty.")
    result = grade("x", "✓ carol  10.5 of 10.5 points")
    assert result.stdout.startswith("✗ '✓ bob  10.5 of 10.5 points'  0 of 10.5 points · lost")
    assert result.stderr == "'✓ carol  10.5 of 10.5 points': It is empty.\n"


def test_a_long_name_does_not_run_over_the_edge_of_a_terminal(
    stages: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    for name, value in {"COLUMNS": "60", "NO_COLOR": "1", "TERM": "xterm"}.items():
        monkeypatch.setenv(name, value)
    stages.names["x"] = "全" * 28 + " ✓ bob  10.5 of 10.5 points"
    arguments = ["grade", "x", "--assignment", "hw1", "--out", str(tmp_path)]
    with pytest.raises(SystemExit):
        cli(arguments)
    first, second, third = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out).splitlines()
    assert first == "✓ '" + "全" * 28
    assert second.startswith("  …✓ bob  10.5 of 10.5 points'  10.5 of 10.5")
    assert third.startswith("  ")


def test_json_gives_one_object_per_hand_in(grade: Run, stages: Any, tmp_path: Path) -> None:
    stages.faults["bob"] = HandInError("It is empty.")
    result = grade("alice", "bob", "--json")
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {
            "path": "alice",
            "handin": "alice",
            "report": f"{tmp_path}/out/alice.json",
            "score": {
                "awarded": 10.5,
                "possible": 10.5,
                "maximum": None,
                "lower": 10.5,
                "upper": 10.5,
                "needs_review": False,
            },
            "isolated": False,
            "exit_code": 0,
        },
        {"path": "bob", "error": "It is empty.", "exit_code": 2},
    ]
    assert result.stderr == "bob: It is empty.\n"


def test_the_rubric_has_to_be_named(grader: Run, stages: Any, tmp_path: Path) -> None:
    result = grader("grade", "alice", "--out", tmp_path)
    assert result.exit_code == 2
    assert result.stderr == (
        "grader: The rubric was not named. Give --assignment ID or --rubric FILE; "
        "the assignments are:\n  hw1\n  hw2\n"
    )


def test_a_folder_for_reports_that_cannot_be_made_is_named(
    grader: Run, stages: Any, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    result = grader("grade", "alice", "--assignment", "hw1", "--out", tmp_path / "file")
    assert result.exit_code == 2
    assert (
        f"The folder '{tmp_path}/file' for the reports cannot be made: File exists. "
        "Name another one with --out." in result.stderr
    )
    assert stages.requests == []


def test_a_call_without_hand_ins_or_folder_is_a_usage_error(grader: Run, stages: Any) -> None:
    assert grader("grade", "--out", "x").exit_code == 2
    result = grader("grade", "alice")
    assert result.exit_code == 2
    assert "Missing option '--out'" in result.stderr


def test_a_hand_in_may_be_given_an_end(grade: Run, stages: Any) -> None:
    grade("in/alice", "in/bob", "--deadline", "90")
    alice, bob = (request.deadline for request in stages.requests)
    assert alice.whole_s == bob.whole_s == 90
    assert alice.begun_s <= bob.begun_s
    stages.requests.clear()
    grade("in/alice")
    assert stages.requests[0].deadline is None
