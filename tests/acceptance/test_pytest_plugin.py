"""The plugin that pytest loads where the grader is installed, in pytest runs of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

PROJECT = Path(__file__).parents[2]
HANDIN = PROJECT / "tests" / "handins" / "base"
RUBRIC = PROJECT / "rubrics" / "umass_ece697ls_a1" / "rubric.yaml"


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """Runs pytest in an empty folder, with no plugin but the grader's."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    monkeypatch.delenv("GRADER_SECRET", raising=False)
    pytester.makefile(".ini", pytest="[pytest]")

    def run_with(*arguments: str | Path) -> pytest.RunResult:
        # pytest looks for settings near every path on its command line; ours are not meant.
        settings = ("-c", pytester.path / "pytest.ini")
        return pytester.runpytest_subprocess("-p", "grader.pytest_plugin", *settings, *arguments)

    return run_with


@pytest.fixture
def wrong_handin(tmp_path: Path) -> Path:
    """A hand-in whose ReLU forgets that its gradient is zero at negative inputs."""
    folder = tmp_path / "handin"
    shutil.copytree(HANDIN, folder)
    layers = folder / "ece662" / "layers.py"
    source = layers.read_text(encoding="utf-8")
    layers.write_text(
        f"{source}\n\ndef relu_backward(dout, cache):\n    return dout * 1.0\n", encoding="utf-8"
    )
    return folder


def test_a_check_is_an_item_that_can_be_chosen_by_name(run) -> None:
    result = run("--rubric", RUBRIC, "--handin", HANDIN, "-k", "affine_forward", "-v")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["*affine_forward/printed_numbers PASSED*", "*affine_forward/shapes SKIPPED*"]
    )
    outcomes = result.parseoutcomes()
    assert outcomes["passed"] == 1
    assert outcomes["skipped"] == 1


def test_grading_asks_the_hidden_checks_too(run) -> None:
    options = ("--handin-mode", "grade", "-k", "affine_forward")
    result = run("--rubric", "umass_ece697ls_a1", "--handin", HANDIN, *options)
    assert result.parseoutcomes()["passed"] == 2


def test_a_failure_shows_the_message_and_the_hint_and_no_traceback(run, wrong_handin) -> None:
    result = run("--rubric", RUBRIC, "--handin", wrong_handin, "-k", "relu_backward/gradient")
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["*failed: layers.relu_backward returned a wrong gradient.*", "  -> The gradient passes*"]
    )
    assert "harness.py" not in result.stdout.str()
    assert "Traceback" not in result.stdout.str()


def test_the_usual_options_work(run, wrong_handin, pytester: pytest.Pytester) -> None:
    graded = ("--rubric", RUBRIC, "--handin", wrong_handin, "-k", "relu and not affine")
    result = run(*graded, "-x", "--junitxml", "junit.xml")
    assert result.ret == 1
    cases = ElementTree.parse(pytester.path / "junit.xml").getroot().iter("testcase")  # noqa: S314 - our own file
    failed = [case for case in cases if case.find("failure") is not None]
    assert [case.get("name") for case in failed] == ["relu_backward/gradient"]
    assert "returned a wrong gradient" in (failed[0].find("failure").get("message") or "")
    again = run(*graded, "--lf", "-v")
    assert again.parseoutcomes()["failed"] == 1
    assert "passed" not in again.parseoutcomes()


def test_the_folders_own_tests_run_only_when_they_are_named(run, pytester) -> None:
    pytester.makepyfile(test_own="def test_own(): pass")
    graded = ("--rubric", RUBRIC, "--handin", HANDIN, "-k", "affine_forward or own")
    assert run(*graded).parseoutcomes()["passed"] == 1
    assert run(*graded, "test_own.py").parseoutcomes()["passed"] == 2


def test_collecting_starts_no_worker(run) -> None:
    result = run("--rubric", RUBRIC, "--handin", HANDIN, "--collect-only", "-q")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*::affine_forward/printed_numbers"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--rubric", "hw1"), "*--rubric was given alone*Add --handin PATH."),
        (("--handin", "folder"), "*--handin was given alone*Add --rubric ID."),
        (
            ("--rubric", "umass_ece697ls_a2", "--handin", "folder"),
            "*no rubric for the assignment 'umass_ece697ls_a2'*Did you mean 'umass_ece697ls_a1'*",
        ),
        (("--rubric", "umass_ece697ls_a1", "--handin", "nowhere"), "*nowhere*"),
        (("--rubric", "missing.yaml", "--handin", "folder"), "*missing.yaml cannot be read*"),
    ],
)
def test_what_cannot_be_used_is_a_usage_error_in_a_sentence(run, arguments, sentence) -> None:
    result = run(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([sentence])
    assert "Traceback" not in result.stderr.str()


def test_other_peoples_runs_are_left_alone(run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        def pytest_addoption(parser):
            parser.addoption("--mode")
            parser.addoption("--root")
        """
    )
    pytester.makepyfile(
        """
        import sys

        def test_nothing_of_weight_is_loaded():
            assert "numpy" not in sys.modules
            assert sorted(name for name in sys.modules if name.startswith("grader")) == [
                "grader", "grader.pytest_plugin"
            ]
        """
    )
    assert run("--mode", "fast").parseoutcomes() == {"passed": 1}


def test_an_installed_grader_is_found_without_naming_the_plugin(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--help"], cwd=tmp_path, capture_output=True, text=True
    )
    if "grader-" not in done.stdout and "--handin-mode" not in done.stdout:
        pytest.skip("the grader is not installed here, only on the path")
    assert "grading a hand-in against a rubric" in done.stdout
