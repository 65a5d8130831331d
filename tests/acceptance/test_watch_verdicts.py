"""What watching says after an edit is what a whole run says: no result that stands is stale."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from grader.cli.progress import Silence
from grader.course import find_course
from grader.records import Outcome
from grader.watching.rounds import Round, Tools, Unparsable, Watched, judge
from grader.watching.selection import grounds_of
from grader.watching.standing import StandingService
from tests.acceptance.handins import UMASS

SAMPLE = 10
SEED = 20261121
TIMES = ("wall_s", "cpu_s", "started")


def plain(value: Any) -> Any:
    """Takes the times out of a report."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if key not in TIMES}
    return [plain(item) for item in value] if isinstance(value, list) else value


def told(state: Round) -> Any:
    return plain(json.loads(state.report.to_json()))


@dataclass
class Desk:
    """A hand-in that is edited and judged after each edit."""

    folder: Path
    tools: Tools
    before: Round | None = None
    asked: list[int] = field(default_factory=list)

    @property
    def watched(self) -> Watched:
        return Watched(UMASS.rubric(), self.folder)

    @property
    def layers(self) -> Path:
        return self.folder / UMASS.package / "layers.py"

    def put(self, case: Path) -> None:
        """Has the folder hold a case, as it would be after an edit."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if case == UMASS.base:
            shutil.copytree(case, self.folder, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            UMASS.compose(case, self.folder)

    def edit(self, old: str, new: str, file: Path | None = None) -> None:
        text = (file or self.layers).read_text(encoding="utf-8")
        assert old in text
        (file or self.layers).write_text(text.replace(old, new), encoding="utf-8")

    def judge(self) -> Round | Unparsable | None:
        found = judge(self.watched, self.tools, Silence(), self.before)
        if isinstance(found, Round):
            self.before = found
            self.asked.append(len(found.asked))
        return found

    def assert_same_as_afresh(self) -> Round:
        """Asserts that the state says what a run that knows of no other state says."""
        found = self.judge()
        assert isinstance(found, Round)
        afresh = judge(self.watched, self.tools, Silence())
        assert isinstance(afresh, Round)
        assert told(found) == told(afresh)
        return found


@pytest.fixture(scope="module")
def tools() -> Iterator[Tools]:
    course = find_course(UMASS.rubric())
    try:
        with StandingService() as service:
            yield Tools(service, course, grounds_of(UMASS.rubric()))
    finally:
        course.close()


@pytest.fixture
def desk(tmp_path: Path, tools: Tools) -> Desk:
    made = Desk(tmp_path / "work", tools)
    made.put(UMASS.base)
    assert isinstance(made.judge(), Round)
    return made


def sample() -> list[Path]:
    return random.Random(SEED).sample(UMASS.cases("wrong"), SAMPLE)  # noqa: S311 - a fixed choice


@pytest.mark.slow
def test_after_each_of_many_edits_the_verdicts_are_those_of_a_whole_run(desk: Desk) -> None:
    whole = desk.asked[0]
    for case in sample():
        desk.put(case)
        desk.assert_same_as_afresh()
    assert len(desk.asked) == SAMPLE + 1
    assert sum(desk.asked[1:]) < SAMPLE * whole


def test_one_function_that_is_edited_asks_for_few_criteria_again(desk: Desk) -> None:
    desk.edit("dx[np.arange(N), y] -= np.sum(margins", "dx[np.arange(N), y] += np.sum(margins")
    found = desk.assert_same_as_afresh()
    assert found.asked == ("svm_loss",)
    (svm,) = [one for one in found.report.criteria if one.id == "svm_loss"]
    assert svm.outcome is not Outcome.PASSED


def test_a_save_that_changes_no_byte_leads_to_nothing(desk: Desk) -> None:
    desk.edit("x - right + 1.0", "x - right + 1.0")
    assert desk.judge() is None


def test_a_remark_asks_for_nothing_again(desk: Desk) -> None:
    desk.edit("def svm_loss", "# hinge\ndef svm_loss")
    assert desk.assert_same_as_afresh().asked == ()


def test_a_line_that_a_message_quotes_is_told_anew_when_it_moves(desk: Desk) -> None:
    desk.edit("    N = x.shape[0]\n    right", "    N = x.shape[0] / 0\n    right")
    first = desk.assert_same_as_afresh()
    desk.edit("def affine_forward", "# one\n# two\n\ndef affine_forward")
    second = desk.assert_same_as_afresh()
    assert second.asked == ("svm_loss",)
    assert messages(first) != messages(second)


def messages(state: Round) -> list[str]:
    return [check.message for one in state.report.criteria for check in one.checks if check.message]


def test_what_else_can_happen_to_files_is_judged_as_afresh(desk: Desk) -> None:
    package = desk.folder / UMASS.package
    (package / "more.py").write_text("def affine_forward(x, w, b):\n    return x\n")
    desk.assert_same_as_afresh()
    desk.edit("import numpy as np", "import numpy as np\nfrom .more import affine_forward")
    desk.assert_same_as_afresh()
    desk.edit("def affine_backward", "from .more import *\n\ndef affine_backward")
    desk.assert_same_as_afresh()
    (package / "more.py").unlink()
    desk.assert_same_as_afresh()
    (package / "optim.py").unlink()
    desk.assert_same_as_afresh()
    desk.put(UMASS.base)
    desk.edit("def relu_forward", "def relu_forwards")
    desk.assert_same_as_afresh()


def test_what_is_noted_of_a_file_is_noted_whichever_criteria_are_asked_again(desk: Desk) -> None:
    desk.edit("import numpy as np", "import numpy as np\nimport matplotlib.pyplot as plt")
    noted = desk.assert_same_as_afresh()
    assert any("matplotlib" in note for note in noted.report.handin.notes)
    desk.edit("dx[np.arange(N), y] -= np.sum(margins", "dx[np.arange(N), y] += np.sum(margins")
    after = desk.assert_same_as_afresh()
    assert noted.report.handin.notes == after.report.handin.notes
    assert after.asked == ("svm_loss",)


def test_a_file_that_cannot_be_parsed_is_waited_for(desk: Desk) -> None:
    desk.edit("def svm_loss(x, y):", "def svm_loss(x, y:")
    found = desk.judge()
    assert isinstance(found, Unparsable)
    assert found.faults == {"layers.py": ("'(' was never closed", 273)}
    desk.edit("def svm_loss(x, y:", "def svm_loss(x, y):  # mended")
    assert desk.assert_same_as_afresh().asked == ()


def test_work_that_begins_with_a_file_that_cannot_be_parsed_is_judged(desk: Desk) -> None:
    desk.edit("def svm_loss(x, y):", "def svm_loss(x, y:")
    desk.before = None
    broken = desk.judge()
    assert isinstance(broken, Round)
    # Another file is saved meanwhile.
    optim = desk.folder / UMASS.package / "optim.py"
    desk.edit("import numpy as np", "import numpy as np\nX = 1", optim)
    desk.assert_same_as_afresh()
    desk.edit("def svm_loss(x, y:", "def svm_loss(x, y):")
    assert desk.assert_same_as_afresh().report.score.awarded > broken.report.score.awarded
