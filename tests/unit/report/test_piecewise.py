"""A report that is written in pieces is the one that `sign` makes of the whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.records import Outcome
from grader.report import Report, read_report, sign
from grader.report import piecewise as module
from grader.report.piecewise import PiecewiseWriter
from grader.report.signature import SignatureState, check_signature

Make = Callable[..., Any]

NASTY = '"criteria":[]\x1b\n🙂\udc80\\'
EVIDENCE = {"worst": [0.1, float("nan"), None, True], NASTY: {"at": (1, -0.0, 1e300)}}


@pytest.fixture
def made(make: Make, report: Make) -> Report:
    found: Report = report(
        make("a", "2.5", Outcome.PARTIAL, f"No: {NASTY}", evidence=EVIDENCE, advice=(NASTY,)),
        make("b", "3", Outcome.NOT_RUN_HERE),
        make("c", "1", Outcome.UNJUDGED, "Ended."),
        notes=(NASTY,),
        handin_id=NASTY,
        mode="grade",
        finished=False,
    )
    return found


@pytest.mark.parametrize("secret", [b"", b"s3cret"])
def test_the_text_reads_back_as_the_signed_report(
    tmp_path: Path, made: Report, secret: bytes
) -> None:
    file = tmp_path / "alice.json"
    file.write_text(PiecewiseWriter(secret).text(made), encoding="ascii")
    assert read_report(file) == sign(made, secret)
    state = check_signature(json.loads(file.read_text()), secret)
    assert state is (SignatureState.GENUINE if secret else SignatureState.UNSIGNED)


def test_a_report_without_criteria_is_written_too(report: Make) -> None:
    data = json.loads(PiecewiseWriter(b"s").text(report()))
    assert data["criteria"] == []
    assert check_signature(data, b"s") is SignatureState.GENUINE


def test_each_criterion_has_a_line_of_its_own(made: Report) -> None:
    lines = PiecewiseWriter(b"").text(made).splitlines()
    assert len(lines) == len(made.criteria) + 2
    assert json.loads(lines[2].removesuffix(","))["id"] == "b"


def test_only_what_is_new_is_written_out_again(
    made: Report, make: Make, report: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    as_json = module.json_value

    def watch(value: Any) -> Any:
        if not isinstance(value, Report):
            written.append(value.id)
        return as_json(value)

    monkeypatch.setattr(module, "json_value", watch)
    writer = PiecewiseWriter(b"s")
    writer.text(made)
    (judged,) = report(make("c", "1"), mode="grade").criteria
    later = replace(made, criteria=(*made.criteria[:2], judged))
    text = writer.text(later)
    assert written == ["a", "b", "c", "c"]
    assert json.loads(text) == json.loads(sign(later, b"s").to_json())
