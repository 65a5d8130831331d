"""A question for a person: what is shown beside it, and that nothing is judged."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks.kind import CheckKind
from grader.checks.manual import KIND, open_result, parse
from grader.checks.question import Question
from grader.checks.shown_work import SHOWN_CHARS
from grader.handin import HandIn
from grader.handin.model import Document
from grader.handin.notebook import Cell, Notebook, Picture
from grader.records import CheckResult, CheckSpec, Outcome
from tests.unit.marked_course import LEVELS, manual_data


def handin(**more: Any) -> HandIn:
    given = {
        "id": "alice",
        "kind": "folder",
        "digest": "sha256:0a",
        "root": ".",
        "root_name": "hw",
        "files": {},
        "others": (),
        "notes": (),
    }
    return HandIn(**{**given, **more})


def asked(work: HandIn | None, asks: str = "Is it right?", **shows: Any) -> CheckResult:
    data = manual_data(asks=asks, **({"shows": shows} if shows else {}))
    spec = CheckSpec("proof/manual", "manual", parse(data))
    nobody: Any = None  # a session; a kind that asks no worker has no use for one
    return KIND.run(Question(spec, "report.proof", 0, nobody, nobody, handin=work))


def shown(result: CheckResult) -> list[tuple[str, str]]:
    return [(one["where"], one["text"]) for one in result.evidence["shown"]]


def test_a_kind_for_people_needs_no_worker() -> None:
    assert isinstance(KIND, CheckKind)
    assert (KIND.name, KIND.asks_worker) == ("manual", False)


def test_nothing_is_judged_and_the_question_is_said() -> None:
    result = asked(handin())
    assert (result.outcome, result.credit) == (Outcome.NOT_RUN_HERE, 0.0)
    assert result.message == "A person marks this: Is it right?"
    assert shown(result) == []
    assert asked(handin(), asks="Say why").message == "A person marks this: Say why."


def test_a_report_is_named_with_its_pages_and_size() -> None:
    work = handin(documents=(Document("a/report.pdf", 2_048, "pdf", 3), Document("x.txt", 5)))
    result = asked(work, report=True)
    assert shown(result) == [("a/report.pdf", "3 pages, 2,048 bytes")]
    assert "no PDF" not in result.message


def test_a_report_that_was_cut_short_or_is_none_is_said_so() -> None:
    cut = handin(documents=(Document("r.pdf", 9, "pdf", 1, whole=False),))
    assert "1 page, 9 bytes; it has no end" in shown(asked(cut, report=True))[0][1]
    other = handin(documents=(Document("r.PDF", 9, "zip"),))
    assert shown(asked(other, report=True)) == [
        ("r.PDF", "9 bytes; by its first bytes it is no PDF")
    ]


def test_what_is_lacking_is_said_and_stays_open() -> None:
    for shows, sentence in (
        ({"report": True}, "The hand-in has no PDF."),
        ({"cells": "Question 1"}, "It has no notebook."),
        ({"answers": "task1.a"}, "The answer sheet has nothing for 'task1.a'."),
        ({"code": "layers.relu"}, "The hand-in has no layers.relu."),
    ):
        result = asked(handin(), **shows)
        assert result.outcome is Outcome.NOT_RUN_HERE
        assert result.message == f"A person marks this: Is it right? {sentence}"


def notebook(*cells: Cell) -> HandIn:
    return handin(notebooks=(Notebook("work/hw2.ipynb", cells),))


SECTIONS = (
    Cell(1, "markdown", "# Homework"),
    Cell(2, "markdown", "## Inline Question 1\nWhy does it vanish?"),
    Cell(3, "markdown", "### My answer\nBecause of the depth."),
    Cell(4, "code", "plot()", text="loss 0.5\n", pictures=(Picture("png"),)),
    Cell(5, "code", "1/0", error="ZeroDivisionError"),
    Cell(6, "markdown", "## Inline Question 2"),
    Cell(7, "markdown", "Not this one."),
)


def test_cells_are_shown_up_to_the_next_heading_of_the_level() -> None:
    result = asked(notebook(*SECTIONS), cells="Inline Question 1")
    assert shown(result) == [
        ("hw2.ipynb, cell 2", "## Inline Question 1\nWhy does it vanish?"),
        ("hw2.ipynb, cell 3", "### My answer\nBecause of the depth."),
        ("hw2.ipynb, cell 4", "plot()\nprinted: loss 0.5\ndrawn: 1 picture"),
        ("hw2.ipynb, cell 5", "1/0\nended with ZeroDivisionError"),
    ]


def test_a_text_without_a_heading_ends_at_any_heading() -> None:
    cells = (
        Cell(1, "markdown", "**Answer:** yes"),
        Cell(2, "code", "x"),
        Cell(3, "markdown", "###### Next"),
        Cell(4, "code", "y"),
    )
    assert [where for where, _ in shown(asked(notebook(*cells), cells=r"\*\*Answer"))] == [
        "hw2.ipynb, cell 1",
        "hw2.ipynb, cell 2",
    ]


def test_cells_that_no_line_matches_are_missed_by_name() -> None:
    result = asked(notebook(*SECTIONS), cells="Question 7")
    assert shown(result) == []
    assert result.message.endswith("No text cell of its notebooks has a line like 'Question 7'.")


def test_code_that_looks_like_the_question_begins_nothing() -> None:
    assert shown(asked(notebook(Cell(1, "code", "# Question 1")), cells="Question 1")) == []


@pytest.mark.parametrize(
    ("key", "text"),
    [("a.b", "as a whole"), ("task1.c", "[1, 2]"), ("task1.d.e", "0.5"), ("none", "é")],
)
def test_answers_are_found_by_their_key_or_inside_others(key: str, text: str) -> None:
    answers = {"a.b": "as a whole", "task1": {"c": [1, 2], "d": {"e": 0.5}}, "none": "é"}
    assert shown(asked(handin(answers=answers), answers=key)) == [(f"answer {key}", text)]


def test_a_key_inside_something_that_has_none_is_missing() -> None:
    result = asked(handin(answers={"task1": "text"}), answers="task1.a")
    assert "nothing for 'task1.a'" in result.message


CODE = b"""import os

class Net:
    def forward(
        self,
    ):
        return 1

    def backward(self):
        return 2

def relu(x):

    return x
relu(3)
"""


@pytest.mark.parametrize(
    ("subject", "where", "text"),
    [
        ("layers.relu", "layers.py, line 12", "def relu(x):\n\n    return x"),
        (
            "layers.Net.forward",
            "layers.py, line 4",
            "    def forward(\n        self,\n    ):\n        return 1",
        ),
    ],
)
def test_a_definition_is_shown_by_its_indentation(subject: str, where: str, text: str) -> None:
    assert shown(asked(handin(files={"layers.py": CODE}), code=subject)) == [(where, text)]


def test_source_that_is_no_text_is_shown_as_far_as_it_is() -> None:
    ((where, text),) = shown(asked(handin(files={"m.py": b"def f():\n    '\xff'\n"}), code="m.f"))
    assert where == "m.py, line 1"
    assert "def f():" in text


def test_what_is_shown_is_cleaned_and_bounded() -> None:
    many = [Cell(n, "markdown", "# Q\n" + "\x1b[2J" * 300) for n in range(1, 40)]
    found = shown(asked(notebook(*many), cells="Q"))
    assert r"\x1b[2J" in found[0][1]
    assert not any("\x1b" in text for _, text in found)
    assert sum(len(text) for _, text in found) < SHOWN_CHARS + 200
    assert found[-1][1] == "(more than is shown here; see the hand-in)"


def test_without_a_hand_in_there_is_the_question_alone() -> None:
    assert shown(asked(None, report=True)) == []


def test_an_open_result_can_be_made_of_what_a_report_shows() -> None:
    spec = CheckSpec("proof/manual", "manual", parse(manual_data()))
    told = [{"where": "r.pdf", "text": "2 pages"}]
    result = open_result(spec, told, "Something is missing.")
    assert result.evidence == {"shown": told, "lacking": "Something is missing."}
    assert result.message == "A person marks this: Is the proof right? Something is missing."


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"levels": LEVELS[1:]}, "'levels' go from credit 0.5 to 0; the first is the best"),
        ({"levels": LEVELS[:2]}, "'levels' go from credit 1 to 0.5; the first is the best"),
        (
            {"levels": (LEVELS[0], LEVELS[1], {"credit": 0.7, "description": "x"}, LEVELS[2])},
            "In 'levels' credit 0.7 comes after 0.5; the best level stands first",
        ),
        (
            {"levels": (LEVELS[0], {"credit": 0, "description": "complete and right."})},
            "Two of the 'levels' are described as 'Complete and right.'",
        ),
        ({"shows": {"cells": "("}}, "'cells' is '(', which is no regular expression: missing )"),
    ],
)
def test_keys_that_a_schema_cannot_refuse_are_refused(
    change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # the sentence is read below
        parse(manual_data(**change))
    assert str(caught.value).startswith(sentence)
    assert str(caught.value).endswith(".")


def test_questions_of_the_same_number_are_told_apart_by_the_notebooks_name() -> None:
    cells = tuple(Cell(1, "markdown", f"## Inline Question 1:\n\nof {name}") for name in "ab")
    work = handin(
        notebooks=(Notebook("Q1-Nets.ipynb", cells[:1]), Notebook("x/q2.ipynb", cells[1:]))
    )
    found = shown(asked(work, cells="Question 1", notebook="*Q2*"))
    assert [where for where, _ in found] == ["q2.ipynb, cell 1"]
    assert len(shown(asked(work, cells="Question 1"))) == 2


def test_a_notebook_that_is_looked_for_in_vain_is_named_by_its_pattern() -> None:
    work = handin(notebooks=(Notebook("Q1.ipynb", (Cell(1, "markdown", "# Hello"),)),))
    other = asked(work, cells="Question 1", notebook="*Q2*")
    assert "It has no notebook with a name like '*Q2*'." in other.message
    same = asked(work, cells="Question 1", notebook="*Q1*")
    assert "No text cell of its notebooks like '*Q1*' has a line like" in same.message
