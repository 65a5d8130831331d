"""Faults that leave no wrong array, known again by what the check says of them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.feedback.book import Book, Mistake, Page, book_text, book_value, read_book
from grader.feedback.diagnosis import Diagnosis, from_symptom
from grader.feedback.explaining import explained
from grader.feedback.symptoms import LONGEST, same_symptom, symptom_of
from grader.plan import PlannedCheck
from grader.records import CheckResult, Outcome
from tests.unit.feedback.compared import failed, one
from tests.unit.feedback.test_explaining import criterion, rubric

NARROW = "hw2.init: weight has standard deviation 0.0442; expected 0.0625."
CHECK = "init/gradient"


def said(message: str, name: str = CHECK, **more: Any) -> CheckResult:
    return CheckResult(name, "statistics", Outcome.FAILED, 0.0, message, "Read the text.", **more)


def book(**symptoms: str) -> Book:
    mistakes = {name: Mistake(name, f"{name} is so", f"Look at {name}.") for name in symptoms}
    return Book(mistakes, {CHECK: Page({}, {}, symptoms)})


def diagnose(message: str, known: Book, passed: tuple[str, ...] = ()) -> Diagnosis | None:
    return from_symptom(said(message), known, passed)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (NARROW.replace("0.0442", "0.0440"), True),  # chance
        (NARROW.replace("0.0442", "0.0884"), False),
        (NARROW.replace("weight", "bias"), False),
        (NARROW.replace("0.0442", "0"), False),
    ],
)
def test_the_numbers_of_a_law_may_differ_by_chance_alone(other: str, same: bool) -> None:
    assert same_symptom(NARROW, other) is same
    assert same_symptom(other, NARROW) is same


def test_counts_and_shapes_are_exact() -> None:
    count = "Net has 390,410 parameters; it has no 'weight of shape (64, 2048)'."
    assert same_symptom(count, count)
    assert not same_symptom(count, count.replace("390,410", "390,411"))
    assert not same_symptom(count, count.replace("2048", "2049"))


def test_how_layers_are_called_does_not_matter() -> None:
    mine = "No gradient reaches '0.weight', '1.bias' and 8 more of Net."
    yours = "No gradient reaches 'features.0.weight' of Net."
    assert same_symptom(mine, yours)
    assert not same_symptom(mine, "A gradient reaches 'features.0.weight' of Net.")
    shape = "it has 'conv1.weight (8x3x5x5)', which belongs nowhere."
    assert same_symptom(shape, shape.replace("conv1", "0"))
    assert not same_symptom(shape, shape.replace("8x3", "9x3"))


def test_the_first_sentence_is_the_symptom() -> None:
    assert symptom_of(said("It has 0.5 of them. Its parts 'a' are.")) == "It has 0.5 of them."
    assert len(symptom_of(said("x" * 1000))) == LONGEST


@pytest.mark.parametrize("outcome", [Outcome.ERRORED, Outcome.SKIPPED, Outcome.PASSED])
def test_the_hand_ins_own_words_are_no_symptom(outcome: Outcome) -> None:
    assert symptom_of(replace(said(NARROW), outcome=outcome)) == ""


def test_where_an_array_is_wrong_it_tells_more_than_the_sentence() -> None:
    assert symptom_of(failed(one(np.zeros(3), np.ones(3)))) == ""
    assert symptom_of(failed(one(np.ones(3), np.ones(3)))) == "It is wrong."


def test_the_mistake_is_named_and_never_as_if_it_were_sure() -> None:
    found = diagnose(NARROW.replace("0.0442", "0.0443"), book(gain=NARROW))
    assert found is not None
    assert (found.name, found.kind, found.confidence) == ("gain", "mistake", "middle")
    assert found.says == "It looks as if gain is so. Look at gain."
    assert diagnose(NARROW.replace("0.0442", "0.09"), book(gain=NARROW)) is None


def test_two_mistakes_with_one_symptom_are_both_said() -> None:
    found = diagnose(NARROW, book(gain=NARROW, fans=NARROW))
    assert found is not None
    assert (found.name, found.also) == ("gain", ("fans",))
    assert found.says == "It looks as if gain is so. Or as if fans is so. Look at gain."


def test_a_symptom_of_many_mistakes_tells_too_little() -> None:
    assert diagnose(NARROW, book(a=NARROW, b=NARROW, c=NARROW, d=NARROW)) is None


def test_a_mistake_that_would_fail_a_check_of_the_criterion_that_passed_is_left_out() -> None:
    known = book(gain=NARROW, fans=NARROW)
    other = Page({}, {}, {"gain": "It is too small."})
    known = replace(known, pages={**known.pages, "init/other": other})
    found = diagnose(NARROW, known, passed=("init/other",))
    assert found is not None
    assert (found.name, found.also) == ("fans", ())


def test_a_mistake_that_explains_another_failure_too_comes_first() -> None:
    known = book(gain=NARROW, fans=NARROW)
    other = Page({}, {}, {"fans": "It is too small."})
    known = replace(known, pages={**known.pages, "other/statistics": other})
    failures = [said("It is too small.", "other/statistics")]
    found = from_symptom(said(NARROW), known, (), failures)
    assert found is not None
    assert (found.name, found.also) == ("fans", ("gain",))


def test_symptoms_come_back_from_the_books_text(tmp_path: Path) -> None:
    known = book(gain=NARROW, fans='It says "no".')
    file = tmp_path / "mistakes.json"
    file.write_text(book_text(known), encoding="utf-8")
    back = read_book(file)
    assert book_value(back) == book_value(known)
    assert back.pages[CHECK].said == known.pages[CHECK].said
    assert known.of_checks({CHECK}) == known
    assert known.of_checks(()).mistakes == {}


def test_the_mistake_stands_before_the_rubrics_hint() -> None:
    rules = rubric(criterion("init"))
    checks = [PlannedCheck(each, each.checks[0], True, 0) for each in rules.criteria]
    known = book(gain=NARROW)
    (after,) = explained(rules, checks, [said(NARROW)], lambda: known)
    assert after.hint == "It looks as if gain is so. Look at gain. Read the text."
    assert after.evidence["diagnosis"] == {
        "name": "gain",
        "kind": "mistake",
        "confidence": "middle",
        "array": "",
        "residual": 0.0,
    }
    assert (after.outcome, after.credit) == (Outcome.FAILED, 0.0)
    hidden = rubric(criterion("init", "hidden"))
    checks = [PlannedCheck(each, each.checks[0], True, 0) for each in hidden.criteria]
    assert explained(hidden, checks, [said(NARROW)], lambda: known) == [said(NARROW)]
