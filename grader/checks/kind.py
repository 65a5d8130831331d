"""What a kind of check is: a name, its part of the rubric schema, a parser and one function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.checks.question import Question
    from grader.records import CheckResult


@dataclass(frozen=True, slots=True)
class CheckKind:
    """One kind of check.

    Attributes:
        name: as written in a rubric, `kind: output`.
        summary: what it asks, in one line.
        properties: JSON-Schema properties of the kind's own keys in a check; every one has a
            `description`. Keys that all kinds share are not listed.
        required: names of the own keys that must be present.
        parse: turns schema-valid data of one check into the kind's frozen parameter record. The
            data holds the criterion's `subject` and the resolved `convention` as well. Raises
            `ValueError` with a full sentence for what a schema cannot say.
        run: puts the question to the student's and the reference session. Never raises for a wrong
            answer.
        asks_worker: whether the hand-in's code runs for it; other kinds judge what was read at
            intake, from `Question.handin`.
    """

    name: str
    summary: str
    properties: Mapping[str, Any]
    required: tuple[str, ...]
    parse: Callable[[Mapping[str, Any]], Any]
    run: Callable[[Question], CheckResult]
    asks_worker: bool = True
