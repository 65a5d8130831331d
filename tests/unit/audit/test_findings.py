"""What is read off the verdicts, and how a terminal, a file and a page show it."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import html5lib
import pytest

from grader.audit.as_json import findings_json
from grader.audit.findings import Findings
from grader.audit.page import audit_page
from grader.audit.probing import Likeness
from grader.audit.told import told
from grader.audit.trying import WITHOUT_NUMBER, Caught, Verdict, largest_ratio
from grader.audit.wrong import Wrong
from grader.checks import CHECK_KINDS
from grader.records import CheckResult, Outcome, Rubric
from grader.rubric import load_rubric

CHECK = """
      - kind: output
        name: {name}
        inputs: {{x: {{normal: {{shape: [2]}}}}}}
        cases: [{{name: plain}}, {{name: odd}}, {{name: far, beyond_text: true}}]
"""
RUBRIC = """
schema_version: 1
assignment: a
title: A
handin: {roots: [a]}
criteria:
"""


@pytest.fixture(scope="module")
def rubric(tmp_path_factory: pytest.TempPathFactory) -> Rubric:
    text = RUBRIC
    for name, points in (("one", 2), ("two", 3), ("given", 0), ("trained", 1)):
        text += f"  - id: {name}\n    title: {name}\n    subject: m.{name}\n    points: {points}\n"
        text += "    checks:" + CHECK.format(name="values")
    path = tmp_path_factory.mktemp("rubric") / "rubric.yaml"
    path.write_text(text, encoding="utf-8")
    return load_rubric(path, CHECK_KINDS)


def wrong(key: str, sort: Any = "mutant", family: str = "signs", **more: Any) -> Wrong:
    told = more.pop("told", f"slip {key}")
    return Wrong(sort, family, key, told, "library", "a.py", b"", more.pop("asked", ("one", "two")))


def killed(key: str, criterion: str, *cases: str, ratio: float = 1e6, **more: Any) -> Verdict:
    return Verdict(
        wrong=wrong(key, **more),
        fate="killed",
        asked=("one", "two"),
        lost={criterion: Decimal(1)},
        earned=Decimal(4),
        caught=(Caught(criterion, f"{criterion}/values", cases, ratio),),
        open=(),
        said="m.one gave a wrong value.",
    )


def alive(key: str, **more: Any) -> Verdict:
    found = Likeness(3, "out differs by 2", "one/values", {"like": "plain", "seed": 0})
    return Verdict(wrong(key, **more), "survived", ("one",), {}, Decimal(5), (), (), "", found)


def same(key: str) -> Verdict:
    return replace(alive(key), fate="same", likeness=Likeness(40))


def findings(rubric: Rubric, *verdicts: Verdict, **more: Any) -> Findings:
    known: dict[str, Any] = {
        "single": (),
        "seconds": {"one": 0.5, "two": 1.25},
        "unfair": {},
        "reasons": {},
        "whole": False,
        "sampled": False,
        "wall_s": 7.0,
        **more,
    }
    return Findings(rubric=rubric, verdicts=verdicts, **known)


def test_a_survivor_without_a_reason_is_a_mistake_of_the_rubric(rubric: Rubric) -> None:
    found = findings(rubric, killed("k", "one", "plain"), same("e"), alive("s"))
    assert [each.wrong.key for each in found.survivors] == ["s"]
    assert not found.is_clean
    assert findings(rubric, killed("k", "one", "plain"), same("e")).is_clean


def test_a_survivor_with_a_reason_is_none_as_long_as_it_is_one(rubric: Rubric) -> None:
    reasons = {"s": "Allowed by the text.", "k": "It was, once."}
    found = findings(rubric, killed("k", "one", "plain"), alive("s"), reasons=reasons)
    assert found.is_clean
    assert [each.wrong.key for each in found.listed] == ["s"]
    assert found.outdated == ("k",)


def test_a_reference_that_loses_points_is_a_mistake_of_the_rubric(rubric: Rubric) -> None:
    assert not findings(rubric, unfair={"one": Decimal(1)}).is_clean


def test_the_matrix_counts_by_criterion_and_family(rubric: Rubric) -> None:
    found = findings(
        rubric,
        killed("a", "one", "plain"),
        killed("b", "one", "odd"),
        killed("c", "two", "odd", sort="misconception", family="affine"),
    )
    assert found.families() == ("mutant: signs", "misconception: affine")
    assert found.matrix() == {
        "one": {"mutant: signs": 2},
        "two": {"misconception: affine": 1},
        "trained": {},
    }


def test_a_criterion_that_never_takes_points_alone_is_named(rubric: Rubric) -> None:
    both = replace(killed("b", "two", "odd"), lost={"one": Decimal(1), "two": Decimal(1)})
    found = findings(rubric, killed("a", "one", "plain"), both)
    assert found.idle_criteria() == ("two",)
    assert found.unreached_criteria() == ("trained",)
    assert findings(rubric, killed("c", "two", "odd")).idle_criteria() == ("one",)


def test_a_case_that_never_fails_alone_is_named(rubric: Rubric) -> None:
    found = findings(rubric, killed("a", "one", "plain"), killed("b", "one", "plain", "odd"))
    assert found.idle_cases() == (("one/values", "odd"),)
    assert findings(rubric, *found.verdicts, killed("c", "one", "odd")).idle_cases() == ()


def test_a_slip_that_is_caught_by_little_is_named_with_the_check(rubric: Rubric) -> None:
    found = findings(
        rubric,
        killed("a", "one", "plain", ratio=8.0),
        killed("b", "one", "plain", ratio=3.0),
        killed("c", "two", "plain", ratio=11.0),
    )
    assert [(each.check, each.ratio, each.wrong.wrong.key) for each in found.narrow()] == [
        ("one/values", 3.0, "b")
    ]


def test_a_subject_that_single_precision_fails_is_named(rubric: Rubric) -> None:
    fails = killed("m.one single", "one", "plain", sort="single")
    fine = replace(alive("m.two single", sort="single"))
    found = findings(rubric, single=(fails, fine))
    assert found.too_strict() == (fails,)


def test_the_ratio_is_the_largest_of_the_cases_that_failed() -> None:
    cases = [
        {"case": "a", "outcome": "passed", "of_allowed": {"out": 0.5}},
        {"case": "b", "outcome": "failed", "of_allowed": {"out": 3.5, "cache": 0.1}},
    ]
    result = CheckResult("c/o", "output", Outcome.FAILED, 0.0, evidence={"cases": cases})
    assert largest_ratio(result) == 3.5
    wrong_shape = {"case": "c", "outcome": "failed"}
    result = replace(result, evidence={"cases": [*cases, wrong_shape]})
    assert largest_ratio(result) == WITHOUT_NUMBER


def everything(rubric: Rubric) -> Findings:
    return findings(
        rubric,
        killed("k", "one", "plain", ratio=2.5),
        same("e"),
        alive("s", told="<script>x</script>"),
        alive("l"),
        killed("m.one nan", "one", sort="canary", family="nan", told="m.one gives nan"),
        replace(alive("o"), fate="open", open=("two",)),
        single=(killed("m.one single", "one", sort="single", told="m.one gives single"),),
        reasons={"l": "Allowed by the text.", "k": "Once it was."},
        unfair={"two": Decimal("0.5")},
    )


def test_the_terminal_says_all_of_it(rubric: Rubric) -> None:
    text = "\n".join(told(everything(rubric)))
    for said in (
        "5 mutants: 1 lost points, 1 did the same as the reference, 1 went to a person, 2 lost",
        "1 canaries: 1 lost points",
        "The right reference itself loses 0.5 in two.",
        "✗ mutant s (signs) can earn 5 of 5",
        "On draw 3 out differs by 2",
        'A case for one/values: {"like": "plain", "seed": 0}',
        "A person has to look at two.",
        "listed: l: slip l",
        "k is listed as a survivor and is none any more. Remove it from survivors.yaml.",
        "m.one gives nan: 4",
        "Criteria that no slip fails before another: two",
        "Criteria that no slip was put to: trained",
        "one/values caught k by 2.5 times what it allows.",
        "m.one in single precision loses 1: m.one gave a wrong value.",
        "Slowest criteria: two 1.2 s, one 0.5 s",
        "2 of 6 wrong solutions lose nothing, 1 more for a reason that is listed · 7 s",
    ):
        assert said in text


def test_nothing_found_is_said_as_well(rubric: Rubric) -> None:
    assert list(told(findings(rubric)))[-1] == "None of 0 wrong solutions loses nothing · 7 s"


def test_the_file_holds_all_of_it(rubric: Rubric) -> None:
    found = json.loads(findings_json(everything(rubric)))
    assert found["survivors"] == ["s", "o"]
    assert found["listed"] == {"l": "Allowed by the text."}
    assert found["outdated"] == ["k"]
    assert found["matrix"]["one"] == {"mutant: signs": 1, "canary: nan": 1}
    assert found["wrong"][0]["caught"][0]["ratio"] == 2.5
    assert found["wrong"][2]["compared"]["proposal"] == {"like": "plain", "seed": 0}
    assert not found["clean"]


def test_the_page_is_valid_needs_nothing_else_and_escapes_texts(rubric: Rubric) -> None:
    page = audit_page(everything(rubric))
    html5lib.HTMLParser(strict=True).parse(page)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page.replace("http-equiv", "")
    assert "default-src &#39;none&#39;" in page
    for said in ("two", "Allowed by the text.", "Caught by little", "Too strict"):
        assert said in page


def test_the_page_of_a_clean_rubric_is_valid(rubric: Rubric, tmp_path: Path) -> None:
    page = audit_page(findings(rubric, killed("k", "one", "plain"), whole=True))
    html5lib.HTMLParser(strict=True).parse(page)
    assert "They lose nothing" not in page
