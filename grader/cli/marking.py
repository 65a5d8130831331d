"""Steps through the criteria of one report that wait for a person, at a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TextIO

from grader.checks.manual import Level
from grader.cli.marked_report import MarkedReport
from grader.errors import UsageError
from grader.marks import make_mark
from grader.marks_given import Mark
from grader.marks_open import OpenCriterion, levels_of, open_to_mark, shown_work
from grader.plain_text import clean_text
from grader.records import Criterion
from grader.report.layout import Line, Span
from grader.report.terminal import fit, print_lines, width_of
from grader.report.wording import points_text
from grader.report.wrapping import wrap

TITLE_CHARS = 200
TEXT_CHARS = 5_000
QUOTED = "  | "  # before each line of the hand-in, so that none passes for one of ours

KEYS = "a level's number, a credit such as 0.75, s to skip, b to go back, q to stop"


@dataclass(slots=True)
class Marking:
    """One person's way through one report.

    Attributes:
        opened: the report; its marks grow, and are kept after each.
        ask: shows a prompt and gives a line, or nothing at the end of the input.
        stream: where the questions are printed.
        by: who marks.
        now: says when, ISO 8601.
    """

    opened: MarkedReport
    ask: Callable[[str], str | None]
    stream: TextIO
    by: str
    now: Callable[[], str]

    def run(self) -> bool:
        """Asks criterion after criterion.

        Returns:
            Whether the person went on to the end, and did not stop.
        """
        found = open_to_mark(self.opened.report, self.opened.rubric)
        steps = [one for one in found if one.waits or one.marked]
        at = self._next_open(steps, 0)
        while at < len(steps):
            self._print(self._question(steps[at], at, len(steps)))
            answer = self._answer(steps[at].criterion)
            if answer == "b":
                at = max(at - 1, 0)
            elif answer == "s":
                at = self._next_open(steps, at + 1)
            elif isinstance(answer, Mark):
                self.opened.marks = self.opened.marks.with_mark(answer)
                self.opened.keep_marks()
                at = self._next_open(steps, at + 1)
            else:
                return False
        return True

    def _next_open(self, steps: Sequence[OpenCriterion], at: int) -> int:
        while at < len(steps) and self.opened.marks.of(steps[at].criterion.id) is not None:
            at += 1
        return at

    def _answer(self, criterion: Criterion) -> Mark | str | None:
        """Asks until there is an answer: a mark, `s`, `b`, or nothing to stop."""
        while True:
            line = self._line("Level: ")
            if line is None or line.lower() == "q":
                return None
            if line.lower() in ("s", "b"):
                return line.lower()
            try:
                given = make_mark(criterion, line, "", self.by, self.now())
            except UsageError as error:
                self._print([(Span(text),) for text in wrap(error.message, self._width())])
                continue
            comment = self._line("Comment for the student (may be empty): ")
            return make_mark(criterion, line, comment or "", given.by, given.at)

    def _line(self, prompt: str) -> str | None:
        line = self.ask(fit(prompt, self.stream.encoding or "ascii"))
        return None if line is None else line.strip()

    def _question(self, asked: OpenCriterion, at: int, count: int) -> Iterator[Line]:
        width, criterion = self._width(), asked.criterion
        share = "" if asked.points == criterion.points else f" of {points_text(criterion.points)}"
        bonus = " bonus" if criterion.bonus else ""
        unit = "point" if asked.points == 1 and not share else "points"
        points = f"{points_text(asked.points)}{share}{bonus} {unit}"
        who = clean_text(self.opened.report.handin.id, TITLE_CHARS)
        yield ()
        head = (
            f"{who} · {at + 1} of {count} · {clean_text(criterion.title, TITLE_CHARS)} · {points}"
        )
        yield from ((Span(line, "strong"),) for line in wrap(head, width))
        asks = clean_text(asked.asks, TEXT_CHARS)
        yield from ((Span(line),) for line in wrap(asks, width))
        yield from self._shown(asked, width)
        for number, level in enumerate(levels_of(criterion), 1):
            label = f"  {number}  {_worth(asked, level)}  "
            first, *rest = wrap(clean_text(level.description, TEXT_CHARS), width - len(label))
            yield (Span(label, "strong"), Span(first))
            yield from ((Span(" " * len(label) + line),) for line in rest)
        mark = self.opened.marks.of(criterion.id)
        if mark is not None:
            said = f"Marked already: {mark.level or mark.credit}"
            said += f", by {mark.by}" if mark.by else ""
            yield from ((Span(line, "dim"),) for line in wrap(clean_text(said, TEXT_CHARS), width))
        yield (Span(KEYS, "dim"),)

    def _shown(self, asked: OpenCriterion, width: int) -> Iterator[Line]:
        shown, lacking = shown_work(asked.before[0])
        if lacking:
            told = clean_text(lacking, TEXT_CHARS)
            yield from ((Span(line, "warn"),) for line in wrap(told, width))
        for excerpt in shown:
            where = clean_text(excerpt["where"], TITLE_CHARS)
            yield from ((Span(line, "dim"),) for line in wrap(where, width))
            text = clean_text(excerpt["text"], TEXT_CHARS, keep_lines=True)
            for line in text.expandtabs(4).splitlines():
                yield from ((Span(QUOTED + part),) for part in _pieces(line, width - len(QUOTED)))

    def _width(self) -> int:
        return width_of(self.stream)

    def _print(self, lines: Iterable[Line]) -> None:
        print_lines(lines, self.stream)


def _worth(asked: OpenCriterion, level: Level) -> str:
    return points_text(asked.points * Decimal(repr(level.credit)))


def _pieces(line: str, width: int) -> Iterator[str]:
    """Breaks a line of the hand-in between words where it can, and keeps its indentation."""
    breaks = textwrap.TextWrapper(
        width, replace_whitespace=False, drop_whitespace=False, break_on_hyphens=False
    )
    yield from breaks.wrap(line) or [""]
