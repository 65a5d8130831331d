"""Prints a report: in colour at a terminal, as plain text everywhere else.

Nothing here reads markup, so that `[red]` in a hand-in's words is five letters. A stream that
cannot write a mark gets an ASCII one.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from grader.report.layout import Line, lay_out

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from grader.report.model import Report

PLAIN_WIDTH = 88
MAX_WIDTH = 100

RICH_STYLES = {
    "good": "green",
    "bad": "red",
    "warn": "yellow",
    "dim": "dim",
    "strong": "bold",
    "": "",
}

ASCII_MARKS = {
    "✓": "+",
    "✗": "x",
    "◐": "~",
    "○": "o",
    "→": ">",
    "·": "*",
    "–": "-",
    "−": "-",
    "×": "x",
    "…": "...",
    "²": "^2",
    "≤": "<=",
    "≥": ">=",
    **dict(zip("▁▂▃▄▅▆▇█", "_.,-=+*#", strict=True)),
}

_TO_ASCII = str.maketrans(ASCII_MARKS)


def render_plain(report: Report, *, width: int = PLAIN_WIDTH, encoding: str = "utf-8") -> str:
    """Write a report as plain text that `encoding` can carry, a line feed at the end."""
    return "".join(_plain(line, encoding) + "\n" for line in lay_out(report, width))


def render_rich(report: Report, *, width: int = PLAIN_WIDTH, encoding: str = "utf-8") -> list[Text]:
    """Write a report as styled lines for rich."""
    return [_styled(line, encoding) for line in lay_out(report, width)]


def print_report(report: Report, stream: TextIO) -> None:
    """Print a report to a stream: with colour if it is a terminal that wants it."""
    print_lines(lay_out(report, width_of(stream)), stream)


def print_lines(lines: Iterable[Line], stream: TextIO) -> None:
    """Print laid-out lines to a stream, like `print_report`."""
    encoding = stream.encoding or "ascii"
    if stream.isatty():
        console = console_on(stream)
        for line in lines:
            console.print(_styled(line, encoding), soft_wrap=True)
    else:
        stream.writelines(_plain(line, encoding) + "\n" for line in lines)


def console_on(stream: TextIO, width: int | None = None) -> Console:
    """Open rich's console on a stream; it honours NO_COLOR and TERM by itself."""
    from rich.console import Console

    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


def width_of(stream: TextIO) -> int:
    """Give the width to lay lines out for."""
    if not stream.isatty():
        return PLAIN_WIDTH
    return min(shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns, MAX_WIDTH)


def fit(text: str, encoding: str) -> str:
    """Put text into what an encoding can carry: ASCII marks, and escapes for the rest.

    >>> fit("✓ 2 × 3", "ascii")
    '+ 2 x 3'
    """
    try:
        "".join(ASCII_MARKS).encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(_TO_ASCII)
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _plain(line: Line, encoding: str) -> str:
    return fit("".join(span.text for span in line), encoding).rstrip()


def _styled(line: Line, encoding: str) -> Text:
    from rich.text import Text

    return Text.assemble(*((fit(text, encoding), RICH_STYLES[style]) for text, style in line))
