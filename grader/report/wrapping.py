"""Breaks text into lines by the columns that a terminal gives it.

What runs over the edge of a terminal begins at the left, and so does a line that is broken at the
right place. A hand-in's words that stand there could pass for ours; here they do not come to.
"""

from __future__ import annotations

import textwrap
import unicodedata

from grader.report.wording import MARKS

INDENT = "  "
MIN_WIDTH = 20

# What our own lines begin with.
_OURS = frozenset((*MARKS.values(), "→", "·"))

# Stands for the second column of a wide letter while lines are broken. It is in no cleaned text.
_SECOND_COLUMN = "\ue000"


def wrap(text: str, width: int) -> list[str]:
    """Wrap a text of one line; an empty one gives one empty line."""
    # A percent sign stays with its number; no cleaned text holds a no-break space of its own.
    tied = text.replace(" %", "\u00a0%")
    if not text.isascii():
        tied = "".join(c + _SECOND_COLUMN if _is_wide(c) else c for c in tied)
    width = max(width, MIN_WIDTH)
    lines = textwrap.wrap(tied, width, break_on_hyphens=False)
    if any(line.startswith(_SECOND_COLUMN) for line in lines):
        # A wide letter was cut in two, so that its line is one column too wide.
        lines = textwrap.wrap(tied, width - 1, break_on_hyphens=False)
    return [line.replace("\u00a0", " ").replace(_SECOND_COLUMN, "") for line in lines] or [""]


def wrap_quoting(text: str, width: int, *, first: bool = True) -> list[str]:
    """Wrap a text that may quote a hand-in: no further line begins like one of ours.

    Args:
        text: of one line.
        width: in columns.
        first: false where a line stands before this text already.

    >>> wrap_quoting("It printed these words: ✓ 100 of 100", 24)
    ['It printed these words:', '…✓ 100 of 100']
    """
    free = 1 if first else 0
    lines = wrap(text, width)
    if any(line.lstrip()[:1] in _OURS for line in lines[free:]):
        lines = wrap(text, width - 1)  # room for what is put before them
        lines[free:] = [f"…{line}" if line.lstrip()[:1] in _OURS else line for line in lines[free:]]
    return lines


def hang(text: str, width: int) -> list[str]:
    """Wrap every line of a text, what a line runs over into indented."""
    wrapped = [wrap_quoting(line, width - len(INDENT)) for line in text.splitlines()] or [[""]]
    return [INDENT + line if at else line for lines in wrapped for at, line in enumerate(lines)]


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")
