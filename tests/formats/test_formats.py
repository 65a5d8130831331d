"""Every format has its published shape, and the very text that was looked at once.

The files in `golden/` are what three fixed reports become. After a change that is meant, write them
anew with `python -m tests.formats.test_formats`, and read what changed.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from grader.cli.export import FORMATS as OFFERED
from grader.report import Report
from grader.report.audience import for_students
from grader.report.canvas import fill_canvas
from grader.report.csv_table import csv_table
from grader.report.formats import FORMATS, SINGLES, Context
from grader.report.github import classroom_result, workflow_commands
from grader.report.gradebook import Choices
from grader.report.json_list import json_list
from grader.report.moodle import fill_moodle
from grader.report.nbgrader import COLUMNS, nbgrader_table
from grader.report.sheet import read_sheet
from grader.report.signature import SignatureState
from grader.report.summary import summarize
from tests.formats.reports import mixed, passing, unfinished

FOLDER = Path(__file__).parent
GOLDEN = FOLDER / "golden"
NOW = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
CHECKS = [one.id for criterion in mixed().criteria for one in criterion.checks]
CONTEXT = Context(NOW, {"alice": "u1"}, dict.fromkeys(CHECKS, Decimal(1)))

REPORTS: dict[str, Callable[[], Report]] = {
    "passing": passing,
    "mixed": mixed,
    "unfinished": unfinished,
}

# The words of the pages are looked at in a browser; of them there is no golden file.
ONE_EACH = [name for name in SINGLES if name != "html"]

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Quiz,HW 1 (7),Final Score\r\n"
    ",,,,,,Manual Posting,\r\n"
    "    Points Possible,,,,,,10,(read only)\r\n"
    '"Doe, Jane",11,,alice,"S ""1""",=1,,88\r\n'
    '"Roe, Bob",12,,bob,S,2,9.5,70\r\n'
    '"Student, Test",13,,,S,,EX,\r\n'
)
MOODLE = (
    "\ufeffID;Vollständiger Name;E-Mail-Adresse;Status;Bewertung;Bestwertung;"
    "Bewertung kann geändert werden;Zuletzt geändert (Bewertung);Feedback als Kommentar\n"
    'Teilnehmer/in123;"Doe; Jane";alice;Zur Bewertung abgegeben;;10,00;Ja;-;\n'
    'Teilnehmer/in124;"Roe; Bob";bob@x.org;;3,50;10,00;Ja;-;"Gut; weiter so"\n'
)


def students(report: Report) -> Report:
    return for_students(report)


def written() -> Iterator[tuple[str, str]]:
    """Every golden file's name with its text."""
    for name in ONE_EACH:
        single = SINGLES[name]
        for which, make in REPORTS.items():
            report = make() if single.audience is None else students(make())
            yield f"{name}_{which}{single.suffix}", single.write(report, CONTEXT)
    for which, make in REPORTS.items():
        yield f"github_{which}.log", workflow_commands(students(make()), "hw1")
        yield f"classroom_{which}.json", classroom_result(students(make()), "hw1")
    every = [make() for make in REPORTS.values()]
    rows = [summarize(one, SignatureState.UNSIGNED, "a.json") for one in every]
    yield "csv.csv", csv_table(rows)
    yield "json.json", json_list(rows)
    yield "nbgrader.csv", nbgrader_table(every, {"alice": "u1"})
    two = [students(passing()), students(unfinished())]
    canvas = fill_canvas(read_sheet(CANVAS, "'c'"), "'c'", two, Choices())
    yield "canvas.csv", canvas.text
    roster = {"alice": "Teilnehmer/in123", "bob": "Teilnehmer/in124"}
    moodle = fill_moodle(read_sheet(MOODLE, "'m'"), "'m'", two, Choices(roster=roster))
    yield "moodle.csv", moodle.text


TEXTS = dict(written())


def test_every_format_has_golden_files() -> None:
    assert {one.name for one in GOLDEN.iterdir()} == set(TEXTS)
    covered = {name.partition("_")[0].partition(".")[0] for name in TEXTS}
    assert covered - {"classroom"} == set(FORMATS) - {"html"}


def test_the_command_offers_the_formats_that_there_are() -> None:
    assert sorted(OFFERED) == sorted(FORMATS)


@pytest.mark.parametrize("name", TEXTS)
def test_a_format_is_written_as_it_was(name: str) -> None:
    assert (GOLDEN / name).read_bytes() == TEXTS[name].encode()


def schema(name: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((FOLDER / f"{name}.schema.json").read_text())
    return made


@pytest.mark.parametrize("form", ["gradescope", "classroom", "lti"])
@pytest.mark.parametrize("which", REPORTS)
def test_json_has_its_published_shape(form: str, which: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(form))
    jsonschema.validate(json.loads(TEXTS[f"{form}_{which}.json"]), schema(form))


CASE_CHILDREN = {"failure", "error", "skipped", "system-out", "system-err"}


@pytest.mark.parametrize("which", REPORTS)
@pytest.mark.parametrize("form", ["junit", "junit2"])
def test_xml_has_its_published_shape(form: str, which: str) -> None:
    root = ElementTree.fromstring(TEXTS[f"{form}_{which}.xml"])  # noqa: S314 - our own text
    assert root.tag == "testsuites"
    (suite,) = root
    assert suite[0].tag == "properties"
    assert suite[-1].tag == "system-out"
    cases = suite.findall("testcase")
    assert suite.get("tests") == f"{len(cases)}"
    for counted, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert suite.get(counted) == f"{sum(one.find(tag) is not None for one in cases)}"
    for case in cases:
        tags = [one.tag for one in case]
        assert set(tags) - {"properties"} <= CASE_CHILDREN
        assert ("properties" in tags) == (form == "junit")
        allowed = {"classname", "name", "time"} | ({"file", "line"} if form == "junit" else set())
        assert set(case.attrib) <= allowed


def test_the_table_of_nbgrader_has_its_columns_and_no_score_that_is_no_grade() -> None:
    lines = list(csv.DictReader(io.StringIO(TEXTS["nbgrader.csv"])))
    assert list(lines[0]) == list(COLUMNS)
    assert [(one["student_id"], one["score"]) for one in lines] == [
        ("u1", "10"),
        ("it is wrong", ""),
        ("bob", ""),
    ]


@pytest.mark.parametrize(("before", "name"), [(CANVAS, "canvas.csv"), (MOODLE, "moodle.csv")])
def test_a_sheet_differs_in_the_cells_of_one_row_alone(before: str, name: str) -> None:
    old, new = before.split("\n"), TEXTS[name].split("\n")
    assert [at for at, pair in enumerate(zip(old, new, strict=True)) if len(set(pair)) > 1] == [
        next(at for at, line in enumerate(old) if "Jane" in line)
    ]


if __name__ == "__main__":
    for name, text in TEXTS.items():
        (GOLDEN / name).write_bytes(text.encode())
