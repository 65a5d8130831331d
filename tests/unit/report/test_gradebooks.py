"""Canvas' and Moodle's sheets get the right marks in the right rows, or none and a sentence."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from grader.errors import UsageError
from grader.records import Outcome
from grader.report import Report
from grader.report.canvas import fill_canvas
from grader.report.gradebook import Choices, Filled, number
from grader.report.moodle import OURS, fill_moodle
from grader.report.sheet import read_sheet
from tests.formats.reports import OPEN, check, criterion, mixed, passing, report, unfinished

CANVAS = (
    "Student,ID,SIS Login ID,HW 1 (7),Final (read only)\n"
    "Points Possible,,,10,(read only)\n"
    "Doe,11,jane,,1\n"
    "Roe,12,bob,9.5,1\n"
)
MOODLE = (
    "Identifier,Full name,ID number,Email address,Grade,Maximum Grade,Grade can be changed,"
    "Feedback comments\n"
    "Participant 3,Jane,77,jane@x.org,,10.00,Yes,\n"
    "Participant 4,Bob,,bob@x.org,9.50,10.00,No,\n"
)


def named(name: str, made: Report | None = None) -> Report:
    made = made or passing()
    return replace(made, handin=replace(made.handin, id=name))


def half(name: str) -> Report:
    return named(name, report(criterion("a", "10", "7.5", check("a/b", Outcome.PARTIAL, "Half."))))


def canvas(text: str, *reports: Report, choices: Choices | None = None) -> Filled:
    return fill_canvas(read_sheet(text, "'c.csv'"), "'c.csv'", reports, choices or Choices())


def moodle(text: str, *reports: Report, choices: Choices | None = None) -> Filled:
    return fill_moodle(read_sheet(text, "'m.csv'"), "'m.csv'", reports, choices or Choices())


@pytest.mark.parametrize("name", ["jane", "11", "doejane_LATE_11_4567_hw1", "doejane_11_4567_hw"])
def test_canvas_rows_are_found_by_any_identifier(name: str) -> None:
    filled = canvas(CANVAS, named(name))
    assert filled.text == CANVAS.replace("jane,,", "jane,10,")
    assert filled.marks == 1
    assert filled.said == ("No report was given for 'Roe'; these rows are as they were.",)


@pytest.mark.parametrize(
    "name", ["Participant 3", "77", "jane@x.org", "Jane Doe_3_assignsubmission_file_"]
)
def test_moodle_rows_are_found_by_any_identifier(name: str) -> None:
    filled = moodle(MOODLE, named(name))
    told = f"org,10,10.00,Yes,{OURS}10 of 10 points\n"
    assert filled.text == MOODLE.replace("org,,10.00,Yes,\n", told)


@pytest.mark.parametrize("name", ["Doe", "Jane", "hw_3_final", "3", "alice3"])
def test_a_name_that_is_no_identifier_fits_no_row(name: str) -> None:
    for filled, text in (
        (canvas(CANVAS, named(name)), CANVAS),
        (moodle(MOODLE, named(name)), MOODLE),
    ):
        assert filled.text == text
        assert filled.said[0] == f"No row of the sheet was found for '{name}'."


def test_a_roster_alone_decides() -> None:
    choices = Choices(roster={"team 1": "11"})
    filled = canvas(CANVAS, named("team 1"), named("bob"), choices=choices)
    assert filled.text == CANVAS.replace("jane,,", "jane,10,")
    assert filled.said[0] == "No row of the sheet was found for 'bob'."


def test_a_mark_that_becomes_lower_is_said() -> None:
    filled = canvas(CANVAS, half("bob"))
    assert filled.text == CANVAS.replace("9.5", "7.5")
    assert "Roe has 7.5 now, and had 9.5." in filled.said


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (unfinished(), "its run is not finished."),
        (mixed(), "a person must look at what could not be judged. Give --provisional to fill"),
        (replace(passing(), mode="check"), "it is of a practice run. Give --provisional"),
        (replace(passing(), trust=OPEN), "its hand-in was not isolated. Give --provisional"),
        (
            report(criterion("a", "10", "4", check("a/b", Outcome.NOT_RUN_HERE), upper="10")),
            "6 of its points are open. Give --provisional to fill it in all the same.",
        ),
    ],
)
def test_points_that_are_no_grade_yet_are_not_filled_in(made: Report, why: str) -> None:
    filled = canvas(CANVAS, named("jane", made))
    assert filled.text == CANVAS
    assert any(one.startswith(f"Doe is left as it was: {why}") for one in filled.said)


def test_provisional_points_are_filled_in_when_asked_but_never_unfinished_ones() -> None:
    choices = Choices(provisional=True, scale=True)
    filled = canvas(CANVAS, named("jane", mixed()), named("bob", unfinished()), choices=choices)
    assert filled.text == CANVAS.replace("jane,,", "jane,4,")


def test_an_excused_student_stays_excused() -> None:
    text = CANVAS.replace("jane,,", "jane,EX,")
    filled = canvas(text, named("jane"))
    assert filled.text == text
    assert "'Doe' is excused (EX) and is left as it was." in filled.said


def test_rows_that_end_early_are_left() -> None:
    short = CANVAS.replace("Doe,11,jane,,1", "Doe,11,jane")
    assert (
        "'Doe' is left as it was: its row ends before the column."
        in canvas(short, named("jane")).said
    )
    short = MOODLE.replace("Participant 3,Jane,77,jane@x.org,,10.00,Yes,\n", "") + (
        "Participant 5,Jane,77,jane@x.org,,10.00\n"
    )
    said = moodle(short, named("77")).said
    assert "'Participant 5' is left as it was: its row ends before the columns." in said


def test_a_closed_row_and_a_teachers_feedback_stay() -> None:
    filled = moodle(MOODLE, named("bob@x.org"))
    assert filled.text == MOODLE
    assert "'Participant 4' is left as it was: the sheet says it is closed." in filled.said
    text = MOODLE.replace("Yes,\n", "Yes,Well done\n")
    filled = moodle(text, named("77"))
    assert filled.text == text.replace("org,,", "org,10,")
    assert "'Participant 3' has feedback already, which stays as it was." in filled.said


def test_feedback_of_an_earlier_run_is_replaced() -> None:
    once = moodle(MOODLE, half("77")).text
    assert f"{OURS}7.5 of 10 points<br>A: 7.5 of 10<br>Half." in once
    again = moodle(once, named("77"))
    assert again.text == moodle(MOODLE, named("77")).text
    assert "Half." not in again.text


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        (CANVAS.replace(",", ";").replace("9.5", ""), "7,5"),
        (CANVAS.replace(",", ";"), "7.5"),
        (CANVAS.replace("9.5", '"9,5"'), '"7,5"'),
        (CANVAS.replace("9.5", ""), "7.5"),
    ],
)
def test_a_mark_has_the_sheets_decimal_mark(text: str, mark: str) -> None:
    mark_cell = canvas(text, half("jane")).text.splitlines()[2]
    assert f"jane{text[7]}{mark}{text[7]}1" in mark_cell


def test_points_are_scaled_only_when_asked() -> None:
    with pytest.raises(UsageError) as caught:
        canvas(CANVAS.replace(",10,(", ",20,("), named("jane"))
    assert caught.value.message == (
        "The sheet's 'Points Possible' is 20, and the rubric of hw1 is worth 10. Check that it is "
        "the right assignment; give --scale to scale the points."
    )
    filled = canvas(CANVAS.replace(",10,(", ",30,("), half("jane"), choices=Choices(scale=True))
    assert "jane,22.5,1" in filled.text
    with pytest.raises(UsageError, match="The sheet's 'Maximum Grade' is 20, and the rubric"):
        moodle(MOODLE.replace("10.00", "20.00"), named("77"))


def test_reports_that_could_be_anybodys_are_refused() -> None:
    with pytest.raises(UsageError, match=r"The hand-ins 'jane' and '11' both fit the row of 'Doe'"):
        canvas(CANVAS, named("jane"), named("11"))
    with pytest.raises(
        UsageError, match=r"The hand-in 'jane' fits several rows of the sheet: 'Doe',"
    ):
        canvas(CANVAS.replace("bob", "jane"), named("jane"))
    other = replace(named("bob"), assignment="hw2")
    with pytest.raises(UsageError, match=r"The reports are of several assignments, 'hw1', 'hw2',"):
        canvas(CANVAS, named("jane"), other)


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        (CANVAS.replace(",ID,", ",Number,"), "", "'c.csv' has no column 'ID', by which Canvas"),
        (CANVAS.replace("HW 1 (7)", "HW 1"), "", "'c.csv' has no columns of assignments, such as"),
        (CANVAS.replace("(read only)\nP", "(8)\nP"), "", "'c.csv' has 2 columns of assignments"),
        (CANVAS, "HW 2 (8)", "has no column 'HW 2 (8)', which --column names. Its columns are"),
        (CANVAS.replace("SIS Login ID", "HW 1 (7)"), "HW 1 (7)", "has several columns 'HW 1 (7)'"),
        (CANVAS, "Final (read only)", "'Final (read only)' does not end in its number, as in"),
        (CANVAS.replace(",10,", ",(read only),"), "", "The column 'HW 1 (7)' is read-only:"),
        (CANVAS.replace(",10,", ",,"), "", "'c.csv' has no row 'Points Possible' above its"),
    ],
)
def test_a_canvas_sheet_that_cannot_be_told_is_refused(text: str, column: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        canvas(text, named("jane"), choices=Choices(column=column))
    assert said in caught.value.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            MOODLE.replace("Grade,Max", "Points,Max"),
            "which column of the sheet 'm.csv' is the grade.",
        ),
        (MOODLE.replace("Maximum Grade", "Most"), "is the maximum grade. Its columns are 'Identi"),
        (MOODLE.replace("Feedback c", "C"), "Name it with --feedback-column."),
        (MOODLE.replace("Participant 3", "Jane"), "Row 2 of the sheet 'm.csv' does not begin with"),
        (MOODLE.replace("10.00,Yes", "ten,Yes"), "Row 2 of the sheet 'm.csv' has no number under"),
    ],
)
def test_a_moodle_sheet_that_cannot_be_told_is_refused(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        moodle(text, named("77"))
    assert said in caught.value.message


def test_columns_in_another_language_can_be_named() -> None:
    text = MOODLE.replace(",Grade,", ",Betyg,").replace("Feedback comments", "Kommentar")
    choices = Choices(column="Betyg", feedback="Kommentar")
    assert moodle(text, named("77"), choices=choices).marks == 1


@pytest.mark.parametrize(
    ("text", "value"), [("9,5", "9.5"), (" 9.50 ", "9.50"), ("EX", None), ("1.234,5", None)]
)
def test_numbers_are_read_with_either_decimal_mark(text: str, value: str | None) -> None:
    assert number(text) == (None if value is None else Decimal(value))
