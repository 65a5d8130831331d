"""Every folder in `handins/broken` does not work, and costs what does not work and nothing else.

Cases are made as in `test_correct_handins.py`. `expected.json` says what is fair:

    because     what is broken, in one sentence
    lost        points lost by criterion; nothing else may lose any
    says        words that the criterion's failing checks have to say to the student
    advises     words that the criterion's remarks, which cost nothing, have to say
    notes       words that the report's notes have to say
    notes_once  words that exactly one of the notes says
    refused     words of the refusal, where nothing can be graded
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.errors import HandInError
from grader.plain_text import is_plain
from grader.records import Outcome
from grader.report import Report
from tests.acceptance.handins import advised, cases, grade, lost, one_service, told
from tests.acceptance.test_correct_handins import expectations, hand_in

BROKEN = cases("broken")


@pytest.fixture(scope="module", autouse=True)
def _service() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, one_service(patch):
        yield


def texts(report: Report) -> Iterator[str]:
    """Gives every sentence that a student reads."""
    yield from report.handin.notes
    for criterion in report.criteria:
        for check in criterion.checks:
            yield from (check.message, check.hint, *check.advice)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_broken_handin_loses_what_is_broken_and_no_more(case: Path, tmp_path: Path) -> None:
    wanted = expectations(case)
    path = hand_in(case, tmp_path / "handin", wanted.get("zip", False))
    if "refused" in wanted:
        with pytest.raises(HandInError) as refusal:
            grade(path)
        assert wanted["refused"] in str(refusal.value)
        return
    report = grade(path)
    assert lost(report) == wanted["lost"], wanted["because"]
    said, remarks, notes = told(report), advised(report), "\n".join(report.handin.notes)
    for criterion, words in wanted.get("says", {}).items():
        assert words in said[criterion]
    for criterion, words in wanted.get("advises", {}).items():
        assert words in remarks[criterion]
    for words in wanted.get("notes", ()):
        assert words in notes
    for words in wanted.get("notes_once", ()):
        assert sum(words in note for note in report.handin.notes) == 1
    assert not report.score.needs_review
    for criterion in report.criteria:
        for check in criterion.checks:
            assert check.outcome is not Outcome.UNJUDGED, check.message
    for text in texts(report):
        assert "Traceback" not in text
        assert "grader/" not in text
        assert all(is_plain(character) for character in text)
