"""A criterion that a person marks: a proof, a discussion, a plot.

The check judges nothing. It gathers what the hand-in has for the question, so that the report
alone is enough to mark it, and says what is asked. A mark takes the place of its result later
(`grader.marks`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from grader.checks.kind import CheckKind
from grader.checks.question import Question
from grader.checks.shown_work import Excerpt, Shows, bounded, excerpts, missing
from grader.records import CheckResult, CheckSpec, Outcome
from grader.report.model import MARKED_BY_PEOPLE

ASKS_CHARS = 600
DESCRIPTION_CHARS = 400


@dataclass(frozen=True, slots=True)
class Level:
    """One of the answers that a person can give.

    Attributes:
        credit: 0 to 1.
        description: what work of this level is like.
    """

    credit: float
    description: str


@dataclass(frozen=True, slots=True)
class ManualParams:
    """What a person is asked.

    Attributes:
        asks: the question, in a sentence or two.
        levels: the best first; their credit falls from 1 to 0.
        shows: what of the hand-in the person gets to see.
    """

    asks: str
    levels: tuple[Level, ...]
    shows: Shows


def parse(data: Mapping[str, Any]) -> ManualParams:
    """Reads the check's keys.

    Raises:
        ValueError: levels that do not fall from 1 to 0, two levels with one description, or a
            pattern that is no regular expression.
    """
    levels = tuple(Level(float(one["credit"]), one["description"]) for one in data["levels"])
    credits = [level.credit for level in levels]
    if credits[0] != 1.0 or credits[-1] != 0.0:
        raise ValueError(
            f"'levels' go from credit {credits[0]:g} to {credits[-1]:g}; the first is the best and "
            "has credit 1, the last has 0. Add the level that is missing."
        )
    for before, after in pairwise(credits):
        if after >= before:
            raise ValueError(
                f"In 'levels' credit {after:g} comes after {before:g}; the best level stands "
                "first, and each further one gives less. Put them in this order."
            )
    described = [level.description.casefold() for level in levels]
    if len(set(described)) < len(described):
        double = next(
            one.description for one in levels if described.count(one.description.casefold()) > 1
        )
        raise ValueError(
            f"Two of the 'levels' are described as {double!r}, so that a mark by this description "
            "would fit both. Describe them differently."
        )
    shown = data.get("shows", {})
    pattern = shown.get("cells", "")
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(
            f"'cells' is {pattern!r}, which is no regular expression: {error}. Put a backslash "
            "before signs that stand for themselves."
        ) from error
    return ManualParams(data["asks"], levels, Shows(**shown))


def run(question: Question) -> CheckResult:
    """Gathers what there is to mark; judges nothing."""
    params: ManualParams = question.params
    handin = question.handin
    if handin is None:
        return open_result(question.spec, ())
    found = bounded(excerpts(handin, params.shows))
    return open_result(question.spec, found, missing(handin, params.shows))


def open_result(
    spec: CheckSpec, shown: Sequence[Excerpt | Mapping[str, str]], lacking: str = ""
) -> CheckResult:
    """Makes the result of a question that nobody has marked yet.

    Args:
        spec: the check.
        shown: what the hand-in has for it, as excerpts or as they stand in a report.
        lacking: a sentence on what was looked for in vain; empty where all was found.
    """
    params: ManualParams = spec.params
    texts = [
        {"where": one.where, "text": one.text} if isinstance(one, Excerpt) else dict(one)
        for one in shown
    ]
    said = f"A person marks this: {params.asks}"
    said += "" if said.endswith((".", "?", "!")) else "."
    return CheckResult(
        id=spec.id,
        kind=spec.kind,
        outcome=Outcome.NOT_RUN_HERE,
        credit=0.0,
        message=f"{said} {lacking}".rstrip(),
        evidence={"shown": texts, "lacking": lacking},
    )


KIND = CheckKind(
    name=MARKED_BY_PEOPLE,
    summary="What does a person say of this? Open until somebody has marked it.",
    properties={
        "asks": {
            "type": "string",
            "minLength": 1,
            "maxLength": ASKS_CHARS,
            "description": "What the person is asked, in a sentence or two.",
        },
        "levels": {
            "type": "array",
            "minItems": 2,
            "maxItems": 20,
            "description": "The answers to choose from, the best first; credit falls from 1 to 0.",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["credit", "description"],
                "description": "One answer.",
                "properties": {
                    "credit": {
                        "type": "number",
                        "minimum": 0,
                        "maximum": 1,
                        "description": "Share of the points, 0 to 1.",
                    },
                    "description": {
                        "type": "string",
                        "minLength": 1,
                        "maxLength": DESCRIPTION_CHARS,
                        "description": "What work of this level is like.",
                    },
                },
            },
        },
        "shows": {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "description": "What of the hand-in stands beside the question. Default: nothing.",
            "properties": {
                "report": {
                    "const": True,
                    "description": "The name, the pages and the size of the report, a PDF.",
                },
                "cells": {
                    "type": "string",
                    "minLength": 1,
                    "description": "Regular expression; a text cell of a notebook with a line "
                    "that it matches is shown, and all cells up to the next heading of the same "
                    "or a higher level, with what they printed.",
                },
                "notebook": {
                    "type": "string",
                    "minLength": 1,
                    "description": "Pattern of the names of the notebooks that `cells` are looked "
                    "for in, such as '*Q2*'; capitals do not count. Default: all.",
                },
                "answers": {
                    "type": "string",
                    "minLength": 1,
                    "description": "Key in the answer sheet, with dots for keys inside others.",
                },
                "code": {
                    "type": "string",
                    "pattern": r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$",
                    "description": "Dotted path of a function or class, below the root.",
                },
            },
        },
    },
    required=("asks", "levels"),
    parse=parse,
    run=run,
    asks_worker=False,
)
