"""Looks for what is odd in a rubric that is valid, and knows where a reason allows it.

A comment at the place, or in the line above it, allows what is meant:

    # lint: allow wide_tolerance: the text prints two digits

The rules stand in `lint_rules`, one function each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from grader.records import Rubric
from grader.rubric.lint_names import Names
from grader.rubric.problems import did_you_mean, dotted
from grader.rubric.source import Source

Path = tuple[str | int, ...]
Found = tuple[Path, str]

UNKNOWN_RULE: Final = "unknown_rule"
NO_REASON: Final = "no_reason"
IDLE: Final = "idle_allowance"

_ALLOWED = re.compile(r"#\s*lint:\s*allow\s+([A-Za-z_]*)\s*:?\s*(.*?)\s*$")


@dataclass(frozen=True, slots=True)
class Linted:
    """What rules look at.

    Attributes:
        rubric: without mistakes.
        template: names in what students get; `None` where there is no template.
        reference: names in the reference hand-in; `None` where there is none.
    """

    rubric: Rubric
    template: Names | None = None
    reference: Names | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is odd.

    Attributes:
        id: as in an allowance.
        why: what comes of it, in a sentence.
        do: what to do, in a sentence.
        find: yields the places, each with a sentence that says what is there.
    """

    id: str
    why: str
    do: str
    find: Callable[[Linted], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning.

    Attributes:
        line: counted from one.
        rule: id of the rule.
        said: what is there, why it matters and what to do.
    """

    line: int
    path: Path
    rule: str
    said: str

    def text(self, name: str) -> str:
        """Writes it as mistakes are written, with its rule at the end."""
        where = f"{dotted(self.path)}: " if self.path else ""
        return f"{name}:{self.line}  {where}{self.said} [{self.rule}]"


def lint(linted: Linted, source: Source, text: str, rules: Iterable[Rule]) -> tuple[Warned, ...]:
    """Looks for everything that is odd and not allowed.

    Args:
        linted: what rules look at.
        source: says where the values stand.
        text: of the rubric file, for its allowances.
        rules: those to follow.

    Returns:
        Warnings in the order of their lines.
    """
    rules = tuple(rules)
    allowances = list(_allowances(text))
    used: set[int] = set()
    warned = []
    for rule in rules:
        for path, said in rule.find(linted):
            line = source.place(path).line + 1
            by = next((one for one in allowances if one.rule == rule.id and one.covers(line)), None)
            if by is not None:
                used.add(by.line)
            else:
                warned.append(Warned(line, path, rule.id, f"{said} {rule.why} {rule.do}"))
    warned += _of_allowances(allowances, [rule.id for rule in rules], used)
    return tuple(sorted(warned, key=lambda one: (one.line, one.rule)))


@dataclass(frozen=True, slots=True)
class _Allowance:
    """A comment that allows something, in `line`, for the code in `line` or in `below`."""

    line: int
    below: int
    rule: str
    reason: str

    def covers(self, line: int) -> bool:
        return line in (self.line, self.below)


def _allowances(text: str) -> Iterator[_Allowance]:
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        found = _ALLOWED.search(line)
        if found is None:
            continue
        alone = line.lstrip().startswith("#")
        below = number + 1
        while alone and below <= len(lines) and lines[below - 1].lstrip().startswith("#"):
            below += 1  # several comments above one place
        yield _Allowance(number, below if alone else number, found[1], found[2])


def _of_allowances(
    allowances: Iterable[_Allowance], known: list[str], used: set[int]
) -> Iterator[Warned]:
    for one in allowances:
        if one.rule not in known:
            names = ", ".join(known)
            said = f"There is no rule {one.rule!r}.{did_you_mean(one.rule, known)} Rules: {names}."
            yield Warned(one.line, (), UNKNOWN_RULE, said)
        elif not one.reason:
            said = (
                f"{one.rule} is allowed here without a reason. Write one behind a colon, so that "
                "the next reader can tell whether it still holds."
            )
            yield Warned(one.line, (), NO_REASON, said)
        elif one.line not in used:
            said = f"{one.rule} is allowed here, and nothing here breaks it. Delete the comment."
            yield Warned(one.line, (), IDLE, said)
