"""The page for people in a real browser: quiet, alone, readable, usable by keyboard."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.injection.corpus import attempts
from tests.unit.report.html_samples import full_report, page, page_with

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
from selenium.webdriver.common.keys import Keys  # noqa: E402 - only where it is installed

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="Chromium or its driver is not installed"
)

OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Colours of all visible texts with what lies behind them, as WCAG 2 compares them.
CONTRASTS = """
const parse = c => c.match(/[\\d.]+/g).map(Number);
const light = c => {
  const [r, g, b] = parse(c).map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = e => {
  for (; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor;
    if ((parse(c)[3] ?? 1) > 0) return c;
  }
  return 'rgb(255, 255, 255)';
};
const found = [];
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const e = walk.currentNode.parentElement;
  if (!walk.currentNode.data.trim() || e.closest('title')) continue;
  if (!e.getClientRects().length) continue;
  const style = getComputedStyle(e);
  const ink = e.closest('svg') ? style.fill : style.color;
  const [low, high] = [light(ink), light(behind(e))].sort((a, b) => a - b);
  found.push([(high + 0.05) / (low + 0.05), walk.currentNode.data.trim().slice(0, 40)]);
}
return found;
"""
UNFOLD = "document.querySelectorAll('details').forEach(each => each.open = true);"

Open = Callable[[str], Any]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for option in (*OPTIONS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens a page of some text in a window as wide as a laptop's."""
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    file = tmp_path / "page.html"

    def open_(text: str) -> Any:
        file.write_text(text, encoding="utf-8")
        for kind in ("browser", "performance"):
            browser.get_log(kind)  # what an earlier page left behind
        browser.get(file.as_uri())
        return browser

    yield open_
    browser.get("about:blank")


def requests(browser: Any) -> list[str]:
    """Everything that the page asked for, data in the page itself apart."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [one["params"] for one in events if one["method"] == "Network.requestWillBeSent"]
    return [one["request"]["url"] for one in sent if not one["request"]["url"].startswith("data:")]


def narrow(browser: Any, width: int) -> None:
    metrics = {"width": width, "height": 700, "deviceScaleFactor": 2, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def prefer(browser: Any, scheme: str) -> None:
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})


def test_it_is_quiet_and_asks_for_nothing(show: Open) -> None:
    browser = show(page())
    assert requests(browser) == [browser.current_url]
    assert browser.get_log("browser") == []
    assert browser.title == "alice · hw1"
    # The style was let in by its hash.
    assert browser.execute_script("return getComputedStyle(document.body).maxWidth") == "800px"


def test_the_policy_holds_what_escaping_would_let_through(show: Open) -> None:
    hole = (
        "<script>document.title = 'owned'</script><img src='http://192.0.2.1/a.png'>"
        "<img src='data:,' onerror=\"document.title = 'owned'\"><style>main{display:none}</style>"
        "<p id='hole' style='display:none'>x</p>"
    )
    browser = show(page().replace("<main", f"{hole}<main", 1))
    assert browser.title == "alice · hw1"
    shown = "return getComputedStyle(document.querySelector(arguments[0])).display"
    assert browser.execute_script(shown, "main") == "block"
    assert browser.execute_script(shown, "#hole") == "block"
    refused = [one["message"] for one in browser.get_log("browser")]
    assert sum("Content Security Policy" in message for message in refused) >= 4


def test_no_attempt_of_the_corpus_becomes_more_than_letters(show: Open) -> None:
    harmless = show(page_with("harmless")).execute_script(
        "return [...new Set([...document.querySelectorAll('*')].map(e => e.localName))]"
    )
    for text in attempts():
        browser = show(page_with(text))
        found = browser.execute_script(
            "return [...document.querySelectorAll('*')].map("
            "e => [e.localName, ...[...e.attributes].map(a => a.name)])"
        )
        assert {one[0] for one in found} <= {*harmless, "code", "details", "summary"}, text
        assert not [one for one in found if "style" in one[1:] or "src" in one[1:]], text
        assert not [key for one in found for key in one[1:] if key.startswith("on")], text
        assert requests(browser) == [browser.current_url], text
        assert browser.get_log("browser") == [], text


def test_a_phone_shows_all_of_it_without_scrolling_sideways(show: Open) -> None:
    browser = show(page())
    narrow(browser, 360)
    browser.execute_script(UNFOLD)
    assert browser.execute_script("return [innerWidth, document.documentElement.scrollWidth]") == [
        360,
        360,
    ]
    # Only boxes of code are wider inside than outside, and these scroll.
    wide = browser.execute_script(
        "return [...document.querySelectorAll('body *')].filter("
        "e => e.getBoundingClientRect().right > 360.5 && !e.closest('pre')).map(e => e.outerHTML)"
    )
    assert wide == []
    scrolls = browser.execute_script(
        "return [...document.querySelectorAll('pre')].map(e => e.scrollWidth > e.clientWidth)"
    )
    assert True in scrolls


def test_a_long_name_does_not_widen_the_phone_either(show: Open) -> None:
    browser = show(page_with("very_long_name_without_any_break" * 30))
    narrow(browser, 360)
    browser.execute_script(UNFOLD)
    assert browser.execute_script("return document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_in_both_schemes(show: Open, scheme: str) -> None:
    browser = show(page())
    prefer(browser, scheme)
    browser.execute_script(UNFOLD)
    found = browser.execute_script(CONTRASTS)
    assert len(found) > 100
    assert [text for ratio, text in found if ratio < 4.5] == []


def test_dark_is_dark(show: Open) -> None:
    ground = "return getComputedStyle(document.body).backgroundColor"
    browser = show(page())
    seen = []
    for scheme in ("light", "dark"):
        prefer(browser, scheme)
        seen.append(browser.execute_script(ground))
    assert seen == ["rgb(246, 246, 244)", "rgb(20, 23, 27)"]


def test_the_keyboard_reaches_everything_in_order_and_sees_where_it_is(show: Open) -> None:
    browser = show(page())
    wanted = browser.execute_script(
        "return [...document.querySelectorAll('a[href], summary, pre')].filter("
        "e => e.checkVisibility()).map(e => e.outerHTML)"
    )
    assert sum(each.startswith("<summary") for each in wanted) >= 3
    reached, outlines = [], set()
    for _ in wanted:
        browser.switch_to.active_element.send_keys(Keys.TAB)
        html, style, width = browser.execute_script(
            "const e = document.activeElement, s = getComputedStyle(e);"
            "return [e.outerHTML, s.outlineStyle, parseFloat(s.outlineWidth)]"
        )
        reached.append(html)
        outlines.add((style, width))
    assert reached == wanted
    assert outlines == {("solid", 3)}


def test_the_link_past_the_head_is_seen_when_it_is_reached(show: Open) -> None:
    browser = show(page())
    browser.switch_to.active_element.send_keys(Keys.TAB)
    left = "return document.querySelector('.skip').getBoundingClientRect().left"
    assert browser.execute_script(left) >= 0
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert browser.execute_script("return document.activeElement.id") == "main"


def test_what_is_folded_opens_by_keyboard(show: Open) -> None:
    browser = show(page())
    folded = browser.find_element("css selector", "details:not([open]) > summary")
    folded.send_keys(Keys.ENTER)
    assert browser.execute_script("return arguments[0].parentElement.open", folded) is True


def test_what_to_do_first_leads_to_its_criterion(show: Open) -> None:
    browser = show(page())
    browser.find_element("css selector", ".first a").send_keys(Keys.ENTER)
    assert browser.execute_script("return document.querySelector(':target h3').innerText") == "Pool"


def test_pictures_and_regions_have_names_for_screen_readers(show: Open) -> None:
    browser = show(page())
    browser.execute_script(UNFOLD)
    nodes = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    told = [
        (one["role"]["value"], one.get("name", {}).get("value", ""))
        for one in nodes
        if not one["ignored"]
    ]
    pictures = [name for role, name in told if role == "image"]
    assert len(pictures) == 3
    assert all(pictures)
    regions = [name for role, name in told if role == "region"]
    assert "What to do first" in regions
    assert all(regions)
    roles = {role for role, _ in told}
    assert {"main", "banner", "contentinfo", "heading", "table", "rowheader", "link"} <= roles


def test_on_paper_what_is_folded_is_printed(show: Open) -> None:
    browser = show(page(full_report()))
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    seen = browser.execute_script(
        "return [...document.querySelectorAll('details li')].map("
        "e => e.getBoundingClientRect().height > 0)"
    )
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert len(seen) >= 15
    assert all(seen)
