"""The report's JSON is a contract: complete, stable, and silent about what is hidden."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from grader.records import Outcome, Visibility
from grader.report import Report
from grader.report.plain_values import TEXT_CHARS
from grader.report.storage import report_schema

Make = Callable[..., Any]

SECRET = {
    "message": "expected 0.731",
    "hint": "look at 0.731",
    "advice": ("mind 0.731",),
    "evidence": {"expected": 0.731},
}


def test_the_json_holds_the_fields_of_the_contract_in_order(make: Make, report: Make) -> None:
    data = json.loads(report(make("a")).to_json())
    assert list(data) == [
        "schema_version",
        "assignment",
        "mode",
        "finished",
        "handin",
        "score",
        "criteria",
        "trust",
        "environment",
        "started",
        "wall_s",
        "signature",
    ]
    assert list(data["handin"]) == ["id", "digest", "kind", "notes"]
    assert list(data["score"]) == [
        *("awarded", "possible", "maximum", "lower", "upper", "needs_review"),
    ]
    assert list(data["trust"]) == [
        *("tier", "isolated", "held", "missing", "refused", "allowed"),
    ]
    assert data["environment"] == {
        "python": "3.11.7",
        "numpy": "2.0",
        "torch": "",
        "device": "cpu",
        "grader": "0.1.0",
        "rubric_digest": "sha256:aa",
    }
    criterion = data["criteria"][0]
    assert {key: criterion[key] for key in ("id", "title", "subject", "outcome")} == {
        "id": "a",
        "title": "A",
        "subject": "layers.a",
        "outcome": "passed",
    }
    assert list(criterion["checks"][0]) == [
        "id",
        "kind",
        "outcome",
        "credit",
        "visibility",
        "message",
        "hint",
        "advice",
        "evidence",
        "wall_s",
        "cpu_s",
    ]


def test_every_outcome_in_both_modes_satisfies_the_schema(make: Make, report: Make) -> None:
    schema = report_schema()
    Draft202012Validator.check_schema(schema)
    criteria = [make(f"c{at}", outcome=one) for at, one in enumerate(Outcome)]
    for mode in ("check", "grade"):
        made = report(*criteria, mode=mode, notes=("Ignored 'build'.",))
        Draft202012Validator(schema).validate(json.loads(made.to_json()))


def test_a_report_that_is_not_finished_says_so_and_needs_a_person(make: Make, report: Make) -> None:
    schema = Draft202012Validator(report_schema())
    found = {}
    for finished in (True, False):
        data = json.loads(report(make("a"), finished=finished).to_json())
        schema.validate(data)
        found[data["finished"]] = data["score"]["needs_review"]
    assert found == {True: False, False: True}


def test_criteria_that_were_reported_before_are_not_reported_anew(make: Make, report: Make) -> None:
    criterion, results = make("a", "5", Outcome.FAILED, "No.")
    once = report((criterion, results))
    again = report((criterion, results), criteria=once.criteria)
    assert again == once
    assert again.criteria[0] is once.criteria[0]


def every_schema(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for item in node for found in every_schema(item)]
    if not isinstance(node, dict):
        return []
    nested = [found for item in node.values() for found in every_schema(item)]
    return [node, *nested] if {"type", "$ref", "enum", "const"} & set(node) else nested


def test_every_part_of_the_schema_is_closed_and_described() -> None:
    schema = report_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for part in every_schema(schema):
        properties = part.get("properties", {})
        assert all("description" in one for one in properties.values()), part
        if properties:
            assert part["additionalProperties"] is False
            assert part["required"] == list(properties)


def test_the_schema_names_exactly_the_outcomes_that_there_are() -> None:
    assert report_schema()["$defs"]["outcome"]["enum"] == list(Outcome)
    assert report_schema()["$defs"]["visibility"]["enum"] == list(Visibility)


def test_two_runs_give_the_same_bytes_apart_from_the_times(make: Make, report: Make) -> None:
    def run(begun: str, seconds: float, evidence: dict[str, float]) -> Report:
        criterion = make("a", outcome=Outcome.FAILED, message="No.", evidence=evidence)
        return report(criterion, started=begun, wall_s=seconds)

    def timeless(text: str) -> list[str]:
        times = ('"started"', '"wall_s"', '"cpu_s"')
        return [line for line in text.split("\n") if not line.strip().startswith(times)]

    one = run("2026-01-01T00:00:00Z", 1.0, {"x": 1.0, "y": 2.0}).to_json()
    two = run("2026-01-02T00:00:00Z", 2.0, {"y": 2.0, "x": 1.0}).to_json()
    assert one != two
    assert timeless(one) == timeless(two)


def test_the_json_is_indented_by_two_and_ends_with_a_line_feed(make: Make, report: Make) -> None:
    text = report(make("a")).to_json()
    assert text.startswith('{\n  "schema_version": 4,\n  "assignment": "hw1"')
    assert text.endswith("\n}\n")


def test_points_are_json_numbers_without_idle_zeros(make: Make, report: Make) -> None:
    text = report(make("a", "2.5"), make("b", "3", Outcome.PARTIAL)).to_json()
    assert '"awarded": 4,' in text
    assert '"possible": 5.5,' in text
    assert '"points": 2.5,' in text
    assert '"awarded": 1.5,' in text


NASTY = "\x1b[2J\u202e\udc80"
SHOWN = r"\x1b[2J\u202e\udc80"


def test_no_text_of_a_report_hides_or_moves_anything(make: Make, report: Make) -> None:
    evidence = {NASTY: [NASTY, {"at": (NASTY,)}]}
    told = {"hint": f"b{NASTY}", "advice": (f"c{NASTY}",), "evidence": evidence}
    criterion = make("a", "5", Outcome.FAILED, f"a\n\t{NASTY}", **told)
    made = report(criterion, handin_id=NASTY, notes=(f"d{NASTY}",))
    (check,) = made.criteria[0].checks
    assert check.message == f"a\n\t{SHOWN}"
    assert (check.hint, check.advice) == (f"b{SHOWN}", (f"c{SHOWN}",))
    assert check.evidence == {SHOWN: [SHOWN, {"at": [SHOWN]}]}
    assert (made.handin.id, made.handin.notes) == (SHOWN, (f"d{SHOWN}",))


def test_a_text_without_end_is_cut_and_says_so(make: Make, report: Make) -> None:
    made = report(make("a", "5", Outcome.FAILED, "x" * (TEXT_CHARS + 7)))
    (check,) = made.criteria[0].checks
    assert check.message == "x" * TEXT_CHARS + "… (+7 characters)"


def test_the_json_is_ascii_even_where_a_record_is_not_clean(make: Make, report: Make) -> None:
    made = report(make("a"))
    nasty = replace(made, handin=replace(made.handin, id=NASTY))
    assert nasty.to_json().isascii()
    assert "\\u001b[2J\\u202e\\udc80" in nasty.to_json()


@pytest.mark.parametrize("hidden", [Visibility.HIDDEN, Visibility.AFTER_DUE])
def test_a_practice_run_tells_nothing_of_hidden_checks(
    make: Make, report: Make, hidden: Visibility
) -> None:
    for outcome in (Outcome.FAILED, Outcome.NOT_RUN_HERE):
        made = report(make("a", "5", outcome, visibility=hidden, **SECRET), mode="check")
        assert "0.731" not in made.to_json()
        (check,) = made.criteria[0].checks
        assert (check.message, check.hint, check.advice) == ("", "", ())
        assert dict(check.evidence) == {}
        assert check.visibility is hidden


def test_a_check_is_at_least_as_hidden_as_its_criterion(make: Make, report: Make) -> None:
    criterion, results = make("a", "5", Outcome.FAILED, "expected 0.731")
    hidden = replace(criterion, visibility=Visibility.HIDDEN)
    assert "0.731" not in report((hidden, results)).to_json()


def test_a_graded_report_tells_all(make: Make, report: Make) -> None:
    criterion = make("a", "5", Outcome.FAILED, visibility=Visibility.HIDDEN, **SECRET)
    (check,) = report(criterion, mode="grade").criteria[0].checks
    assert check.message == "expected 0.731"
    assert dict(check.evidence) == {"expected": 0.731}


def test_numbers_that_are_not_finite_are_written_by_name(make: Make, report: Make) -> None:
    evidence = {"worst": [float("nan"), float("inf")], "at": (np.float64(0.5), None, True, 3)}
    criterion = make("a", "5", Outcome.FAILED, "No.", evidence=evidence)
    (check,) = json.loads(report(criterion).to_json())["criteria"][0]["checks"]
    assert check["evidence"] == {"at": [0.5, None, True, 3], "worst": ["nan", "inf"]}


def test_evidence_that_is_no_json_is_refused_by_name(make: Make, report: Make) -> None:
    criterion = make("a", "5", Outcome.FAILED, "No.", evidence={"dx": np.zeros(2)})
    with pytest.raises(TypeError, match=r"evidence of check 'a/output' holds a ndarray; a report"):
        report(criterion)


def test_an_unknown_part_of_the_environment_is_refused_by_name(make: Make, report: Make) -> None:
    with pytest.raises(ValueError, match=r"'host' is not in a report's environment: python, numpy"):
        report(make("a"), environment={"host": "lab-3"})


def test_a_time_that_is_not_finite_is_refused(make: Make, report: Make) -> None:
    with pytest.raises(ValueError, match="Out of range float values are not JSON compliant"):
        report(make("a"), wall_s=float("inf")).to_json()


@pytest.mark.parametrize(
    ("outcome", "lost"),
    [
        (Outcome.PASSED, False),
        (Outcome.PARTIAL, True),
        (Outcome.SKIPPED, True),
        (Outcome.NOT_RUN_HERE, False),
        (Outcome.UNJUDGED, False),
    ],
)
def test_credit_is_lost_only_where_it_was_judged(
    make: Make, report: Make, outcome: Outcome, lost: bool
) -> None:
    made = report(make("a", "5", outcome))
    assert made.lost_credit is lost
    assert made.score.possible == Decimal(5)
