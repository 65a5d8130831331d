"""Markdown shows the score, what went wrong, and the rest in lists that have an end."""

from __future__ import annotations

from grader.records import Outcome
from grader.report.audience import for_students
from grader.report.markdown import LISTED_AT_MOST, markdown
from grader.report.markdown_text import code, code_block, escaped
from tests.formats.reports import check, criterion, mixed, passing, report, unfinished


def test_a_report_that_passed_is_short() -> None:
    assert markdown(passing()) == (
        "## ✓ 10 of 10 points\n\n`alice`, `hw1`\n\n"
        "✓ **2 passed** (10 points): `affine`, `relu`\n\n"
        "2.1 s · the hand-in ran isolated (tier B)\n"
    )


def test_what_keeps_it_from_being_a_grade_is_said_above_all() -> None:
    lines = markdown(unfinished()).splitlines()
    quoted = [line for line in lines if line.startswith("> **")]
    assert [line[4:].partition(":")[0] for line in quoted] == [
        "Not finished",
        "Not isolated",
        "Not signed",
    ]


def test_a_hidden_criterion_has_its_points_and_no_more() -> None:
    text = markdown(for_students(mixed()))
    assert "| ✗ | Hidden criterion 4 | 0 of 2 |" in text
    assert "Adam" not in text


def test_lists_and_notes_have_an_end() -> None:
    many = [criterion(f"c{at}", "1", "1", check(f"c{at}/b")) for at in range(LISTED_AT_MOST + 3)]
    text = markdown(report(*many, notes=tuple(f"Note {at}." for at in range(9))))
    assert f"`c{LISTED_AT_MOST - 1}` and 3 more" in text
    assert "· 3 more notes in the JSON report." in text


def test_what_was_not_run_is_listed_by_itself() -> None:
    open_ = criterion("gpu", "2", "0", check("gpu/b", Outcome.NOT_RUN_HERE, "No GPU."), upper="2")
    assert "○ **not run here** (2 points): `gpu`" in markdown(report(open_))


def test_texts_of_the_course_are_escaped() -> None:
    assert escaped("a|b *c* <d> [e](f) `g` @h #i &amp; \\") == (
        r"a\|b \*c\* \<d\> \[e\](f) \`g\` \@h \#i \&amp; " + "\\\\"
    )


def test_a_code_span_or_block_outlasts_any_run_of_backticks() -> None:
    assert code("a``b") == "```a``b```"
    assert code("`a`") == "`` `a` ``"
    assert code("") == "`  `"
    assert code_block(["x", "", "````"]) == ["`````text", "x", "", "````", "`````"]
    assert code_block(["word " * 30])[1:-1] == [
        ("word " * 19).strip(),
        "  " + ("word " * 11).strip(),
    ]
