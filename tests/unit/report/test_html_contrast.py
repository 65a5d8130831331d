"""The page's colours: text and pictures stand out, in light and in dark (WCAG 2.2, AA)."""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import pairwise

import pytest

CSS = files("grader.report").joinpath("html_page.css").read_text(encoding="utf-8")
FILLS = ("good", "warn", "bad", "idle")
# What is written upon what; 4.5 to 1 at least (1.4.3).
TEXTS = [
    *((ink, ground) for ink in ("ink", "soft", "link", *FILLS) for ground in ("page", "card")),
    *((one, f"{one}-fill") for one in FILLS),
    *(("ink", ground) for ground in ("code", "marked", "warn-fill", "idle-fill")),
    ("soft", "code"),
    ("link", "code"),
]
# Pictures and edges that mean something; 3 to 1 at least (1.4.11).
PICTURES = [(one, "card") for one in ("edge", "good", "bad", "link", "ink", "warn")]
SHADES = [f"s{at}" for at in range(1, 7)]
DECORATION = {"line"}


def schemes() -> dict[str, dict[str, str]]:
    light, dark = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)[:2]
    read = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in (light, dark)]
    return {"light": read[0], "dark": read[1]}


def luminance(colour: str) -> float:
    """Relative luminance of sRGB, as WCAG 2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=1e-3)


def test_both_schemes_have_the_same_colours_and_all_are_looked_at() -> None:
    light, dark = schemes().values()
    assert set(light) == set(dark) == set(re.findall(r"var\(--([\w-]+)\)", CSS))
    assert set(light) == {c for pair in TEXTS + PICTURES for c in pair} | {*SHADES} | DECORATION


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXTS)
def test_text_can_be_read(scheme: str, ink: str, ground: str) -> None:
    colours = schemes()[scheme]
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PICTURES)
def test_pictures_can_be_seen(scheme: str, ink: str, ground: str) -> None:
    colours = schemes()[scheme]
    assert contrast(colours[ink], colours[ground]) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_larger_difference_stands_out_more(scheme: str) -> None:
    colours = schemes()[scheme]
    steps = [contrast(colours[shade], colours["card"]) for shade in SHADES]
    assert all(after > 1.2 * before for before, after in pairwise(steps))


def test_no_colour_is_written_elsewhere() -> None:
    rest = re.sub(r"--[\w-]+: #[0-9a-f]{6};", "", CSS)
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?!\s*\{)|rgb|hsl|opacity", rest)
