"""The list holds one object per report, with the columns of the table as keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from grader.report.json_list import json_list
from grader.report.signature import SignatureState
from grader.report.summary import Summary, summarize

Make = Callable[..., Any]


def test_a_report_is_an_object_with_numbers_and_truths(make: Make, report: Make) -> None:
    made = report(make("a", "2.5"), mode="grade", handin_id="Zoë \x1b[2J")
    text = json_list([summarize(made, SignatureState.UNSIGNED, "=1.json")])
    assert text.isascii()
    assert text.endswith("\n]\n")
    (found,) = json.loads(text)
    assert list(found) == [field.name for field in fields(Summary)]
    assert found == {
        "handin": "Zoë \\x1b[2J",
        "assignment": "hw1",
        "mode": "grade",
        "finished": True,
        "awarded": 2.5,
        "bonus": 0,
        "possible": 2.5,
        "judged": 2.5,
        "lower": 2.5,
        "upper": 2.5,
        "needs_review": False,
        "tier": "C",
        "signature": "unsigned",
        "digest": "sha256:bb",
        "report": "=1.json",
    }
