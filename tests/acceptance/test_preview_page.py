"""The page of a preview in a real browser: quiet, readable in both schemes, usable by keyboard."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
from selenium.webdriver.common.keys import Keys

from tests.acceptance import test_html_browser as shared
from tests.acceptance.test_html_browser import (
    CONTRASTS,
    Open,
    narrow,
    prefer,
    requests,
)
from tests.injection.corpus import attempts
from tests.unit.preview.pages import page, wide

pytestmark = shared.pytestmark
browser, show = shared.browser, shared.show


def asked(opened: Any) -> list[str]:
    """What the page asked for; a browser that has just begun still loads its own first page."""
    return [one for one in requests(opened) if not one.startswith("chrome://")]


LONG = "a_name_without_any_break_" * 30


def test_the_page_asks_for_nothing_but_itself_and_its_style_counts(show: Open) -> None:
    opened = show(page())
    assert opened.title == "Preview of an edited rubric · hw1"
    assert asked(opened) == [opened.current_url]
    assert opened.get_log("browser") == []
    ground = opened.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(246, 246, 244)"


def test_no_attempt_of_the_corpus_runs_or_asks_for_anything(show: Open) -> None:
    names = "return [...document.querySelectorAll('*')].map(e => e.localName).join(' ')"
    harmless = show(page("harmless")).execute_script(names)
    for text in attempts():
        opened = show(page(text))
        assert opened.execute_script(names) == harmless, text
        assert asked(opened) == [opened.current_url], text
        assert opened.get_log("browser") == [], text


@pytest.mark.parametrize("text", [page(), page(LONG), wide()], ids=["short", "long", "wide"])
def test_a_phone_shows_all_of_it_without_scrolling_sideways(show: Open, text: str) -> None:
    opened = show(text)
    narrow(opened, 360)
    assert opened.execute_script("return document.documentElement.scrollWidth") == 360
    wide = opened.execute_script(
        "return [...document.querySelectorAll('body *')].filter("
        "e => e.getBoundingClientRect().right > 360.5).map(e => e.outerHTML)"
    )
    assert wide == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_in_both_schemes(show: Open, scheme: str) -> None:
    opened = show(page())
    prefer(opened, scheme)
    found = opened.execute_script(CONTRASTS)
    assert len(found) > 60
    assert [text for ratio, text in found if ratio < 4.5] == []


def test_bars_are_as_long_as_their_numbers_say(show: Open) -> None:
    opened = show(page())
    shown = opened.execute_script(
        "return [...document.querySelectorAll('.spread tbody td')].map(e => ["
        "Number(e.innerText), e.querySelector('rect').getBoundingClientRect().width])"
    )
    assert len(shown) == 20
    whole = max(width for _, width in shown)
    assert whole > 100
    for count, width in shown:
        assert width == pytest.approx(whole * count / 2, abs=1)


def test_the_keyboard_comes_past_the_head(show: Open) -> None:
    opened = show(page())
    opened.switch_to.active_element.send_keys(Keys.TAB)
    left = "return document.querySelector('.skip').getBoundingClientRect().left"
    assert opened.execute_script(left) >= 0
    opened.switch_to.active_element.send_keys(Keys.ENTER)
    assert opened.execute_script("return document.activeElement.id") == "main"


def test_a_screen_reader_finds_regions_headings_and_the_table(show: Open) -> None:
    opened: Any = show(page())
    nodes = opened.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    told = [
        (one["role"]["value"], one.get("name", {}).get("value", ""))
        for one in nodes
        if not one["ignored"]
    ]
    regions = [name for role, name in told if role == "region"]
    assert {"What was edited", "How the points are spread"} <= set(regions)
    assert any(name.startswith("Who changes") for name in regions)
    headers = [name.strip() for role, name in told if role == "columnheader"]
    assert headers == ["points", "before", "after"]
    assert len([name for role, name in told if role == "rowheader"]) == 10
    assert not [name for role, name in told if role == "image"]
