"""Lets an ordinary pytest run grade a hand-in: `pytest --rubric ID --handin PATH -k affine`.

pytest imports this module in every run on a machine where the grader is installed. It therefore
imports nothing of weight, adds options with names of its own, and does nothing unless they are
given.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from grader.examination import Examination
    from grader.plan import GradingPlan, PlannedCheck
    from grader.records import CheckResult

NEEDS_PERSON = 3  # the exit code with which `grader` and pytest both report a fault of their own


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options that name a rubric and a hand-in."""
    group = parser.getgroup("grader", "grading a hand-in against a rubric")
    group.addoption("--rubric", metavar="ID|FILE", help="Rubric: an assignment's id, or a file.")
    group.addoption("--handin", metavar="PATH", help="The hand-in: a folder or a zip archive.")
    group.addoption("--handin-root", metavar="DIR", help="Folder inside it with the package.")
    group.addoption(
        "--handin-mode",
        choices=("check", "grade"),
        default="check",
        help="Ask the visible checks with public draws, or all with secret ones.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Has the rubric's checks collected, when a rubric and a hand-in are given.

    Raises:
        pytest.UsageError: only one is given, or one of them cannot be used.
    """
    rubric, handin = config.getoption("--rubric"), config.getoption("--handin")
    if rubric is None and handin is None:
        return
    if rubric is None or handin is None:
        given, missing = (
            ("--handin", "--rubric ID") if rubric is None else ("--rubric", "--handin PATH")
        )
        raise pytest.UsageError(
            f"{given} was given alone; checks need both a rubric and a hand-in. Add {missing}."
        )
    from grader.errors import GraderError
    from grader.harness import Harness

    try:
        plan = _plan(config, rubric, Path(handin))
    except GraderError as error:
        raise pytest.UsageError(error.message) from error
    path = Path(plan.rubric.path)
    examiner = LateExaminer(plan)
    config.add_cleanup(examiner.close)
    config.pluginmanager.register(Harness(plan, examiner, path, _nobody_is_told), "grader-harness")
    if config.args_source is not config.ArgsSource.ARGS:
        config.args.clear()  # the default is to collect the folder's own tests, which nobody named
    config.args.append(str(path))


def _plan(config: pytest.Config, which: str, handin_path: Path) -> GradingPlan:
    from grader.cli.grade import SECRET_VARIABLE, read_secret
    from grader.cli.inputs import choose_rubric, open_handin
    from grader.plan import make_plan

    file = Path(which)
    named_by_id = file.suffix not in {".yaml", ".yml"} and not file.is_file()
    rubric = choose_rubric(which, None, None) if named_by_id else choose_rubric(None, file, None)
    handin = open_handin(handin_path, rubric, config.getoption("--handin-root"))
    secret = read_secret(None, os.environ.get(SECRET_VARIABLE))
    return make_plan(rubric, handin, config.getoption("--handin-mode"), secret)


def _nobody_is_told(result: CheckResult) -> None:
    """Takes the place of a progress bar: pytest shows the results itself."""


class LateExaminer:
    """Starts the workers at the first check, so that `--collect-only` starts none."""

    def __init__(self, plan: GradingPlan) -> None:
        self._plan = plan
        self._stack = ExitStack()
        self._examination: Examination | None = None

    def judge(self, planned: PlannedCheck) -> CheckResult:
        """Asks one check; ends the run when this machine cannot start a worker."""
        from grader.errors import GraderError

        try:
            return self._open().judge(planned)
        except GraderError as error:
            pytest.exit(error.message, returncode=NEEDS_PERSON)

    def _open(self) -> Examination:
        from grader.staging import examine

        if self._examination is None:
            self._examination = self._stack.enter_context(examine(self._plan)).examination
        return self._examination

    def close(self) -> None:
        """Ends the workers, if there are any."""
        self._stack.close()
