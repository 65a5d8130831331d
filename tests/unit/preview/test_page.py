"""The page of a preview: everything is on it, and whatever is said stands there as letters."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from grader.plain_text import clean_text
from grader.preview.page import preview_page
from grader.report.html_document import policy
from tests.injection.corpus import attempts
from tests.unit.preview.pages import course, page


class Reader(HTMLParser):
    """Reads elements with the names of their attributes, and the text between them."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.text: list[str] = []
        self.comments: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    return reader


def words(text: str) -> str:
    """The page's text as it is read, without the style."""
    body = text.split("</style>", 1)[1]
    return " ".join(" ".join(read(body).text).split())


def test_the_page_tells_who_changes_by_how_much_and_why() -> None:
    text = words(page())
    for told in (
        "Mean of 4 hand-ins 9 → 7.25–7.75 of 10 → 12 points",
        "3 of 4 hand-ins change. Of 1 the reports do not tell all, so the points are a range.",
        "Pass mark 7 Now below it 1 zoe Cannot be told any more 1 eve",
        "What was edited the rubric maximum none → 12 bob points 6 → 8 net points 6 → 8",
        "Who changes 3 Who loses most comes first. zoe loses 10 → 5 −5 net 6 → 1 eve",
        "eve cannot be told 10 → 6–8 −4 to −2 affine 4 → 2–4 cannot be told: points 6 → 8; a loan",
        "bob gains 8 → 10 +2 bob 6 → 8 points 6 → 8",
    ):
        assert told in text


def test_the_spread_is_a_table_of_numbers_with_bars_for_the_eye() -> None:
    text = words(page())
    assert "6–7.2 0 1" in text
    assert "7.2–8.4 2 1" in text
    assert "9.6–10.8 2 1" in text
    bars = re.findall(r'aria-hidden="true"[^>]*><rect x="0" y="0" width="([\d.]+)"', page())
    assert len(bars) == 20
    assert {float(length) for length in bars} == {0, 50, 100}


def test_a_criterion_has_who_gains_and_loses_the_range_and_the_mean() -> None:
    text = words(page())
    assert "bob 1 gains by +2 points; +0.5 in the mean of all" in text
    assert "affine 1 cannot be told by −2 to 0 points; −0.5 to 0 in the mean of all" in text
    assert "net 2 lose by −5 to −2 points; −1.75 in the mean of all" in text


def test_without_an_edit_a_mark_or_a_change_the_page_says_so() -> None:
    told = course()
    quiet = replace(told, edits={}, handins=told.handins[:1], marks=None, crossing=None)
    text = words(preview_page(quiet, "hw1"))
    assert "0 of 1 hand-in change." in text
    assert "No edit was found that reports can tell of." in text
    for absent in ("Pass mark", "By criterion", "Who changes"):
        assert absent not in text


def test_nobody_crossing_the_mark_is_said() -> None:
    told = course()
    nobody = replace(told.crossing, now_pass=(), now_fail=(), may=()) if told.crossing else None
    text = words(preview_page(replace(told, crossing=nobody, marks=(Decimal(1),) * 2), "hw1"))
    assert "Pass mark 1 Nobody crosses it." in text


def test_the_page_asks_for_nothing_and_allows_its_own_style_alone() -> None:
    text = page()
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert policy(style).replace("'", "&#39;") in text
    names = {name for name, _ in read(text).elements}
    assert not names & {"script", "iframe", "object", "embed", "form", "img", "base"}
    keys = {key for _, keys in read(text).elements for key in keys}
    assert not keys & {"src", "style", "srcset"}
    assert "http" not in text.replace("http-equiv", "")
    assert "url(" not in style


def squeezed(text: str) -> str:
    return "".join(text.split()).replace("…", "")


@pytest.mark.parametrize("said", attempts(), ids=[f"{at}" for at in range(len(attempts()))])
def test_no_attempt_of_the_corpus_becomes_more_than_letters(said: str) -> None:
    found, harmless = read(page(said)), read(page("it is wrong"))
    assert found.elements == harmless.elements
    assert found.comments == []
    shown = squeezed(clean_text(said, 80))[:60]
    assert shown in squeezed("".join(found.text))
