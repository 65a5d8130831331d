"""Kind `answer`: a number, a shape, a choice, a table or a short formula of the answer sheet.

The sheet was read at intake; no code of the hand-in runs. Three rules decide:

- An answer that can be read and is not right loses its points, and so does one that is missing.
- What cannot be read, as prose where a number is asked, is left to a person, and so are two answers
  to one question that differ.
- A hand-in without a sheet leaves everything to a person, who marks the report.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from grader.checks.answer_forms import Judged, shown
from grader.checks.answer_reading import UnreadableError, WrongFormError
from grader.checks.answer_settings import PROPERTIES, AnswerParams, parse
from grader.checks.answer_sheet import find_entries
from grader.checks.kind import CheckKind
from grader.checks.question import Question
from grader.records import CheckResult, Outcome

SHEET: Final = "answers.yaml"
PERSON: Final = "so a person looks at it"


def run(question: Question) -> CheckResult:
    """Looks the answer up and judges it."""
    params: AnswerParams = question.params
    sheet = question.handin.answers if question.handin is not None else {}
    if not sheet:
        return _open(
            question,
            f"Not judged: the hand-in has no answer sheet ({SHEET}), so a person marks this from "
            f"the report. To have it judged here, fill in {SHEET} and hand it in beside the code.",
        )
    entries = find_entries(sheet, params.key)
    if not entries:
        message = f"There is no answer to {params.called} in the answer sheet ({SHEET})."
        hint = f"Write it under {params.place} in {SHEET}: {params.form.asks}."
        return _result(question, Outcome.FAILED, 0.0, message, hint)
    written = shown(entries[0].value)
    evidence = {"key": ": ".join(entries[0].written), "answer": written}
    differing = [entry for entry in entries if entry.value != entries[0].value]
    if differing:
        return _open(
            question,
            f"Not judged: there are two answers to {params.called}, {written} and "
            f"{shown(differing[0].value)}, {PERSON}. Leave the one that is meant.",
            evidence,
        )
    try:
        judged = params.form.judge(entries[0].value, question.rng())
    except WrongFormError as error:
        message = f"The answer to {params.called}, {written}, is wrong. {error}"
        hint = question.spec.hint or f"Write {params.form.asks}."
        return _result(question, Outcome.FAILED, 0.0, message, hint, evidence)
    except UnreadableError as error:
        return _open(
            question,
            f"Not judged: the answer to {params.called}, {written}, cannot be read, {PERSON}. "
            f"{error} To have it judged here, write {params.form.asks}.",
            evidence,
        )
    return _judged(question, judged, written, evidence)


def _judged(
    question: Question, judged: Judged, written: str, evidence: Mapping[str, Any]
) -> CheckResult:
    if judged.credit == 1:
        return _result(question, Outcome.PASSED, 1.0, "", "", evidence)
    outcome = Outcome.PARTIAL if judged.credit else Outcome.FAILED
    how = "right in part" if judged.credit else "wrong"
    message = f"The answer to {question.params.called}, {written}, is {how}."
    if judged.said:
        message += f" {judged.said}"
    return _result(question, outcome, judged.credit, message, question.spec.hint, evidence)


def _open(
    question: Question, message: str, evidence: Mapping[str, Any] | None = None
) -> CheckResult:
    return _result(question, Outcome.NOT_RUN_HERE, 0.0, message, "", evidence or {})


def _result(
    question: Question,
    outcome: Outcome,
    credit: float,
    message: str,
    hint: str,
    evidence: Mapping[str, Any] | None = None,
) -> CheckResult:
    spec = question.spec
    return CheckResult(spec.id, spec.kind, outcome, credit, message, hint, evidence or {})


KIND: Final = CheckKind(
    name="answer",
    summary="numbers, shapes, choices, tables and short formulas of the answer sheet",
    properties=PROPERTIES,
    required=("answer", "form"),
    parse=parse,
    run=run,
    asks_worker=False,
)
