"""The page for people: its structure, what stands in it, and what cannot get into it."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest

from grader.records import Outcome, Visibility
from grader.report.audience import for_students
from grader.report.html_page import html_page
from grader.report.html_view import FAULT
from grader.report.layout import UNFINISHED
from grader.report.storage import read_report, write_report
from tests.injection.corpus import attempts
from tests.unit.report.conftest import asked, report_of
from tests.unit.report.html_samples import (
    SOURCES,
    cases_with,
    full_report,
    map_of,
    page,
    page_with,
    with_evidence,
)

TAGS = frozenset(
    "html head meta link title style body a header main section footer article div p span ul ol li "
    "h1 h2 h3 strong b code pre blockquote details summary figure figcaption table caption thead "
    "tbody tr th td dl dt dd svg rect path polyline circle text".split()
)
ATTRIBUTES = frozenset(
    "lang charset http-equiv content name rel href id class role tabindex scope open focusable "
    "aria-label aria-labelledby aria-hidden width height viewBox preserveAspectRatio x y d cx cy r "
    "points".split()
)


def tree(text: str) -> Element:
    """Reads a page as browsers do, and refuses what they would have to mend."""
    parsed: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    return parsed


def name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def with_class(root: Element, wanted: str) -> list[Element]:
    return [one for one in root.iter() if wanted in one.get("class", "").split()]


def section(root: Element, id_: str) -> Element:
    (found,) = [one for one in root.iter("section") if one.get("aria-labelledby") == id_]
    return found


@pytest.fixture(scope="module")
def whole() -> Element:
    return tree(page())


class TestStructure:
    def test_it_holds_only_elements_and_attributes_that_we_wrote(self, whole: Element) -> None:
        assert {name(one) for one in whole.iter()} <= TAGS
        assert {key for one in whole.iter() for key in one.keys()} <= ATTRIBUTES

    def test_the_policy_allows_the_one_style_and_nothing_else(self, whole: Element) -> None:
        (style,) = whole.iter("style")
        (policy,) = [
            one.get("content")
            for one in whole.iter("meta")
            if one.get("http-equiv") == "Content-Security-Policy"
        ]
        digest = base64.b64encode(hashlib.sha256((style.text or "").encode()).digest()).decode()
        assert policy == (
            f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
            "form-action 'none'"
        )
        head = [name(one) for one in whole.find("head") or ()]
        assert head.index("meta") < head.index("style")

    def test_the_policy_stands_before_everything_that_it_is_about(self) -> None:
        text = page()
        assert text.index("Content-Security-Policy") < text.index("<link") < text.index("<style")

    def test_every_link_leads_to_a_place_in_the_page(self, whole: Element) -> None:
        ids = [one.get("id") for one in whole.iter() if one.get("id")]
        assert len(ids) == len(set(ids))
        targets = [one.get("href", "") for one in whole.iter("a")]
        assert len(targets) >= 3
        assert {target[0] for target in targets} == {"#"}
        assert {target[1:] for target in targets} <= set(ids)
        labels = [one.get("aria-labelledby") for one in whole.iter()]
        assert {label for label in labels if label} <= set(ids)

    def test_headings_do_not_skip_a_level(self, whole: Element) -> None:
        levels = [int(name(one)[1]) for one in whole.iter() if re.fullmatch("h[1-6]", name(one))]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))

    def test_there_are_landmarks_a_language_and_a_link_past_the_head(self, whole: Element) -> None:
        assert whole.get("lang") == "en"
        assert [len(list(whole.iter(tag))) for tag in ("header", "main", "footer")] == [1, 1, 1]
        first = next(whole.iter("a"))
        assert (first.get("class"), first.get("href")) == ("skip", "#main")

    def test_every_picture_has_a_name_or_is_hidden(self, whole: Element) -> None:
        pictures = [one for one in whole.iter() if name(one) == "svg"]
        assert len(pictures) > 5
        for one in pictures:
            titles = [each for each in one if name(each) == "title"]
            if one.get("aria-hidden") == "true":
                assert not titles
            else:
                assert one.get("role") == "img"
                assert one.get("aria-labelledby") == titles[0].get("id")
                assert words(titles[0])

    def test_the_table_has_headers_for_rows_and_columns(self, whole: Element) -> None:
        (table,) = whole.iter("table")
        assert [one.get("scope") for one in table.iter("th")][:3] == ["col"] * 3
        rows = list(table.find("tbody") or ())
        assert len(rows) == len(full_report().criteria)
        heads = [head for row in rows for head in row.findall("th")]
        assert [head.get("scope") for head in heads] == ["row"] * len(rows)
        assert [words(one) for one in table.findall("caption")] == [
            "Every criterion with what became of it and its points."
        ]

    def test_code_can_be_scrolled_by_keyboard(self, whole: Element) -> None:
        boxes = list(whole.iter("pre"))
        assert len(boxes) == 2
        assert all((one.get("tabindex"), one.get("role")) == ("0", "region") for one in boxes)
        assert all(one.get("aria-label") for one in boxes)


class TestContent:
    def test_the_score_stands_with_its_range_and_what_is_open(self, whole: Element) -> None:
        (headline,) = with_class(whole, "headline")
        assert words(headline) == "? 22–34 of 55"
        (parts,) = with_class(whole, "parts")
        assert [words(one) for one in parts] == [
            "22 of 43 judged points",
            "5 more are marked by a person",
            "5 more were not run here",
            "2 more were not judged",
        ]

    def test_what_to_do_first_is_what_wins_most_and_what_is_skipped_waits(
        self, whole: Element
    ) -> None:
        listed = [words(one) for one in section(whole, "first").iter("li")]
        assert listed == ["Pool 8 to win", "Conv 6 to win"]

    def test_more_than_five_to_do_are_counted(self) -> None:
        wrong = [asked(f"w{at}", f"{at}", Outcome.FAILED, "No.") for at in range(1, 8)]
        first = section(tree(page(report_of(*wrong))), "first")
        assert [words(one)[:2] for one in first.iter("li")] == ["W7", "W6", "W5", "W4", "W3"]
        assert "And 2 more below." in words(first)

    def test_a_criterion_says_by_word_and_mark_what_became_of_it(self, whole: Element) -> None:
        (conv,) = [one for one in whole.iter("article") if "Conv" in words(one)]
        assert words(conv).startswith("Conv 0 of 6 ✗ raised an error layers.conv")
        assert "What to do: Pad the input first." in words(conv)
        assert [words(one) for one in conv.iter("code")][1] == "np.pad"

    def test_the_line_concerned_is_marked_in_its_surroundings(self, whole: Element) -> None:
        box = next(one for one in whole.iter("pre") if one.get("aria-label") == "layers.py, line 9")
        lines = with_class(box, "line")
        assert [words(with_class(one, "number")[0]) for one in lines] == [
            *"5678",
            "▸ 9",
            *("10", "11", "12", "13"),
        ]
        assert [words(one) for one in with_class(box, "marked")] == [
            "▸ 9 " + words(with_class(lines[4], "text")[0])
        ]

    def test_checks_that_say_the_same_say_it_once_with_both_names(self, whole: Element) -> None:
        assert "values, shapes layers.pool gave a wrong value." in words(section(whole, "wrong"))
        assert words(section(whole, "wrong")).count("layers.pool gave a wrong value.") == 1

    def test_a_hint_is_given_once(self) -> None:
        report = report_of(asked("pool", "8", Outcome.FAILED, "A.", checks=("a", "b"), hint="Do."))
        (one,) = report.criteria
        checks = (one.checks[0], replace(one.checks[1], message="B."))
        root = tree(page(replace(report, criteria=(replace(one, checks=checks),))))
        assert words(section(root, "wrong")).count("What to do: Do.") == 1

    def test_marks_of_people_stand_with_comment_and_name(self, whole: Element) -> None:
        said = words(section(whole, "marked"))
        assert "◐ partly right" in said
        assert said.endswith(
            "The proof is right up to the last step. Look at the trace again."
            "Marked by ta on 2026-01-01"
        )

    def test_what_waits_and_what_was_not_run_stand_apart(self, whole: Element) -> None:
        assert [words(one) for one in section(whole, "people").iter("li")] == [
            "○ Essay0–5 of 5 A person marks this: why?",
            "? Fault0–2 of 2 The reference raised.",
        ]
        assert [words(one) for one in section(whole, "open").iter("li")] == [
            "○ Gpu0–5 of 5 This machine has no GPU."
        ]

    def test_a_long_list_is_folded_and_a_short_one_is_not(self, whole: Element) -> None:
        assert words(next(section(whole, "right").iter("summary"))) == "Show all 15"
        assert not list(section(whole, "open").iter("details"))

    def test_the_legend_names_what_occurs(self, whole: Element) -> None:
        (legend,) = with_class(whole, "legend")
        assert words(legend) == (
            "Legend: ✓ passed ◐ partly right ✗ wrong ○ not run here ✗ raised an error – skipped "
            "? not judged ○ for a person"
        )

    def test_a_training_is_told_and_drawn(self, whole: Element) -> None:
        (curve,) = with_class(whole, "curve")
        assert "0.10 after 33%, 0.30 after 67%, 0.47 after 100%" in words(curve)
        assert "Accuracy 0.483 (0.460 to 0.505)" in words(section(whole, "right"))

    def test_notes_trust_and_environment_are_told(self, whole: Element) -> None:
        assert words(section(whole, "notes")).endswith("Line 3 of hw1.py was left out.")
        how = words(section(whole, "trust"))
        assert "2.1 s · not a score to rely on: the hand-in ran in a plain separate process." in how
        assert "Python3.11.7" in how.replace(" ", "")
        assert "In place separate process" in how.replace("place", "place ").replace("  ", " ")

    @pytest.mark.parametrize(
        ("more", "said"), [({"finished": False}, UNFINISHED), ({"finished": True}, FAULT)]
    )
    def test_what_needs_a_person_is_said_above(self, more: dict[str, Any], said: str) -> None:
        (warning,) = with_class(tree(page(full_report(**more))), "warning")
        assert words(warning) == f"Note. {said}"

    def test_a_right_hand_in_has_no_list_of_faults(self) -> None:
        root = tree(page(report_of(asked("affine"))))
        labels = [one.get("aria-labelledby") for one in root.iter("section")]
        assert labels == ["score", "right", "all", "trust"]

    def test_no_criterion_at_all_is_a_page_too(self) -> None:
        assert "Nothing was judged" in words(tree(page(report_of())))

    def test_hidden_criteria_of_a_practice_run_stand_in_the_table_alone(self) -> None:
        hidden = asked("secret", "5", Outcome.NOT_RUN_HERE, visibility=Visibility.HIDDEN)
        root = tree(page(report_of(asked("affine"), hidden)))
        labels = [one.get("aria-labelledby") for one in root.iter("section")]
        assert labels == ["score", "right", "all", "trust"]

    def test_a_students_page_says_nothing_of_hidden_checks(self) -> None:
        hidden = asked(
            "secret",
            "5",
            Outcome.FAILED,
            "layers.secret at 0.123 (layers.py, line 9)",
            visibility=Visibility.HIDDEN,
            hint="A hint that tells.",
            evidence=cases_with(map_of("dsecret")),
        )
        report = report_of(asked("affine"), hidden, mode="grade")
        staff, student = page(report), page(for_students(report))
        for word in ("0.123", "A hint that tells.", "dsecret", "out[i]", "layers.secret"):
            assert word in staff
            assert word not in student
        assert "0 of 5" in words(tree(student))

    def test_it_is_the_same_page_again_and_from_a_stored_report(self, tmp_path: Any) -> None:
        write_report(full_report(), tmp_path / "report.json")
        assert page(read_report(tmp_path / "report.json")) == page() == page()

    def test_without_sources_there_are_no_excerpts(self) -> None:
        assert not list(tree(html_page(full_report())).iter("pre"))


class TestHostileText:
    @pytest.mark.parametrize("text", attempts())
    def test_an_attempt_becomes_letters(self, text: str) -> None:
        # Reading the style again and again would take most of the time.
        root = tree(re.sub(r"(?<=<style>).*?(?=</style>)", "", page_with(text), flags=re.DOTALL))
        assert {name(one) for one in root.iter()} <= TAGS
        assert {key for one in root.iter() for key in one.keys()} <= ATTRIBUTES
        assert {one.get("href", "")[:1] for one in root.iter("a")} == {"#"}
        assert len(list(root.iter("style"))) == 1

    def test_and_the_letters_can_be_written(self) -> None:
        pages = [page_with(text) for text in attempts()]
        assert [page.encode().decode() for page in pages] == pages

    @pytest.mark.parametrize(
        "value",
        [
            {"cases": 3},
            {"cases": []},
            {"cases": [3]},
            {"cases": [{"difference_maps": "map", "trainings": "x"}]},
            {"cases": [{"difference_maps": [map_of(rows=["1 2", "1"])]}]},
            {"cases": [{"difference_maps": [map_of(rows=["-1 <b>"] * 3)]}]},
            {"cases": [{"difference_maps": [map_of(rows=["1 1"] * 99)]}]},
            {"cases": [{"difference_maps": [map_of(shape=["<b>"])]}]},
            {"trainings": [{"looks": [[1, 1, 1, "nan"]] * 2}], "interval": [0, 1]},
            {"trainings": [], "metric": "nan", "interval": [0, 1], "full_from": 0.5},
        ],
    )
    def test_evidence_of_any_shape_breaks_nothing(self, value: dict[str, Any]) -> None:
        root = tree(page(with_evidence(full_report(), value)))
        assert not with_class(root, "heat")
        assert not with_class(root, "curve")

    def test_a_source_is_never_more_than_an_excerpt(self) -> None:
        text = page(sources={**SOURCES, "other.py": "unrelated"})
        assert "unrelated" not in text


def test_the_lines_that_reproduce_a_failure_are_folded_and_escaped() -> None:
    code = 'import numpy as np\nprint("<b>", np.ones(2))'
    report = report_of(
        asked("conv", "5", Outcome.FAILED, "It is wrong.", evidence={"reproducer": code})
    )
    root = tree(html_page(report, {}))
    (folded,) = [
        one for one in root.iter() if name(one) == "details" and "without the grader" in words(one)
    ]
    assert "open" not in folded.attrib
    (shown,) = [one for one in folded.iter() if name(one) == "code"]
    assert "".join(shown.itertext()) == code
