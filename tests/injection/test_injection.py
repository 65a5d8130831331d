"""Whatever a hand-in says, it stands as text in its place in every format, and nowhere else.

Each format is read back by a real parser of it. The words are put into a report as they are, so
that no format relies on the cleaning that a report's own text went through.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from grader.plain_text import clean_text, is_plain
from grader.report.audience import for_students
from grader.report.canvas import fill_canvas
from grader.report.csv_table import csv_table
from grader.report.github import classroom_result, workflow_commands
from grader.report.gradebook import Choices
from grader.report.gradescope import gradescope_results
from grader.report.json_list import json_list
from grader.report.junit import junit, junit_strict
from grader.report.lti import lti_score
from grader.report.markdown import markdown
from grader.report.moodle import feedback, fill_moodle
from grader.report.nbgrader import nbgrader_table
from grader.report.sheet import read_sheet
from grader.report.signature import SignatureState
from grader.report.summary import summarize
from tests.formats.reports import mixed
from tests.injection.corpus import attempts

CORPUS = attempts()
NOW = datetime(2026, 1, 2, tzinfo=UTC)
HARMLESS = "it is wrong"

every = pytest.mark.parametrize("said", CORPUS, ids=[f"{at}" for at in range(len(CORPUS))])


def squeezed(text: str) -> str:
    """A text without white space, which formats may break lines at."""
    return "".join(text.split()).replace("…", "")


def shown(said: str) -> str:
    """What is to be read of an attempt."""
    return squeezed(clean_text(said, 5_000, keep_lines=True))[:150]


def all_plain(text: str) -> bool:
    return all(is_plain(character) or character in "\n\t" for character in text)


def test_the_corpus_is_as_large_as_it_claims() -> None:
    assert len(set(CORPUS)) >= 120
    for kind in ("names", "prints", "comments", "files"):
        assert len(attempts(kind)) >= 20


@every
def test_json_has_the_same_keys_and_points(said: str) -> None:
    def shape(value: object) -> object:
        if isinstance(value, dict):
            return {key: shape(item) for key, item in value.items()}
        if isinstance(value, list):
            return [shape(item) for item in value]
        return "" if isinstance(value, str) else value

    writers = (
        gradescope_results,
        classroom_result,
        lambda report: lti_score(report, "u1", NOW),
        lambda report: json_list([summarize(report, SignatureState.GENUINE, "a.json")]),
    )
    for write in writers:
        text = write(mixed(said))
        assert text.isascii()
        found = json.loads(text)
        assert shape(found) == shape(json.loads(write(mixed(HARMLESS))))
    results = json.loads(gradescope_results(mixed(said)))
    assert shown(said) in squeezed(results["tests"][1]["output"])
    assert all(all_plain(one["output"] + one["name"]) for one in results["tests"])
    formats = {results["output_format"], results["test_output_format"]}
    formats |= {one[key] for one in results["tests"] for key in ("output_format", "name_format")}
    assert formats == {"text"}


@every
@pytest.mark.parametrize("write", [junit, junit_strict])
def test_xml_has_the_same_elements(said: str, write: object) -> None:
    assert callable(write)
    found = ElementTree.fromstring(write(mixed(said)))  # noqa: S314 - our own text
    harmless = ElementTree.fromstring(write(mixed(HARMLESS)))  # noqa: S314 - our own text
    assert [(one.tag, sorted(one.attrib)) for one in found.iter()] == [
        (one.tag, sorted(one.attrib)) for one in harmless.iter()
    ]
    (failure,) = [one for one in found.iter("testcase") if one.get("name") == "batchnorm"]
    assert shown(said) in squeezed("".join(failure.itertext()))
    assert all(all_plain(text) for text in found.itertext())


def leaves(tokens: list[Token]) -> list[Token]:
    return [leaf for one in tokens for leaf in (one.children or [one])]


@every
def test_markdown_has_the_same_blocks_and_the_words_in_code_alone(said: str) -> None:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    found = leaves(parser.parse(markdown(mixed(said))))
    harmless = leaves(parser.parse(markdown(mixed(HARMLESS))))
    assert [one.type for one in found] == [one.type for one in harmless]
    assert not {one.type for one in found} & {"html_block", "html_inline", "link_open", "image"}
    for one, other in zip(found, harmless, strict=True):
        if one.type not in ("fence", "code_inline"):
            assert one.content == other.content
    blocks = [squeezed(one.content) for one in found if one.type == "fence"]
    assert any(shown(said) in text for text in blocks)
    (first, *_) = [one.content for one in found if one.type == "code_inline"]
    assert squeezed(first).startswith(squeezed(clean_text(said, 5_000, keep_lines=True))[:100])


COMMAND = re.compile(r"::(?P<kind>[a-z-]+)( (?P<given>[^:]*))?::(?P<text>.*)")


@every
def test_a_log_has_the_same_commands(said: str) -> None:
    def read(text: str) -> list[tuple[str, dict[str, str], str]]:
        commands = []
        for line in text.removesuffix("\n").split("\n"):
            found = COMMAND.fullmatch(line)
            assert found is not None
            pairs = [one.split("=", 1) for one in (found["given"] or "").split(",") if one]
            commands.append((found["kind"], dict(pairs), found["text"]))
        return commands

    found, harmless = read(workflow_commands(mixed(said))), read(workflow_commands(mixed(HARMLESS)))
    assert [(kind, sorted(given)) for kind, given, _ in found] == [
        (kind, sorted(given)) for kind, given, _ in harmless
    ]
    (lost,) = [text for _, given, text in found if given.get("file") == "layers.py"]
    text = lost.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
    assert shown(said) in squeezed(text)
    assert "\r" not in "".join(text for *_, text in found)


def starts_a_formula(cell: str) -> bool:
    parts = re.split(r'[,;|"\n]', cell)
    return any(
        part.strip()[:1] in tuple("=+-@＝＋－＠") and not re.fullmatch(r"-?\d+(\.\d+)?", part)
        for part in parts
    )


@every
def test_tables_have_the_same_lines_and_no_formula(said: str) -> None:
    row = summarize(mixed(said), SignatureState.GENUINE, "a.json")
    for text in (csv_table([row]), nbgrader_table([mixed(said)])):
        lines = list(csv.reader(io.StringIO(text)))
        assert len(lines) == 2
        assert len(lines[0]) == len(lines[1])
        assert not any(starts_a_formula(cell) for cell in lines[1])


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,HW 1 (7)\r\n    Points Possible,,,,,20\r\n"
    '"Doe, Jane",11,,jane,S,\r\n'
)
MOODLE = (
    "\ufeffIdentifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    'Feedback comments\r\nParticipant 3,"Doe, Jane",jane@x.org,Submitted,,"20.00",Yes,\r\n'
)


@every
def test_sheets_have_the_same_cells(said: str) -> None:
    canvas = read_sheet(CANVAS, "'c.csv'")
    moodle = read_sheet(MOODLE, "'m.csv'")
    report = for_students(mixed(said))
    named = Choices(provisional=True, roster={said: "jane"})
    filled = fill_canvas(canvas, "'c.csv'", [report], named)
    assert filled.text == CANVAS.replace("S,\r\n", "S,8\r\n")
    mailed = replace(named, roster={said: "jane@x.org"})
    filled = fill_moodle(moodle, "'m.csv'", [report], mailed)
    (_, line) = csv.reader(io.StringIO(filled.text.removeprefix("\ufeff"), newline=""))
    told = line.pop()
    assert line == ["Participant 3", "Doe, Jane", "jane@x.org", "Submitted", "8", "20.00", "Yes"]
    assert told == feedback(report)
    assert not starts_a_formula(told)
    assert "<" not in told.replace("<br>", "")


@every
def test_a_sheet_names_a_hand_in_that_has_no_row_in_one_line(said: str) -> None:
    filled = fill_canvas(read_sheet(CANVAS, "'c.csv'"), "'c.csv'", [mixed(said)], Choices())
    assert filled.text == CANVAS
    assert all("\n" not in one and all_plain(one) for one in filled.said)


@every
def test_students_are_told_no_word_of_a_hidden_check(said: str) -> None:
    report = for_students(mixed(f"Xq7 {said}"))
    spoken = [text for one in report.criteria for found in one.checks for text in (found.message,)]
    assert not any("secret Xq7" in text or "late Xq7" in text for text in spoken)
