"""Puts any text into Markdown so that it stands there as text.

What a hand-in may have said goes into code: inside it there is no markup, no HTML and no link, and
platforms look there neither for `@names` to call nor for `#numbers` to link. Shapes: CommonMark
0.31, and GitHub's tables.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.report.wrapping import hang

WIDTH = 96

# What has a meaning within a line: markup, links, HTML, entities, tables, formulas and mentions.
_PUNCTUATION = re.compile(r"([\\`*_\[\]<>|~&#$@!])")


def escaped(text: str) -> str:
    r"""Escape a title, or another text of the course's, of one line.

    >>> escaped("Loss | *two* layers")
    'Loss \\| \\*two\\* layers'
    """
    return _PUNCTUATION.sub(r"\\\1", text)


def code(text: str) -> str:
    r"""Put a text of one line into a code span, which it cannot close.

    >>> print(code("a"), code("`a`"))
    `a` `` `a` ``
    """
    ticks = "`" * (_longest_run(text, "`") + 1)
    # A space that belongs to the text is kept if there is one more at each end.
    pad = " " if not text or text[0] in " `" or text[-1] in " `" else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def code_block(lines: Sequence[str], width: int = WIDTH) -> list[str]:
    """Put lines into a fenced block, which they cannot close; long ones are broken."""
    wrapped = [part for line in lines for part in (hang(line, width) if line else [""])]
    fence = "`" * max(3, 1 + max((_longest_run(line, "`") for line in wrapped), default=0))
    return [f"{fence}text", *wrapped, fence]


def _longest_run(text: str, character: str) -> int:
    return max((len(run) for run in re.findall(f"{re.escape(character)}+", text)), default=0)
