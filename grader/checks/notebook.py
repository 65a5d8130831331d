"""Kind `notebook`: what the cells of a notebook show, and what their code uses.

A check asks one thing of the cells that it picks: that they were run, that numbers are among what
they printed, that figures are stored, that names are not used, or that something is written. Stored
outputs are evidence and no proof. No code runs and none is parsed here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from grader.checks.kind import CheckKind
from grader.checks.notebook_cells import (
    Reading,
    counts_are_kept,
    why_not_run,
    would_show,
)
from grader.checks.notebook_code import Definitions, bare, first_call, names_in, settings_in
from grader.checks.notebook_figures import Figures, lacking, parse_figures
from grader.checks.notebook_numbers import Item, parse_item
from grader.checks.notebook_prints import printed, printing_like
from grader.checks.notebook_schema import PROPERTIES
from grader.checks.notebook_seen import SAID_AT_MOST, Chosen, Seen, named, some
from grader.checks.notebook_selection import Selection, parse_selection
from grader.checks.question import Question
from grader.checks.verdict import finite
from grader.handin.notebook import Cell
from grader.plain_text import quote_some
from grader.records import EMPTY, CheckResult, Outcome

ASKS = ("executed", "prints", "figures", "forbids", "text")


@dataclass(frozen=True, slots=True)
class Written:
    """What has to be written between the code.

    Attributes:
        matches: a pattern that the text has to have; `None` for any.
        at_least_words: in all cells that match.
    """

    matches: re.Pattern[str] | None
    at_least_words: int


@dataclass(frozen=True, slots=True)
class NotebookParams:
    """Parameters of a check; one of the last five is given.

    Attributes:
        cells: which cells it is about.
        shares: whether credit goes by the share that is right; all or nothing else.
        of_call: with `forbids`, the function whose first call is meant, and all that it is given.
    """

    cells: Selection
    shares: bool
    of_call: str = ""
    executed: bool = False
    prints: tuple[Item, ...] = ()
    figures: Figures | None = None
    forbids: tuple[str, ...] = ()
    text: Written | None = None


def parse(data: Mapping[str, Any]) -> NotebookParams:
    """Reads the parameters of a check.

    Raises:
        ValueError: nothing or several things are asked, or a pattern is no regular expression.
    """
    asked = [key for key in ASKS if key in data]
    if len(asked) != 1:
        raise ValueError(
            f"A check of a notebook asks one thing, and this one asks "
            f"{' and '.join(asked) or 'nothing'}. Give one of {', '.join(ASKS)}."
        )
    if "of_call" in data and "forbids" not in data:
        raise ValueError("of_call says where forbids holds, and there is none. Add forbids.")
    text = data.get("text")
    try:
        matches = re.compile(text["matches"], re.IGNORECASE) if text and "matches" in text else None
    except re.error as error:
        raise ValueError(
            f"text.matches: {data['text']['matches']!r} is no regular expression: {error}. Write "
            "words that the text has to have."
        ) from error
    return NotebookParams(
        cells=parse_selection(data.get("cells", EMPTY)),
        shares=data.get("credit", "share") == "share",
        of_call=data.get("of_call", ""),
        executed=data.get("executed", False),
        prints=tuple(parse_item(item) for item in data.get("prints", ())),
        figures=parse_figures(data["figures"]) if "figures" in data else None,
        forbids=tuple(data.get("forbids", ())),
        text=Written(matches, text.get("at_least_words", 1)) if text else None,
    )


def run(question: Question) -> CheckResult:
    """Reads the cells that are meant and says what lacks."""
    spec, handin = question.spec, question.handin
    if handin is None or not handin.notebooks:
        return CheckResult(
            spec.id,
            spec.kind,
            Outcome.NOT_RUN_HERE,
            0.0,
            "The hand-in has no notebook, so a person marks this. Hand in the notebook, saved with "
            "its outputs, to have it judged here.",
        )
    params: NotebookParams = spec.params
    readings = [Reading.of(notebook) for notebook in handin.notebooks]
    seen = _look(params, readings)
    credit = seen.credit if params.shares or seen.credit == 1 else 0.0
    outcome = Outcome.PASSED if credit == 1 else Outcome.PARTIAL if credit else Outcome.FAILED
    outcome = Outcome.NOT_RUN_HERE if seen.open else outcome
    return CheckResult(
        spec.id,
        spec.kind,
        outcome,
        credit,
        seen.message,
        spec.hint if seen.message else "",
        evidence={
            "notebooks": [notebook.name for notebook in handin.notebooks],
            **finite(seen.evidence),
        },
    )


def _look(params: NotebookParams, readings: Sequence[Reading]) -> Seen:
    if params.text is not None:
        return _written(params, readings)
    chosen = [(each, cell) for each in readings for cell in each.select(params.cells)]
    if not chosen:
        if params.cells.loosely and (like := printing_like(params.prints, params.cells, readings)):
            return Seen(
                0.0,
                f"{named(*like)} prints numbers like those that are asked for, and its code does "
                "not show how they come about, so a person looks.",
                open=True,
            )
        names = quote_some(reading.notebook.name for reading in readings)
        return Seen(0.0, f"{names} has no code cell{params.cells}.")
    reading, cell = chosen[0]
    if len(chosen) == 1 and reading.is_shared(cell, params.cells):
        uses, about = " or ".join(params.cells.any_of), ", ".join(params.cells.without)
        return Seen(
            0.0,
            f"Only {named(reading, cell)} uses {uses}, and it uses {about} as well, so a person "
            "looks whether both were tried.",
            open=True,
        )
    look = next(look for asked, look in _LOOKS.items() if getattr(params, asked))
    return look(params, chosen)


def _executed(params: NotebookParams, chosen: Chosen) -> Seen:
    counted, bad = 0, []
    for reading, cell in chosen:
        why = why_not_run(cell, counts_kept=counts_are_kept(reading.code))
        counted += bool(why or cell.outputs or would_show(bare(cell.source)))
        if why:
            bad.append(f"{named(reading, cell)} {why}")
    evidence = {"cells": counted, "not_run": len(bad)}
    if not counted:
        return Seen(0.0, "No code cell shows anything: all are empty or only define.", evidence)
    message = (
        f"{len(bad)} of {counted} code cells that show something count as not run: "
        f"{some(bad)}. Run all cells from the first to the last, and save the notebook with its "
        "outputs."
    )
    return Seen(1 - len(bad) / counted, message if bad else "", evidence)


def _figures(params: NotebookParams, chosen: Chosen) -> Seen:
    wanted = params.figures or Figures()
    missing, pictures = lacking(wanted, chosen)
    evidence = {"figures": [[each.format, each.width, each.height] for each in pictures[:20]]}
    if not missing:
        return Seen(1.0, "", evidence)
    names = quote_some(dict.fromkeys(reading.notebook.name for reading, _ in chosen))
    asked = 1 + (wanted.series > 1) + wanted.axes
    credit = 1 - len(missing) / asked if len(pictures) >= wanted.at_least else 0.0
    return Seen(credit, f"{names} lacks {'; '.join(missing)}.", evidence)


def _forbids(params: NotebookParams, chosen: Chosen) -> Seen:
    banned = set(params.forbids)
    codes = _code_of(params, chosen)
    if not codes:
        message = f"No cell calls {params.of_call}, so a person looks at what is used."
        return Seen(0.0, message, open=True)
    found = [
        f"{named(reading, cell)} uses {quote_some(sorted(used), SAID_AT_MOST)}"
        for reading, cell, code in codes
        if (used := _used(params, cell, code) & banned)
    ]
    message = f"Not allowed in this part: {some(found)}." if found else ""
    return Seen(0.0 if found else 1.0, message)


def _used(params: NotebookParams, cell: Cell, code: str) -> frozenset[str]:
    """Gives the names in code, and of a whole cell what it sets to strings."""
    return names_in(code) | (frozenset() if params.of_call else settings_in(cell.source))


def _code_of(params: NotebookParams, chosen: Chosen) -> list[tuple[Reading, Cell, str]]:
    """Gives the code that a ban holds for: the cells', or what their first call is given."""
    if not params.of_call:
        return [(reading, cell, bare(cell.source)) for reading, cell in chosen]
    for reading, cell in chosen:
        before, call = first_call(bare(cell.source), params.of_call)
        if call:
            # What is defined later, such as for another part, was not what this call got.
            earlier = [each.source for each in reading.code if each.number < cell.number]
            known = Definitions.of([*earlier, before])
            return [(reading, cell, known.reached(call, variables=True))]
    return []


def _written(params: NotebookParams, readings: Sequence[Reading]) -> Seen:
    wanted = params.text or Written(None, 1)
    words = sum(
        len(cell.source.split())
        for reading in readings
        for cell in reading.section(params.cells.section)
        if cell.kind == "markdown" and (not wanted.matches or wanted.matches.search(cell.source))
    )
    if words >= wanted.at_least_words:
        return Seen(1.0, "", {"words": words})
    about = f" on {wanted.matches.pattern!r}" if wanted.matches else ""
    return Seen(
        0.0,
        f"The notebook's text{about} has {words} words; {wanted.at_least_words} are asked for at "
        "least. Write it into a Markdown cell.",
        {"words": words},
    )


_LOOKS: Final[Mapping[str, Callable[[NotebookParams, Chosen], Seen]]] = {
    "executed": _executed,
    "prints": lambda params, chosen: printed(params.prints, params.cells, chosen),
    "figures": _figures,
    "forbids": _forbids,
}


KIND: Final = CheckKind(
    name="notebook",
    summary="what a notebook's cells show: run, numbers printed, figures drawn, names not used",
    properties=PROPERTIES,
    required=(),
    parse=parse,
    run=run,
    asks_worker=False,
)
