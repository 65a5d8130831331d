"""The pytest plugin: one item per check of a rubric.

pytest conducts, with its `-k`, `-x` and JUnit output; what counts is kept in `Harness.results`,
from which the scorecard is made. When the grader runs pytest itself it is sealed: no conftest, no
ini file, no plugin and no option from anywhere else.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest

from grader.checks import CHECK_KINDS
from grader.plan import GradingPlan, PlannedCheck
from grader.records import CheckResult, Outcome

NOT_JUDGED_HERE = (Outcome.NOT_RUN_HERE, Outcome.SKIPPED)


class Examiner(Protocol):
    """Who answers the items."""

    def judge(self, planned: PlannedCheck) -> CheckResult:
        """Asks one check."""


class CheckFailed(Exception):  # noqa: N818  # a failing check is no error
    """A check did not get full credit; carries its result to the item's report."""

    def __init__(self, result: CheckResult) -> None:
        super().__init__(result.message)
        self.result = result


class CheckItem(pytest.Item):
    """One check as pytest sees it."""

    def __init__(self, *, planned: PlannedCheck, harness: Harness, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.planned = planned
        self.harness = harness

    def runtest(self) -> None:
        """Asks the check and keeps its result.

        Raises:
            CheckFailed: it did not get full credit.
        """
        result = self.harness.judge(self.planned)
        self.harness.keep(result)
        if result.outcome in NOT_JUDGED_HERE:
            pytest.skip(result.message or "not run here")
        if result.outcome is not Outcome.PASSED:
            raise CheckFailed(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Shows message and hint in place of a traceback of ours."""
        error = excinfo.value
        if not isinstance(error, CheckFailed):
            return super().repr_failure(excinfo, style)
        hint = f"\n  -> {error.result.hint}" if error.result.hint else ""
        return f"{error.result.outcome}: {error.result.message}{hint}"

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Names the check in pytest's headings."""
        return self.path, None, self.planned.spec.id


class RubricFile(pytest.File):
    """A rubric file as pytest sees it: a collection of checks."""

    harness: Harness

    def collect(self) -> Iterator[CheckItem]:
        """Yields one item per check that has no result yet, in the rubric's order."""
        for planned in self.harness.plan.checks:
            if planned.kept is not None:
                continue
            yield CheckItem.from_parent(
                self, name=planned.spec.id, planned=planned, harness=self.harness
            )


class Harness:
    """The plugin.

    Args:
        plan: what is asked.
        examiner: who asks it.
        rubric_path: the file that stands for the plan on pytest's command line.
        finished: told of every result as it comes.
    """

    def __init__(
        self,
        plan: GradingPlan,
        examiner: Examiner,
        rubric_path: Path,
        finished: Callable[[CheckResult], None],
    ) -> None:
        self.plan = plan
        self.examiner = examiner
        self.rubric_path = rubric_path.resolve()
        self.results: list[CheckResult] = []
        self._finished = finished
        self._ahead = deque(plan.checks)

    def judge(self, planned: PlannedCheck) -> CheckResult:
        """Has a check asked, unless it runs the hand-in and the time for the whole run is over."""
        self.settle(until=planned)
        deadline, spec = self.plan.deadline, planned.spec
        kind = CHECK_KINDS.get(spec.kind)
        runs = planned.runs and (kind is None or kind.asks_worker)
        if deadline is None or deadline.left_s or not runs:
            return self.examiner.judge(planned)
        return CheckResult(spec.id, spec.kind, Outcome.UNJUDGED, 0.0, deadline.before_it_began())

    def settle(self, until: PlannedCheck | None = None) -> None:
        """Takes the results that stand of checks before one, which may decide how it is judged."""
        while self._ahead and self._ahead[0] is not until:
            planned = self._ahead.popleft()
            if planned.kept is not None:
                self.keep(self.examiner.judge(planned))

    def keep(self, result: CheckResult) -> None:
        """Keeps a result for the scorecard."""
        self.results.append(result)
        self._finished(result)

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> RubricFile | None:
        """Takes the rubric for a file of tests."""
        if file_path.resolve() != self.rubric_path:
            return None
        file: RubricFile = RubricFile.from_parent(parent, path=file_path)
        file.harness = self
        return file


@contextmanager
def _sealed() -> Iterator[None]:
    """Hides pytest's environment variables, which could add options and plugins."""
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PYTEST_")}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        os.environ.update(hidden)


# What a sealed run has no use for; each costs a hook call per item.
_UNUSED = (
    *("cacheprovider", "capture", "debugging", "doctest", "faulthandler", "junitxml"),
    *("legacypath", "logging", "monkeypatch", "pastebin", "pytester", "python", "recwarn"),
    *("setuponly", "setupplan", "stepwise", "terminal", "threadexception", "tmpdir"),
    *("unittest", "unraisableexception", "warnings"),
)


class _Sealed:
    """Collects a plan without asking pytest to find it: any path of a rubric will do."""

    def __init__(self, harness: Harness) -> None:
        self._harness = harness

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> bool:
        """Takes the place of pytest's own collection."""
        file: RubricFile = RubricFile.from_parent(session, path=self._harness.rubric_path)
        file.harness = self._harness
        session.items = list(file.collect())
        session.testscollected = len(session.items)
        return True


def run_sealed(harness: Harness) -> None:
    """Runs pytest on the plan alone.

    Raises:
        KeyboardInterrupt: a person stopped the run; pytest itself swallows it.
    """
    arguments = ["--noconftest", "-c", os.devnull, f"--rootdir={harness.rubric_path.parent}"]
    arguments += [part for name in _UNUSED for part in ("-p", f"no:{name}")]
    with _sealed():
        status = pytest.main(arguments, plugins=[_Sealed(harness)])
    if status == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    harness.settle()
