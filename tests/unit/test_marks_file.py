"""Marks on disk: what is written is read back, and a hand's mistakes are told all at once."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.marks import make_mark
from grader.marks_file import marks_path, marks_text, read_marks, write_marks
from grader.marks_given import Marks
from tests.unit.marked_course import DIGEST, course

_, PROOF, ESSAY = course().criteria
AT = "2026-11-20T10:00:00+00:00"
HEAD = f"assignment: hw1\nhandin: {{id: alice, digest: {DIGEST}}}\n"


def sheet(*comments: str) -> Marks:
    given = [
        make_mark(criterion, answer, comment, "Kim", AT)
        for criterion, answer, comment in zip((PROOF, ESSAY), ("2", "0.25"), comments, strict=False)
    ]
    return Marks("hw1", "alice", DIGEST, tuple(given))


def read(folder: Path, text: str) -> Marks:
    path = folder / "alice.marks.yaml"
    path.write_text(text, encoding="utf-8")
    return read_marks(path, course())


def test_marks_lie_beside_their_report() -> None:
    assert marks_path(Path("out/alice.hw.json")) == Path("out/alice.hw.marks.yaml")


def test_the_file_is_for_people_to_read(tmp_path: Path) -> None:
    path = tmp_path / "alice.marks.yaml"
    write_marks(sheet("Why?\nSay more: #2", ""), path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[2:] == [
        'assignment: "hw1"',
        "handin:",
        '  id: "alice"',
        f'  digest: "{DIGEST}"',
        "marks:",
        '  - criterion: "proof"',
        '    level: "The idea is right, a step is missing."',
        '    comment: "Why?\\nSay more: #2"',
        '    by: "Kim"',
        f'    at: "{AT}"',
        '  - criterion: "essay"',
        "    credit: 0.25",
        '    by: "Kim"',
        f'    at: "{AT}"',
    ]
    assert all(line.startswith("# ") for line in lines[:2])
    assert read_marks(path, course()) == sheet("Why?\nSay more: #2", "")


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_comment_is_read_back_as_it_was_kept(
    tmp_path_factory: pytest.TempPathFactory, first: str, second: str
) -> None:
    folder = tmp_path_factory.mktemp("marks")
    assert read(folder, marks_text(sheet(first, second))) == sheet(first, second)


def test_no_marks_are_a_file_too(tmp_path: Path) -> None:
    assert read(tmp_path, marks_text(sheet())) == sheet()


def test_a_hand_may_write_numbers_and_beginnings(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        HEAD + "marks:\n  - {criterion: proof, level: 2}\n  - {criterion: essay, level: compl}\n",
    )
    assert [mark.credit for mark in found.marks] == [Decimal("0.5"), 1]


def test_what_checks_may_have_left_open_has_levels_too(tmp_path: Path) -> None:
    found = read(tmp_path, HEAD + "marks: [{criterion: relu, level: half}]\n")
    assert (found.marks[0].credit, found.marks[0].level) == (Decimal("0.5"), "half")
    assert read(tmp_path, marks_text(found)) == found


def test_a_credit_of_one_is_no_level(tmp_path: Path) -> None:
    found = read(tmp_path, HEAD + "marks: [{criterion: proof, credit: 0}]\n")
    assert (found.marks[0].credit, found.marks[0].level) == (0, "Missing or wrong.")


def test_all_mistakes_are_told_with_their_lines(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read(
            tmp_path,
            HEAD + "marks:\n"
            "  - {criterion: prof, level: 1}\n"
            "  - {criterion: proof, level: 7}\n"
            "  - {criterion: essay}\n"
            "  - {criterion: essay, level: 1}\n",
        )
    path = tmp_path / "alice.marks.yaml"
    first, *rest = str(caught.value).splitlines()
    assert first == f"The marks '{path}' cannot be used:"
    assert rest == [
        f"{path}:4  marks[0].criterion: 'prof' is no criterion of the rubric. Did you mean "
        "'proof'?",
        f"{path}:5  marks[1].level: 7 is no level of proof, which has levels 1 to 3; 1 is the "
        "best. Give one of them, or a credit with a decimal point, such as 0.75.",
        f"{path}:6  marks[2]: A mark has either a `level` or a `credit`. Give one of them.",
        f"{path}:7  marks[3].criterion: 'essay' has a mark in line 6 already. Delete one of the "
        "two.",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("marks: []\n", "'handin' is missing."),
        (f"{HEAD}marks: [{{criterion: proof, level: 1, points: 3}}]\n", "'points' is not a key"),
        (f"{HEAD}marks: [{{criterion: proof, credit: 2}}]\n", "marks[0].credit"),
        (HEAD.replace(DIGEST, "md5:12") + "marks: []\n", "the digest that stands in the report"),
        ("- 1\n", "Expected a mapping"),
    ],
)
def test_what_has_not_the_form_of_marks_is_refused(
    tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("text", ["a: [", "a: 1\na: 2\n"])
def test_what_is_no_yaml_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text)
    first, second = str(caught.value).splitlines()
    assert first == (
        f"The marks '{tmp_path}/alice.marks.yaml' cannot be read; they are YAML and follow the "
        "rules for rubrics."
    )
    assert second.startswith(f"{tmp_path}/alice.marks.yaml:")
