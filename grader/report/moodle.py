"""Fills marks and feedback into Moodle's offline grading worksheet.

Shape, from what Moodle and other graders write: the columns are those of an assignment's grading
table and are translated. They are known here in English and, from recollection, in seven other
languages; others are named with --column and --feedback-column. Feedback is taken by Moodle as
HTML (recollection), so it is written as text that HTML and plain text show alike, but for `<br>`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Final

from grader.errors import UsageError
from grader.plain_text import quote
from grader.report.csv_table import safe_text
from grader.report.gradebook import (
    Choices,
    Filled,
    Row,
    find_rows,
    header_named,
    left_out,
    lowered,
    mark_of,
    number,
    number_text,
    shown_headers,
    writes_commas,
)
from grader.report.model import Report
from grader.report.sheet import Sheet
from grader.report.standing import UNSIGNED, caveats
from grader.report.told import earned_text, name_text, status_of, told_lines
from grader.report.wording import score_text

# English, German, French, Spanish, Dutch, Italian, Portuguese, Norwegian. Lower case.
GRADE: Final = frozenset(
    "grade|bewertung|note|calificación|cijfer|valutazione|nota|avaliação|karakter".split("|")
)
MAXIMUM: Final = frozenset(
    (
        "maximum grade|bestwertung|note maximale|calificación máxima|maximumcijfer|"
        "maximum cijfer|valutazione massima|nota máxima|avaliação máxima|maksimumskarakter"
    ).split("|")
)
FEEDBACK: Final = frozenset(
    (
        "feedback comments|feedback als kommentar|feedback par commentaires|commentaires de "
        "feedback|comentarios de retroalimentación|feedbackopmerkingen|commento|commenti di "
        "feedback|comentários de feedback|tilbakemeldingskommentarer"
    ).split("|")
)
CHANGEABLE: Final = frozenset(
    (
        "grade can be changed|bewertung kann geändert werden|la note peut être modifiée|"
        "la calificación puede ser cambiada|cijfer kan gewijzigd worden|"
        "la valutazione può essere modificata|a nota pode ser alterada|karakter kan endres"
    ).split("|")
)
NO: Final = frozenset({"no", "nein", "non", "nee", "não", "nei"})

# What our feedback begins with, so that a later run knows it from a teacher's.
OURS: Final = "Graded automatically. "

_IDENTIFIER = re.compile(r"[^\W\d_]\D*?(\d+)")  # `Participant 123`, in any language
_DOWNLOADED = re.compile(r".*?_(\d+)_assignsubmission_.*", re.DOTALL)
_MAIL = re.compile(r"[^\s@]+@[^\s@]+")


def fill_moodle(sheet: Sheet, file: str, reports: Sequence[Report], choices: Choices) -> Filled:
    """Put marks and feedback into the worksheet; every other cell stays as it was.

    Feedback that somebody else wrote stays too, and is named.

    Args:
        sheet: as it was downloaded.
        file: its name for messages, quoted.
        reports: what students may see of them, since their words become the feedback.
        choices: which columns, and how.

    Raises:
        UsageError: the sheet is not such a worksheet, its columns cannot be told, its points are
            not the rubric's, or a hand-in's row cannot be told.
    """
    column = _known(sheet, file, GRADE, "the grade", choices.column, "--column")
    rows = _students(sheet, file, column)
    most = _known(sheet, file, MAXIMUM, "the maximum grade", "", "")
    words = _known(sheet, file, FEEDBACK, "the feedback", choices.feedback, "--feedback-column")
    closed = [at for at, name in enumerate(sheet.headers) if name.lower() in CHANGEABLE]
    found = find_rows(rows, reports, choices.roster, ids_in)
    commas = writes_commas(sheet, [column, most])
    values: dict[tuple[int, int], str] = {}
    said, marks = list(found.said), 0
    for row, report in found.pairs:
        possible = number(sheet.value(row.at, most))
        if possible is None:
            raise UsageError(
                f"Row {row.at + 1} of the sheet {file} has no number under "
                f"{quote(sheet.headers[most])}. Give the worksheet as Moodle wrote it."
            )
        mark = mark_of(report, possible, choices, quote(sheet.headers[most]))
        if any(sheet.value(row.at, one).lower() in NO for one in closed):
            said.append(f"{quote(row.name)} is left as it was: the sheet says it is closed.")
        elif mark is None:
            said.append(left_out(row, report, choices))
        elif max(column, words) >= len(sheet.rows[row.at]):
            said.append(f"{quote(row.name)} is left as it was: its row ends before the columns.")
        else:
            before, comment = sheet.value(row.at, column), sheet.value(row.at, words)
            values[row.at, column] = number_text(mark, commas)
            marks += 1
            said += [told] if (told := lowered(row, before, mark)) else []
            if comment and not comment.startswith(OURS):
                said.append(f"{quote(row.name)} has feedback already, which stays as it was.")
            else:
                values[row.at, words] = feedback(report)
    return Filled(sheet.filled(values), marks, tuple(said))


def feedback(report: Report) -> str:
    """Write what a student is told: one line of HTML in which nothing is markup but `<br>`."""
    lines = [OURS + score_text(report), *(one for one in caveats(report) if one != UNSIGNED)]
    for criterion in report.criteria:
        if status_of(criterion.checks) == "failed":
            lines.append(f"{name_text(criterion.title)}: {earned_text(criterion)}")
            lines += told_lines(criterion.checks, report.mode, named=len(criterion.checks) > 1)
    # What stands before a spreadsheet's formula is put there last: `&lt;` ends like a cell.
    return "<br>".join(safe_text(html.escape(line.strip(), quote=False)) for line in lines)


def ids_in(name: str) -> tuple[str, ...]:
    """Read the participant's number from the name of a hand-in as Moodle downloads it.

    >>> ids_in("Jane Doe_123_assignsubmission_file_"), ids_in("hw_1_final")
    (('participant: 123',), ())
    """
    found = _DOWNLOADED.fullmatch(name)
    return (_participant(found[1]),) if found else ()


def _participant(digits: str) -> str:
    # No bare number: a hand-in may be called `12` for another reason.
    return f"participant: {digits}"


def _students(sheet: Sheet, file: str, grade: int) -> list[Row]:
    rows = []
    for at in range(1, len(sheet.rows)):
        identifier = sheet.value(at, 0)
        if not identifier and len(sheet.rows[at]) == 1:  # an empty line
            continue
        found = _IDENTIFIER.fullmatch(identifier)
        if found is None:
            raise UsageError(
                f"Row {at + 1} of the sheet {file} does not begin with an identifier such as "
                f"'Participant 123', but with {quote(identifier)}. Its columns are "
                f"{shown_headers(sheet)}. Give Moodle's offline grading worksheet as it was "
                "downloaded."
            )
        ids = {sheet.value(at, one) for one in range(2, grade) if _is_id(sheet, at, one)}
        rows.append(Row(at, identifier, frozenset({identifier, _participant(found[1]), *ids})))
    return rows


def _is_id(sheet: Sheet, row: int, column: int) -> bool:
    """Tell an address or a number apart from a name, which two students can share."""
    value = sheet.value(row, column)
    named = sheet.headers[column].lower() in ("id number", "username", "id-nummer")
    return bool(_MAIL.fullmatch(value)) or (named and bool(value))


def _known(
    sheet: Sheet, file: str, names: frozenset[str], what: str, given: str, option: str
) -> int:
    """Find a column by what was given, or by the names that it is known to have."""
    if given:
        return header_named(sheet, given, option, file)
    found = [at for at, name in enumerate(sheet.headers) if name.lower() in names]
    if len(found) == 1:
        return found[0]
    way = f" Name it with {option}." if option else ""
    raise UsageError(
        f"It cannot be told which column of the sheet {file} is {what}. Its columns are "
        f"{shown_headers(sheet)}.{way} Moodle writes it where 'Offline grading worksheet' and "
        "'Feedback comments' are switched on in the assignment."
    )
