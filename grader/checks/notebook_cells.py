"""Which cells of a notebook a check is about, and which of them were run.

Counts of execution are missing in whole notebooks that another tool has saved again, so an output
says as much as a count; a cell that defines things and shows nothing needs neither.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from grader.checks.notebook_code import Definitions, bare, names_in
from grader.checks.notebook_selection import Selection
from grader.handin.notebook import Cell, Notebook

_HEADING = re.compile(
    r"^ {0,3}(#{1,6})[ \t]++([^\n]*+)|^<h([1-6])\b[^>\n]*+>([^\n]*+)", re.M | re.I
)
# At the left margin, so that it happens whenever the cell is run.
_SHOWS = re.compile(
    r"^(?:print|display|(?:plt|pyplot)\.show|(?:\w++\.)?(?:imshow|hist|scatter))[ \t]*+\(", re.M
)
_ANYWHERE = frozenset("print display show imshow".split())
# A name, an attribute, or what pandas shows tables by.
_VALUE = re.compile(r"\w++(?:\.\w++)*?(?:\.(?:head|tail|describe)\(\w*+\))?[ \t]*+")
_NAME = re.compile(r"[^\W\d]\w*+")
_LOOPS = re.compile(r"\b(?:for|while)\b")
_NUMBERED = re.compile(r"([A-Za-z]+) (\d+)(?:\\b)?")
_AHEAD = re.compile(r"^(?:<[^<>\n]*+>|[^\w<]++)++")
_STATEMENT = re.compile(r"(?:import|from|return|pass|del|global|break|continue)\b")


@dataclass(frozen=True)
class Reading:
    """A notebook, read for checks.

    Attributes:
        notebook: as intake gives it.
        definitions: of all its code.
    """

    notebook: Notebook
    definitions: Definitions = field(repr=False)

    @classmethod
    def of(cls, notebook: Notebook) -> Reading:
        """Reads a notebook's code."""
        sources = (cell.source for cell in notebook.cells if cell.kind == "code")
        return cls(notebook, Definitions.of(sources))

    @cached_property
    def code(self) -> tuple[Cell, ...]:
        """Gives the code cells that hold code."""
        cells = self.notebook.cells
        return tuple(cell for cell in cells if cell.kind == "code" and bare(cell.source).strip())

    def reached(self, cell: Cell) -> str:
        """Gives a cell's bare code and that of the functions it calls."""
        return self.definitions.reached(bare(cell.source))

    def _has(self, cell: Cell, pattern: re.Pattern[str]) -> bool:
        """Tells whether a cell's code has a pattern, or what it reaches: `n` may be set before."""
        code = bare(cell.source)
        if pattern.search(code):
            return True
        known = Definitions.of(each.source for each in self.code if each.number <= cell.number)
        return pattern.search(known.with_variables(code)) is not None

    def select(self, wanted: Selection) -> tuple[Cell, ...]:
        """Picks the code cells that are meant, in order."""
        if not self.is_named(wanted):
            return ()
        within = {cell.number for cell in self.section(wanted.section)}
        cells = [cell for cell in self.code if cell.number in within]
        if wanted.since:
            firsts = (at for at, cell in enumerate(cells) if wanted.since.search(bare(cell.source)))
            cells = cells[next(firsts, len(cells)) :]
        fitting = [cell for cell in cells if self._fits(cell, wanted)]
        banned = set(wanted.without)
        alone = [cell for cell in fitting if not banned & names_in(bare(cell.source))]
        return tuple(fitting if len(fitting) == 1 else alone)

    def before(self, cell: Cell, wanted: Selection) -> tuple[Cell, ...]:
        """Gives the code cells of the section before one of it, without those to do without."""
        return tuple(each for each in self._around(wanted) if each.number < cell.number)

    def may_do(self, wanted: Selection) -> tuple[Cell, ...]:
        """Gives the code cells that may do what is meant in a way that their code does not show.

        Names to do without speak against a cell that has one part, and so one loop at most.
        """
        return self._around(wanted, parts=True)

    def _around(self, wanted: Selection, *, parts: bool = False) -> tuple[Cell, ...]:
        if not self.is_named(wanted):
            return ()
        within, banned = {cell.number for cell in self.section(wanted.section)}, set(wanted.without)
        return tuple(
            cell
            for cell in self.code
            if cell.number in within
            and (
                not banned & names_in(bare(cell.source))
                or (parts and len(_LOOPS.findall(bare(cell.source))) > 1)
            )
        )

    def is_named(self, wanted: Selection) -> bool:
        """Tells whether the notebook's name is one of those that are meant."""
        name = self.notebook.name.casefold()
        return not wanted.notebook or fnmatch.fnmatchcase(name, wanted.notebook.casefold())

    def is_shared(self, cell: Cell, wanted: Selection) -> bool:
        """Tells whether a cell that was picked for lack of another may do only what is next to it.

        All of a task may stand in one cell, which then says a name for each part of it.
        """
        names = _NAME.findall(bare(cell.source))
        asked = sum(each in wanted.any_of for each in names)
        return bool(wanted.any_of) and asked < 2 and not set(names).isdisjoint(wanted.without)

    def _fits(self, cell: Cell, wanted: Selection) -> bool:
        if wanted.code and not self._has(cell, wanted.code):
            return False
        names = names_in(self.reached(cell)) if wanted.uses or wanted.any_of else frozenset()
        names |= {"for"} if "while" in names else frozenset()  # one loop is as good as the other
        return names.issuperset(wanted.uses) and (
            not wanted.any_of or bool(names & set(wanted.any_of))
        )

    def section(self, heading: re.Pattern[str] | None) -> Sequence[Cell]:
        """Gives the cells below the headings that fit, until the next of the same rank or above.

        `Task 2` ends at a heading that begins with another task's number, whatever its rank.
        """
        if heading is None:
            return self.notebook.cells
        found, rank = [], 0
        numbered = _NUMBERED.fullmatch(heading.pattern)
        others = re.compile(rf"{numbered[1]} (?!{numbered[2]}\b)\d", re.I) if numbered else None
        for cell in self.notebook.cells:
            for level, text in _headings(cell):
                if heading.search(text):
                    rank = level
                elif rank and (level <= rank or (others and others.match(_plain(text)))):
                    rank = 0
            if rank:
                found.append(cell)
        return found or self.notebook.cells

    def shown(self, cell: Cell) -> tuple[Cell, ...]:
        """Gives the cells that may show what a cell computes: itself, or the next that shows.

        That is the next code cell alone, where the cell shows nothing of its own.
        """
        if cell.text.strip() or cell.pictures:
            return (cell,)
        following = [each for each in self.code if each.number > cell.number]
        return (cell, *following[:1])


def _plain(heading: str) -> str:
    """Takes tags, emphasis and pictures off the beginning of a heading."""
    return _AHEAD.sub("", heading)


def _headings(cell: Cell) -> list[tuple[int, str]]:
    if cell.kind != "markdown":
        return []
    return [
        (len(match[1]), match[2]) if match[1] else (int(match[3]), match[4])
        for match in _HEADING.finditer(cell.source)
    ]


def counts_are_kept(cells: Sequence[Cell]) -> bool:
    """Tells whether every cell with an output has a count, so that a lacking count says much."""
    shown = [cell for cell in cells if cell.outputs]
    return bool(shown) and all(cell.execution_count is not None for cell in shown)


def why_not_run(cell: Cell, *, counts_kept: bool) -> str:
    """Says what shows that a cell was not run, or that its output is gone; empty where it was.

    Args:
        cell: of code.
        counts_kept: see `counts_are_kept`.
    """
    if cell.error:
        return f"ended with {cell.error}"
    if cell.outputs:
        return ""
    code = bare(cell.source)
    if cell.execution_count is not None:
        return "prints, and no output is saved" if _SHOWS.search(code) else ""
    if counts_kept and not _only_defines(code):
        return "was not run"
    return "has no output" if would_show(code) else ""


def would_show(code: str) -> bool:
    """Tells whether bare code shows something when it is run: a print, a picture, a last value."""
    outside = "\n".join(line for line in _outside_definitions(code))
    if names_in(outside) & _ANYWHERE:
        return True
    lines = [line for line in outside.split("\n") if line.strip()]
    return bool(lines) and _is_value(lines[-1])


def _is_value(line: str) -> bool:
    """Tells whether a last line is a plain name or attribute, whose value a notebook shows."""
    return bool(_VALUE.fullmatch(line)) and not _STATEMENT.match(line)


def _only_defines(code: str) -> bool:
    lines = [line for line in _outside_definitions(code) if line.strip()]
    return all(re.match(r"(?:import|from|@|[)\]}])", line) for line in lines)


def _outside_definitions(code: str) -> list[str]:
    """Gives the lines that are run at once: those of no function and no class."""
    lines, inside = [], False
    for line in code.split("\n"):
        if re.match(r"(?:async[ \t]+)?(?:def|class)\b", line):
            inside = True
        elif line[:1].strip() and line[:1] not in ")]}":
            inside = False
        if not inside:
            lines.append(line)
    return lines
