"""Puts reports into the rows of a platform's sheet, whose students it finds by their identifiers.

Canvas and Moodle differ in where things stand and in how a hand-in is called; what is done with a
row that was found is the same, and nothing that was left out goes unsaid.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from grader.errors import UsageError
from grader.plain_text import quote, quote_if_odd, quote_some
from grader.records import EMPTY
from grader.report.model import Report
from grader.report.sheet import Sheet
from grader.report.standing import why_provisional
from grader.report.wording import points_text

NAMED_AT_MOST = 50

_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Choices:
    """How a sheet is to be filled.

    Attributes:
        column: name of the column for the grade; empty to find it.
        feedback: name of the column for the feedback; empty to find it.
        scale: whether to scale points to what the sheet says is possible.
        provisional: whether to fill in points of which some are open or wait for a person.
        roster: ids as they stand in the sheet, by the names of hand-ins.
    """

    column: str = ""
    feedback: str = ""
    scale: bool = False
    provisional: bool = False
    roster: Mapping[str, str] = field(default_factory=lambda: EMPTY)


@dataclass(frozen=True, slots=True)
class Row:
    """A student's row: its place in the sheet, and every identifier that it has."""

    at: int
    name: str
    ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Filled:
    """A sheet after the marks were put in.

    Attributes:
        text: the whole file.
        marks: how many rows got one.
        said: what did not, and what is lower than before, a sentence for each.
    """

    text: str
    marks: int
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Which reports belong to which rows, and what is left over on both sides."""

    pairs: tuple[tuple[Row, Report], ...]
    said: tuple[str, ...]


def find_rows(
    rows: Sequence[Row],
    reports: Sequence[Report],
    roster: Mapping[str, str],
    ids_in: Callable[[str], Sequence[str]],
) -> Found:
    """Find each report's row.

    Args:
        rows: of the sheet's students.
        reports: of one assignment.
        roster: where it is given it alone decides, and a hand-in that it lacks has no row.
        ids_in: reads identifiers from the name of a hand-in, as the platform names it.

    Raises:
        UsageError: reports are of several assignments, a hand-in fits several rows, or several
            hand-ins fit one: a wrong guess would be somebody's grade.
    """
    assignments = sorted({report.assignment for report in reports})
    if len(assignments) > 1:
        raise UsageError(
            f"The reports are of several assignments, {quote_some(assignments)}, and a column "
            "holds one. Export them one assignment at a time."
        )
    by_row: dict[int, tuple[Row, Report]] = {}
    left = []
    for report in reports:
        name = report.handin.id
        if roster:
            wanted = {roster[name]} if name in roster else set()
        else:
            wanted = {name, *ids_in(name)}
        fits = [row for row in rows if row.ids & wanted]
        if len(fits) > 1:
            raise UsageError(
                f"The hand-in {quote(name)} fits several rows of the sheet: "
                f"{quote_some(row.name for row in fits)}. Say whose it is with --roster FILE, a "
                "table with the columns id and handin."
            )
        if not fits:
            left.append(name)
        elif fits[0].at in by_row:
            other = by_row[fits[0].at][1].handin.id
            raise UsageError(
                f"The hand-ins {quote(other)} and {quote(name)} both fit the row of "
                f"{quote(fits[0].name)}. Give the report of one of them, or a --roster FILE."
            )
        else:
            by_row[fits[0].at] = (fits[0], report)
    said = []
    if left:
        said.append(f"No row of the sheet was found for {quote_some(left, NAMED_AT_MOST)}.")
    if lonely := [row.name for row in rows if row.at not in by_row]:
        said.append(
            f"No report was given for {quote_some(lonely, NAMED_AT_MOST)}; these rows are as they "
            "were."
        )
    return Found(tuple(by_row[at] for at in sorted(by_row)), tuple(said))


def mark_of(report: Report, possible: Decimal, choices: Choices, where: str) -> Decimal | None:
    """Give a report's mark in the sheet's points; `None` where there is none to fill in yet.

    Args:
        report: of the row's hand-in.
        possible: the most points, as the sheet has it.
        choices: what was asked for.
        where: what the sheet calls the most points, for the message.

    Raises:
        UsageError: the sheet and the rubric are worth different points, and nobody said to scale.
    """
    if not report.finished or (why_provisional(report) and not choices.provisional):
        return None
    score = report.score
    if possible == score.possible:
        return score.awarded
    if not choices.scale or not score.possible:
        raise UsageError(
            f"The sheet's {where} is {points_text(possible)}, and the rubric of "
            f"{report.assignment} is worth {points_text(score.possible)}. Check that it is the "
            "right assignment; give --scale to scale the points."
        )
    scaled = score.awarded * possible / score.possible
    return scaled.quantize(Decimal("0.01"), ROUND_HALF_UP)


def left_out(row: Row, report: Report, choices: Choices) -> str:
    """Say why a row got no mark, and what to do."""
    way = ""
    if report.finished and not choices.provisional:
        way = " Give --provisional to fill it in all the same."
    return f"{quote_if_odd(row.name)} is left as it was: {why_provisional(report)}.{way}"


def lowered(row: Row, before: str, mark: Decimal) -> str:
    """Say that a mark is lower than what the sheet had; empty where it is not."""
    old = number(before)
    if old is None or old <= mark:
        return ""
    return f"{quote_if_odd(row.name)} has {points_text(mark)} now, and had {points_text(old)}."


def number(text: str) -> Decimal | None:
    """Read a number with a decimal point or comma; `None` where it is none."""
    return Decimal(text.strip().replace(",", ".")) if _NUMBER.fullmatch(text.strip()) else None


def writes_commas(sheet: Sheet, columns: Sequence[int]) -> bool:
    """Tell whether the numbers of a sheet have decimal commas.

    Where no number says, a sheet that is parted by semicolons has them: that is why it is.
    """
    values = [sheet.value(row, column) for row in range(1, len(sheet.rows)) for column in columns]
    numbers = [value for value in values if _NUMBER.fullmatch(value)]
    if any("." in value for value in numbers):
        return False
    return any("," in value for value in numbers) or sheet.delimiter == ";"


def number_text(value: Decimal, commas: bool) -> str:
    """Write a number as the sheet does."""
    return points_text(value).replace(".", "," if commas else ".")


def header_named(sheet: Sheet, name: str, option: str, file: str) -> int:
    """Find a column that was named.

    Raises:
        UsageError: there is none of that name, or there are several.
    """
    found = [at for at, header in enumerate(sheet.headers) if header == name.strip()]
    if len(found) == 1:
        return found[0]
    raise UsageError(
        f"The sheet {file} has {'several columns' if found else 'no column'} {quote(name)}, which "
        f"{option} names. Its columns are {shown_headers(sheet)}."
    )


def shown_headers(sheet: Sheet) -> str:
    """List a sheet's columns for a message."""
    return quote_some(sheet.headers, NAMED_AT_MOST)
