"""Which cells of a notebook a check is about, as a rubric says it: the key `cells`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_FLAGS = {"section": re.IGNORECASE, "code": re.NOFLAG, "since": re.NOFLAG}


@dataclass(frozen=True, slots=True)
class Selection:
    """Says which cells are meant.

    Attributes:
        notebook: pattern of the notebook's name; empty for any.
        section: of the headings that the cells stand below; where a notebook has no such heading,
            all of its cells are meant.
        uses: names, all of which occur in the cell or in functions that it calls.
        any_of: names, one of which does.
        without: names, none of which occur in the cell itself; of a single cell that does all of
            it they say nothing.
        code: of the cell, without comments and strings; or with what was assigned to its variables.
        since: the cell is, or comes after, the first whose code has this.
        loosely: whether a cell may do it in a way that its names do not show.
    """

    notebook: str = ""
    section: re.Pattern[str] | None = None
    code: re.Pattern[str] | None = None
    since: re.Pattern[str] | None = None
    uses: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    loosely: bool = False

    def __str__(self) -> str:
        """Says it to students, so without the patterns that only the rubric's author reads."""
        where = f" below the heading {self.section.pattern!r}" if self.section else ""
        needed = ["a loop" if each == "for" else each for each in self.uses]
        uses = [" and ".join(needed), " or ".join(self.any_of)]
        named = " and ".join(each for each in uses if each)
        without = f" without {', '.join(self.without)}" if self.without else ""
        return f"{where} that {f'uses {named}' if named else 'does what is asked'}{without}"


def parse_selection(data: Mapping[str, Any]) -> Selection:
    """Reads the key `cells` of a check.

    Raises:
        ValueError: a pattern is no regular expression.
    """
    patterns = {}
    for key in ("section", "code", "since"):
        try:
            patterns[key] = re.compile(data[key], _FLAGS[key]) if key in data else None
        except re.error as error:
            raise ValueError(
                f"cells.{key}: {data[key]!r} is no regular expression: {error}. Put a backslash "
                "before signs that stand for themselves."
            ) from error
    return Selection(
        notebook=data.get("notebook", ""),
        section=patterns["section"],
        code=patterns["code"],
        since=patterns["since"],
        uses=tuple(data.get("uses", ())),
        any_of=tuple(data.get("any_of", ())),
        without=tuple(data.get("without", ())),
        loosely=data.get("loosely", False),
    )
