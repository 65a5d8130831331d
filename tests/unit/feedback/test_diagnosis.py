"""Matching with a book of mistakes, and what is said of it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.feedback.book import (
    Arrays,
    Book,
    Mistake,
    Page,
    book_text,
    book_value,
    read_book,
    sketches_of,
)
from grader.feedback.diagnosis import Diagnosis, from_arrays, known_mistake
from tests.unit.feedback.compared import failed, numbers, one

DX, DW = numbers(6, 5), numbers(5, 4, seed=1)
CHECK = "layer/gradient"


def sketches(**arrays: Any) -> Arrays:
    return sketches_of([one(array, array, name) for name, array in arrays.items()])


def book(**given: Arrays) -> Book:
    mistakes = {
        name: Mistake(name, f"{name} is so", f"Look at {name}.", "12345678") for name in given
    }
    return Book(mistakes, {CHECK: Page(sketches(dx=DX, dw=DW), given)})


def diagnose(dx: Any, dw: Any, known: Book, passed: tuple[str, ...] = ()) -> Diagnosis | None:
    return known_mistake(failed(one(dx, DX, "dx"), one(dw, DW, "dw")), known, passed)


def test_a_mistake_that_explains_all_arrays_is_sure() -> None:
    found = diagnose(DX * (2 + 1e-13), DW, book(doubled=sketches(dx=2 * DX)))
    assert found is not None
    assert (found.name, found.kind, found.confidence, found.array) == (
        "doubled",
        "mistake",
        "high",
        "dx",
    )
    assert found.residual < 1e-9
    assert found.says == "This is what comes out when doubled is so. Look at doubled."


def test_a_mistake_that_explains_one_of_two_wrong_arrays_is_not_sure() -> None:
    found = diagnose(2 * DX, DW + 1, book(doubled=sketches(dx=2 * DX)))
    assert found is not None
    assert found.confidence == "middle"
    assert found.says == (
        "dx is what comes out when doubled is so; dw differs in another way. Look at doubled."
    )


def test_a_mistake_that_would_make_a_right_array_wrong_is_not_sure() -> None:
    found = diagnose(2 * DX, DW, book(both=sketches(dx=2 * DX, dw=2 * DW)))
    assert found is not None
    assert found.confidence == "middle"
    assert found.says == "dx is what comes out when both is so. Look at both."


def test_a_mistake_of_another_kind_is_not_named() -> None:
    assert diagnose(2.01 * DX, DW, book(doubled=sketches(dx=2 * DX))) is None


def test_a_mistake_in_a_slightly_other_form_is_named_and_not_sure() -> None:
    found = diagnose(2.00001 * DX, DW, book(doubled=sketches(dx=2 * DX)))
    assert found is not None
    assert (found.name, found.confidence) == ("doubled", "middle")
    assert found.says.startswith("It looks as if doubled is so.")


def test_one_array_that_is_merely_near_is_a_coincidence_where_another_speaks_against_it() -> None:
    # A step of a small learning rate differs little, whatever the velocity is.
    known = book(doubled=sketches(dx=2 * DX))
    assert diagnose(2.00001 * DX, DW + 1, known) is None
    assert diagnose(2 * DX, DW + 1, known) is not None


def test_a_tiny_mistake_has_to_be_hit_as_well_as_a_large_one() -> None:
    known = book(tiny=sketches(dx=DX * (1 + 1e-7)))
    assert diagnose(DX * (1 + 0.5e-7), DW, known) is None


def test_a_mistake_that_would_have_failed_what_passed_is_not_sure() -> None:
    known = book(doubled=sketches(dx=2 * DX))
    other = Page(sketches(out=DX), {"doubled": sketches(out=2 * DX)})
    known = Book(known.mistakes, {**known.pages, "layer/output": other})
    sure, unsure = diagnose(2 * DX, DW, known), diagnose(2 * DX, DW, known, ("layer/output",))
    assert sure is not None
    assert sure.confidence == "high"
    assert unsure is not None
    assert (unsure.name, unsure.confidence) == ("doubled", "middle")
    assert unsure.says.startswith("It looks as if doubled is so.")


def test_of_two_that_give_the_same_the_first_is_named_and_the_other_mentioned() -> None:
    known = book(likely=sketches(dx=2 * DX), rare=sketches(dx=2 * DX))
    found = diagnose(2 * DX, DW, known)
    assert found is not None
    assert (found.name, found.also) == ("likely", ("rare",))
    assert found.confidence == "middle"  # a guess each
    assert "It looks as if likely is so. Or as if rare is so." in found.says
    assert found.to_json()["also"] == ["rare"]


def test_of_two_that_give_the_same_the_one_that_explains_another_check_is_named() -> None:
    known = book(local=sketches(dx=2 * DX), wide=sketches(dx=2 * DX))
    other = Page(sketches(out=DX), {"wide": sketches(out=3 * DX)})
    known = Book(known.mistakes, {**known.pages, "layer/output": other})
    result = failed(one(2 * DX, DX, "dx"), one(DW, DW, "dw"))
    also = failed(one(3 * DX, DX, "out"), name="layer/output")
    found = known_mistake(result, known, (), [also])
    assert found is not None
    assert (found.name, found.confidence) == ("wide", "high")


@pytest.mark.parametrize("given", [np.zeros((6, 5)), np.ones((6, 5))])
def test_zeros_and_small_integers_are_no_proof(given: Any) -> None:
    found = diagnose(given, DW, book(plain=sketches(dx=given)))
    assert found is not None
    assert found.confidence == "middle"


@pytest.mark.parametrize(("right", "wrong"), [(7 / 25, 0.2), (0.5, 12 / 64)])
def test_an_accuracy_is_no_proof(right: float, wrong: float) -> None:
    expected, actual = np.asarray(right), np.asarray(wrong)
    page = Page(sketches(accuracy=expected), {"last": sketches(accuracy=actual)})
    known = Book({"last": Mistake("last", "last is so", "Look.", "12345678")}, {CHECK: page})
    found = known_mistake(failed(one(actual, expected, "accuracy")), known, ())
    assert found is not None
    assert found.confidence == "middle"


def test_what_is_as_it_was_given_is_no_proof_of_one_mistake() -> None:
    known = book(unchanged=sketches(dx=2 * DX))
    arrays = (one(2 * DX, DX, "dx", inputs={"dx": 2 * DX}), one(DW + 1, DW, "dw"))
    assert known_mistake(failed(*arrays), known, ()) is None


def test_an_array_that_is_not_given_matches_a_mistake_that_gives_none() -> None:
    found = diagnose(None, DW, book(forgotten={"|dx": None}))
    assert found is not None
    assert (found.name, found.confidence) == ("forgotten", "middle")


def test_a_page_about_other_draws_says_nothing() -> None:
    known = book(doubled=sketches(dx=2 * DX))
    page = Page(sketches(dx=DX + 1e-3, dw=DW), known.pages[CHECK].given)
    assert diagnose(2 * DX, DW, Book(known.mistakes, {CHECK: page})) is None


def test_relations_and_places_follow_in_this_order() -> None:
    relation = from_arrays(failed(one(3 * DX, DX)))
    assert relation is not None
    assert (relation.kind, relation.says) == ("relation", "dx is 3 times what is expected.")
    part = DX.copy()
    part[3:] = numbers(3, 5, seed=9)
    place = from_arrays(failed(one(part, DX)))
    assert place is not None
    assert (place.kind, place.confidence) == ("place", "low")
    assert from_arrays(failed(one(numbers(6, 5, seed=9), DX))) is None


def test_another_array_of_the_shape_that_a_mistake_gives_is_not_that_mistake() -> None:
    known = book(flat=sketches(dx=DX.ravel()))
    found = diagnose(DX.ravel(), DW, known)
    assert found is not None
    assert (found.name, found.confidence) == ("flat", "high")
    assert diagnose(numbers(30, seed=9), DW, known) is None
    found = diagnose(DX.reshape(5, 6), DW, known)
    assert found is not None
    assert (found.name, found.confidence) == ("flat", "high")
    assert diagnose(np.append(DX.ravel(), 0.5), DW, known) is None


def test_a_mistake_that_overflows_explains_what_overflows_and_is_not_sure() -> None:
    overflown = np.where(DX > 0, np.nan, DX)
    found = diagnose(overflown, DW, book(large=sketches(dx=np.full_like(DX, np.nan))))
    assert found is not None
    assert (found.name, found.confidence) == ("large", "middle")
    assert diagnose(overflown, DW, book(doubled=sketches(dx=2 * DX))) is None


def test_a_zero_in_one_of_two_cases_is_a_coincidence() -> None:
    right = [one(array, array, case=name) for name, array in (("a", DX), ("b", DW))]
    zeros = sketches_of([one(0 * DX, DX, case="a"), one(2 * DW, DW, case="b")])
    known = book(none=zeros)
    known = Book(known.mistakes, {CHECK: Page(sketches_of(right), {"none": zeros})})
    result = failed(one(0 * DX, DX, case="a"), one(DW + 1, DW, case="b"))
    assert known_mistake(result, known, ()) is None


@pytest.mark.parametrize(("number", "named"), [(0.1, False), (5 / 16, False), (0.1234567, True)])
def test_a_share_of_a_few_in_one_of_two_cases_is_a_coincidence(number: float, named: bool) -> None:
    last = np.array(number)
    right = sketches_of([one(np.array(0.32), np.array(0.32), case=case) for case in "ab"])
    given = sketches_of([one(last, last, case="a"), one(last + 0.4, last, case="b")])
    known = Book(book(last=given).mistakes, {CHECK: Page(right, {"last": given})})
    wrong = [one(last, np.array(0.32), case="a"), one(np.array(0.7), np.array(0.32), case="b")]
    assert (known_mistake(failed(*wrong), known, ()) is not None) == named


def test_what_cancels_to_zero_is_a_zero_in_one_of_two_arrays() -> None:
    # A mean of what is normalized, where a mistake leaves the zeros of the beginning.
    known = book(none=sketches(dx=0 * DX, dw=0 * DW))
    assert diagnose(1e-17 * DX, DW, known) is None
    assert diagnose(1e-3 * DX, DW, book(tiny=sketches(dx=1e-3 * DX, dw=0 * DW))) is not None


def test_what_is_as_it_was_given_was_changed_by_no_mistake_that_changes_it_a_little() -> None:
    near = book(little=sketches(dx=2.00001 * DX))
    result = failed(one(2 * DX, DX, "dx", inputs={"w": 2 * DX}), one(DW, DW, "dw"))
    assert known_mistake(result, near, ()) is None
    same = book(nothing=sketches(dx=2 * DX))
    assert known_mistake(result, same, ()) is not None


def test_an_array_that_is_right_in_another_case_has_another_fault() -> None:
    cases = [one(DX, DX, "dx", "first"), one(2 * DX, DX, "dx", "again")]
    right = sketches_of(cases, expected=True)
    doubled = sketches_of([one(2 * DX, DX, "dx", each.case) for each in cases])
    again = {key: sketch for key, sketch in doubled.items() if key.startswith("again")}
    known = Book(
        {name: Mistake(name, f"{name} is so", "", "") for name in ("doubled", "again")},
        {CHECK: Page(right, {"doubled": doubled})},
    )
    assert known_mistake(failed(*cases), known, ()) is None
    known = Book(known.mistakes, {CHECK: Page(right, {"doubled": doubled, "again": again})})
    found = known_mistake(failed(*cases), known, ())
    assert found is not None
    assert (found.name, found.also) == ("again", ())


def test_a_book_comes_back_from_its_text(tmp_path: Path) -> None:
    known = book(doubled=sketches(dx=2 * DX), same=sketches(dx=2 * DX), none={"|dx": None})
    file = tmp_path / "mistakes.json"
    file.write_text(book_text(known), encoding="utf-8")
    back = read_book(file)
    assert back.mistakes == known.mistakes
    assert book_value(back) == book_value(known)
    assert list(back.pages[CHECK].given) == ["doubled", "same", "none"]
    groups = book_value(known)["pages"][CHECK]["given"]
    assert [names for names, _ in groups] == [["doubled", "same"], ["none"]]


@pytest.mark.parametrize("text", ["", "[1]", '{"format": 2}', '{"format": 1}', "[" * 100_000])
def test_what_is_no_book_is_read_as_an_empty_one(text: str, tmp_path: Path) -> None:
    file = tmp_path / "mistakes.json"
    file.write_text(text, encoding="utf-8")
    assert read_book(file) == Book()
    assert read_book(tmp_path / "missing.json") == Book()


def test_a_book_of_some_checks_has_their_mistakes_alone() -> None:
    known = book(doubled=sketches(dx=2 * DX))
    other = Page(sketches(out=DX), {"other": sketches(out=2 * DX)})
    both = Book(
        {**known.mistakes, "other": Mistake("other", "it is", "Look.")},
        {**known.pages, "hidden/output": other},
    )
    part = both.of_checks({CHECK})
    assert (list(part.mistakes), list(part.pages)) == (["doubled"], [CHECK])


def test_the_evidence_is_small_and_plain() -> None:
    found = diagnose(2 * DX, DW, book(doubled=sketches(dx=2 * DX)))
    assert found is not None
    assert found.to_json() == {
        "name": "doubled",
        "kind": "mistake",
        "confidence": "high",
        "array": "dx",
        "residual": found.to_json()["residual"],
    }
    assert found.to_json()["residual"] < 1e-9
