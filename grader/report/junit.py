"""A report as JUnit XML, in the two dialects that test dashboards read.

There is no one standard. `junit` is what pytest calls xunit1: every test case has properties, here
the points. `junit2` is for validators that refuse those, as Jenkins' schema does; it keeps them at
the suite.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Mapping

from grader.plain_text import clean_text
from grader.records import Outcome
from grader.report.model import Report, ReportedCriterion
from grader.report.places import place_in
from grader.report.standing import caveats
from grader.report.told import earned_text, sentence_text, told_lines
from grader.report.wording import points_text, score_text

# The element that says what became of a test. Unjudged is the grader's own error.
_ELEMENTS = {
    Outcome.PARTIAL: "failure",
    Outcome.FAILED: "failure",
    Outcome.ERRORED: "error",
    Outcome.TIMED_OUT: "error",
    Outcome.SKIPPED: "skipped",
    Outcome.NOT_RUN_HERE: "skipped",
    Outcome.UNJUDGED: "error",
}
_ZONE = re.compile(r"(Z|[+-]\d\d:\d\d)$")
_COUNTED = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def junit(report: Report) -> str:
    """Write a test case for each criterion, with its points as properties (xunit1)."""
    return _document(report, strict=False)


def junit_strict(report: Report) -> str:
    """Write a test case for each criterion, with nothing that strict validators refuse."""
    return _document(report, strict=True)


def _document(report: Report, *, strict: bool) -> str:
    cases = [line for one in report.criteria for line in _case(report, one, strict)]
    counted = Counter(_COUNTED.get(_ELEMENTS.get(one.outcome, ""), "") for one in report.criteria)
    # By the checks: what hangs between them is the grader's time.
    wall_s = sum(check.wall_s for one in report.criteria for check in one.checks)
    suite = _attributes(
        {
            "name": report.assignment,
            "tests": f"{len(report.criteria)}",
            "failures": f"{counted['failures']}",
            "errors": f"{counted['errors']}",
            "skipped": f"{counted['skipped']}",
            "time": f"{wall_s:.3f}",
            # The schema of Jenkins, as that of Ant, has no place for a zone.
            "timestamp": _ZONE.sub("", report.started),
            "hostname": "localhost",
        }
    )
    said = "\n".join([score_text(report), *caveats(report), *report.handin.notes])
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<testsuites>",
        f"  <testsuite{suite}>",
        *_properties(_of_suite(report), "    "),
        *cases,
        f"    <system-out>{_text(said)}</system-out>",
        "  </testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def _case(report: Report, criterion: ReportedCriterion, strict: bool) -> list[str]:
    wall_s = sum(check.wall_s for check in criterion.checks)
    named = {
        "classname": criterion.subject or report.assignment,
        "name": criterion.id,
        "time": f"{wall_s:.3f}",
    }
    place = next(filter(None, (place_in(check.message) for check in criterion.checks)), None)
    if place is not None and not strict:
        named |= {"file": place.file, "line": f"{place.line}"}
    inner = [] if strict else _properties(_points(criterion), "      ")
    element = _ELEMENTS.get(criterion.outcome)
    if element is not None:
        lines = told_lines(criterion.checks, report.mode, named=len(criterion.checks) > 1)
        first = sentence_text(lines[0]) if lines else criterion.outcome.value
        head = {"message": f"{earned_text(criterion)} points. {first}"}
        if element != "skipped" or not strict:
            head["type"] = criterion.outcome.value
        told = _text("\n".join(lines))
        inner.append(f"      <{element}{_attributes(head)}>{told}</{element}>")
    opened = f"    <testcase{_attributes(named)}"
    return [f"{opened}>", *inner, "    </testcase>"] if inner else [f"{opened} />"]


def _of_suite(report: Report) -> Mapping[str, str]:
    score = report.score
    return {
        "handin": report.handin.id,
        "handin_digest": report.handin.digest,
        "grader": report.environment.get("grader", ""),
        "mode": report.mode,
        "score": points_text(score.awarded),
        "max_score": points_text(score.possible),
        "score_lower": points_text(score.lower),
        "score_upper": points_text(score.upper),
        "finished": _yes_or_no(report.finished),
        "needs_review": _yes_or_no(score.needs_review),
        "isolated": _yes_or_no(report.trust.isolated),
        "signed": _yes_or_no(bool(report.signature)),
    }


def _points(criterion: ReportedCriterion) -> Mapping[str, str]:
    return {
        "title": criterion.title,
        "score": points_text(criterion.lower),
        "max_score": points_text(criterion.points),
        "score_upper": points_text(criterion.upper),
        "bonus": _yes_or_no(criterion.bonus),
        "visibility": criterion.visibility.value,
        "outcome": criterion.outcome.value,
    }


def _properties(values: Mapping[str, str], indent: str) -> list[str]:
    named = ({"name": name, "value": value} for name, value in values.items())
    inner = [f"{indent}  <property{_attributes(one)} />" for one in named]
    return [f"{indent}<properties>", *inner, f"{indent}</properties>"]


def _attributes(values: Mapping[str, str]) -> str:
    return "".join(f' {name}="{_text(sentence_text(text))}"' for name, text in values.items())


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def _text(text: str) -> str:
    """Escape a text; characters that XML 1.0 has no place for become visible escapes.

    `html.escape` escapes `>` as well, so that no text can hold the end of a CDATA section, which a
    text must not.
    """
    return html.escape("\n".join(_clean(line) for line in text.split("\n")))


def _clean(line: str) -> str:
    return clean_text(line, len(line))
