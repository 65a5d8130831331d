"""Kind `files`: what lies in a hand-in, and how it is called.

Names and sizes alone decide, and what intake saw of a document: nothing is opened here. All that is
wrong is said at once, so that one new upload mends it.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from grader.checks.kind import CheckKind
from grader.checks.question import Question
from grader.handin import HandIn
from grader.handin.model import Document
from grader.plain_text import quote, quote_some
from grader.records import CheckResult, Outcome

SAID_AT_MOST = 5  # names in one sentence
MIB = 2**20
# What browsers and learning platforms add to a file that is there already.
_COPY = re.compile(r" ?\(\d{1,3}\)(?=\.[A-Za-z]{2,5}$)")


@dataclass(frozen=True, slots=True)
class Report:
    """A document that people read.

    Attributes:
        name: pattern of its name.
        pages: at least, where they can be counted.
        optional: whether a hand-in may lack it.
    """

    name: str
    pages: int
    optional: bool


@dataclass(frozen=True, slots=True)
class FilesParams:
    """Parameters of a check of files.

    Attributes:
        called: the whole name of the file that is handed in; groups that begin with `id` hold
            the numbers of different students.
        example: such a name, as the text writes it.
        not_ids: numbers that are the text's own and nobody's.
        only: patterns, of which every file has to match one.
        required: patterns, each of which some file has to match.
        forbidden: patterns, of which no file may match any.
        max_mib: of all files whose size is known, together; `None` for no limit.
    """

    called: re.Pattern[str] | None
    example: str
    not_ids: tuple[str, ...]
    only: tuple[str, ...]
    required: tuple[str, ...]
    forbidden: tuple[str, ...]
    report: Report | None
    max_mib: float | None


def parse(data: Mapping[str, Any]) -> FilesParams:
    """Reads the parameters of a check.

    Raises:
        ValueError: the name is no regular expression, or nothing is asked.
    """
    asked = ("called", "only", "required", "forbidden", "report", "max_mib")
    if not any(key in data for key in asked):
        raise ValueError(f"Nothing is asked. Add one of {', '.join(asked)}.")
    try:
        called = re.compile(data["called"], re.IGNORECASE) if "called" in data else None
    except re.error as error:
        raise ValueError(
            f"called: {data['called']!r} is no regular expression: {error}. Write one for the "
            r"whole name, such as hw2_(?P<id1>\d{9})\.zip."
        ) from error
    report = data.get("report")
    return FilesParams(
        called=called,
        example=data.get("example", ""),
        not_ids=tuple(data.get("not_ids", ())),
        only=tuple(data.get("only", ())),
        required=tuple(data.get("required", ())),
        forbidden=tuple(data.get("forbidden", ())),
        report=Report(
            report.get("name", "*.pdf"), report.get("pages", 1), report.get("optional", False)
        )
        if report is not None
        else None,
        max_mib=data.get("max_mib"),
    )


def run(question: Question) -> CheckResult:
    """Looks at the names of all files; says everything that is wrong with them."""
    spec, handin = question.spec, question.handin
    if handin is None:
        return CheckResult(
            spec.id,
            spec.kind,
            Outcome.NOT_RUN_HERE,
            0.0,
            "No hand-in was read, only a folder of modules, so its files are not judged.",
        )
    params: FilesParams = spec.params
    paths = all_paths(handin)
    problems = [
        *_of_the_name(params, handin),
        *_of_names(params, paths),
        *_of_report(params.report, handin),
        *_of_size(params.max_mib, handin),
    ]
    return CheckResult(
        spec.id,
        spec.kind,
        Outcome.FAILED if problems else Outcome.PASSED,
        0.0 if problems else 1.0,
        " ".join(problems),
        spec.hint if problems else "",
        evidence={"files": len(paths), "problems": len(problems)},
    )


def all_paths(handin: HandIn) -> tuple[str, ...]:
    """Lists the paths of all files in the hand-in, sorted; a module made of a notebook is none."""
    stood_for = {notebook.module for notebook in handin.notebooks}
    below = "" if handin.root == "." else f"{handin.root}/"
    sources = (
        below + path
        for path, source in handin.files.items()
        if not (path in stood_for and source.startswith(b"# %% cell "))
    )
    documents = (document.path for document in handin.documents)
    notebooks = (notebook.path for notebook in handin.notebooks)
    return tuple(sorted({*sources, *documents, *notebooks, *handin.others}))


def matches(path: str, pattern: str) -> bool:
    """Tells whether a pattern fits a path, or its last name where the pattern has no folder.

    >>> matches("hw2/Report.PDF", "*.pdf"), matches("hw2/a.py", "hw2/*"), matches("a.py", "hw2/*")
    (True, True, False)
    """
    name = path if "/" in pattern else path.rpartition("/")[2]
    return fnmatch.fnmatchcase(name.casefold(), pattern.casefold())


def _of_the_name(params: FilesParams, handin: HandIn) -> Iterator[str]:
    # A folder is what a student has while working; nobody uploads one.
    if params.called is None or handin.kind == "folder" or not handin.name:
        return
    found = params.called.fullmatch(_COPY.sub("", handin.name))
    if found is None:
        wanted = params.example or params.called.pattern
        yield f"The file is called {quote(handin.name)}; the text asks for {wanted}. Rename it."
        return
    ids = [value for group, value in found.groupdict().items() if group.startswith("id") and value]
    twice = sorted({value for value in ids if ids.count(value) > 1})
    if twice:
        yield (
            f"The file's name has the number {twice[0]} twice; the work of a pair has the numbers "
            "of two students. Write both."
        )
    invented = [value for value in dict.fromkeys(ids) if value in params.not_ids]
    if invented:
        yield (
            f"The file's name has {' and '.join(invented)}, which the text gives as an example. "
            "Write your own numbers."
        )


def _of_names(params: FilesParams, paths: Sequence[str]) -> Iterator[str]:
    def any_of(path: str, patterns: Sequence[str]) -> bool:
        return any(matches(path, pattern) for pattern in patterns)

    banned = [path for path in paths if any_of(path, params.forbidden)]
    if banned:
        yield (
            f"{quote_some(banned, SAID_AT_MOST)} must not be handed in: data sets, results and "
            "copies of them are left out. Remove what is named."
        )
    strange = [
        path for path in paths if params.only and not any_of(path, params.only + params.forbidden)
    ]
    if strange:
        yield (
            f"{quote_some(strange, SAID_AT_MOST)}: only {', '.join(params.only)} may be handed in. "
            "Leave everything else out."
        )
    for pattern in params.required:
        if not any(matches(path, pattern) for path in paths):
            yield f"There is no {pattern} among the {len(paths)} files. Add it."


def _of_report(report: Report | None, handin: HandIn) -> Iterator[str]:
    if report is None:
        return
    found = [document for document in handin.documents if matches(document.path, report.name)]
    if not found and not report.optional:
        yield f"There is no report {report.name}. Add it."
    for document in found:
        problem = _damage(document, report.pages)
        if problem:
            yield f"{quote(document.path)} {problem}"


def _damage(document: Document, pages: int) -> str:
    if document.size_bytes == 0:
        return "is empty (0 bytes). Export it again."
    if document.format != "pdf":
        known = f"; its first bytes are those of {document.format}" if document.format else ""
        return f"is no PDF, whatever its name says{known}. Export it as PDF."
    if not document.whole:
        return "has no end, as after an upload that was cut short. Hand it in again."
    if 0 < document.pages < pages:
        return f"has {document.pages} pages; the text asks for {pages} at least. Add what is left."
    return ""


def _of_size(max_mib: float | None, handin: HandIn) -> Iterator[str]:
    if max_mib is None:
        return
    sizes = {document.path: document.size_bytes for document in handin.documents}
    total = sum(sizes.values()) + sum(map(len, handin.files.values()))
    if total > max_mib * MIB:
        largest = max(sizes, key=lambda path: sizes[path], default="")
        which = f", most of it {quote(largest)}" if largest else ""
        yield (
            f"The files have {total / MIB:.1f} MiB{which}; at most {max_mib:g} MiB are taken. "
            "Leave data and checkpoints out."
        )


def _patterns(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "type": "array",
        "items": {"type": "string", "minLength": 1},
        "minItems": 1,
    }


KIND: Final = CheckKind(
    name="files",
    summary="what lies in the hand-in and how it is called: names, a report, no data files",
    properties={
        "called": {
            "description": "Regular expression for the whole name of the file that is handed in; "
            "letters of either case are the same, and a folder may have any name. Groups named "
            "id1, id2 hold the numbers of different students.",
            "type": "string",
            "minLength": 1,
        },
        "example": {
            "description": "Such a name as the text writes it, for messages.",
            "type": "string",
            "minLength": 1,
        },
        "not_ids": {
            "description": "Numbers of the text's own example, which are nobody's.",
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
        },
        "only": _patterns("Patterns, of which every file has to match one: '*.pdf'."),
        "required": _patterns(
            "Patterns, each of which some file has to match; with a folder in it, a pattern is for "
            "the whole path."
        ),
        "forbidden": _patterns("Patterns that no file may match, such as those of data files."),
        "report": {
            "description": "A PDF that people read.",
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "name": {
                    "description": "Pattern of its name. Default: '*.pdf'.",
                    "type": "string",
                    "minLength": 1,
                },
                "pages": {
                    "description": "Pages at least, where they can be counted. Default: 1.",
                    "type": "integer",
                    "minimum": 1,
                },
                "optional": {
                    "description": "Whether a hand-in may lack it. Default: false.",
                    "type": "boolean",
                },
            },
        },
        "max_mib": {
            "description": "Size of sources and documents together, in MiB.",
            "type": "number",
            "exclusiveMinimum": 0,
        },
    },
    required=(),
    parse=parse,
    run=run,
    asks_worker=False,
)
