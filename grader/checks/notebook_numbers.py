"""Numbers in what a notebook's cells printed, and whether those that a text asks for are there.

A number may be wrapped, as in `tensor(0.0624, device='cuda:0')`, have separators, as in 1,234,567,
or be a percentage where a share is asked for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.handin.notebook import Cell

NUMBERS_AT_MOST = 20_000  # of one cell

# Not inside a word or a dotted name: conv2d, v1.0.2 have none. `acc:0.87` has no space.
_NUMBER = re.compile(
    r"(?<![\w.])[-+\u2212]?(?:"
    r"\d{1,3}(?:,\d{3})++(?:\.\d++)?+(?![\d,])"
    r"|(?:\d++(?:\.\d*+)?+|\.\d++)(?:[eE][-+]?\d++)?+"
    r"|(?:nan|inf)(?!\w))(?P<percent>[ \t]?%)?+(?!\.\d)",
    re.IGNORECASE,
)
# What has digits and says no number: what stands for a picture, a device, a time of day, and how
# far and how fast a progress bar is.
_NO_NUMBER = re.compile(
    r"<Figure size [^<>\n]{0,80}>|\b(?:cuda|mps|cpu|xpu):\d++"
    r"|(?<![\w.])\d{1,3}(?::[0-5]\d)++(?:[.,]\d++)?+(?!\w)|(?<![\w.])\d{1,3}%\|[^|\n]{0,400}\|"
    r"|(?<![\w.])\d++(?:\.\d++)?+ ?(?:s/it|it/s|[um]?s/step)\b"
)
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands in a text.

    Attributes:
        whole: whether it is written as an integer.
        percent: whether a sign for per cent follows.
    """

    value: float
    whole: bool = False
    percent: bool = False


def numbers_in(text: str) -> list[Number]:
    """Reads the numbers in a text, in order.

    >>> [n.value for n in numbers_in("tensor(0.0624, device='cuda:0') 1,234,567 Conv2d 87.1 %")]
    [0.0624, 1234567.0, 87.1]
    """
    found = []
    for match in _NUMBER.finditer(_NO_NUMBER.sub(" ", text)):
        percent = match["percent"] is not None
        written = match[0].rstrip("% \t").replace("\u2212", "-")
        if _GROUPED.fullmatch(written):
            written = written.replace(",", "")
        whole = re.fullmatch(r"[-+]?\d+", written) is not None
        found.append(Number(float(written), whole, percent))
        if len(found) >= NUMBERS_AT_MOST:
            break
    return found


@dataclass(frozen=True, slots=True)
class Item:
    """A number, or several, that have to be printed.

    Attributes:
        name: what it is, for messages.
        between: the smallest and the largest that are right.
        integer: whether only numbers that are written without a point count.
        share: whether per cent are right as well: 87.1 for 0.871.
        near: a pattern of the line that it stands in, or of the line before.
        count: how many of them.
        weight: relative to the other items.
    """

    name: str
    between: tuple[float, float]
    integer: bool = False
    share: bool = False
    near: re.Pattern[str] | None = None
    count: int = 1
    weight: float = 1.0

    def fits(self, number: Number) -> bool:
        """Tells whether a number is one of those that are asked for."""
        value = number.value
        if self.integer and not number.whole:
            return False
        if self.share and number.whole and not number.percent:
            return False  # 87 alone may count epochs; 87 % and 87.1 do not
        if self.share and (number.percent or value > 1):
            value /= 100
        return math.isfinite(value) and self.between[0] <= value <= self.between[1]

    @property
    def wanted(self) -> str:
        """What is asked for, in words."""
        low, high = (f"{bound:,.10g}" for bound in self.between)
        what = f"{self.count} numbers" if self.count > 1 else "a number"
        what = what.replace("a number", "an integer") if self.integer else what
        return f"{what} from {low} to {high}" if low != high else f"{what} {low}"


def parse_item(data: Mapping[str, Any]) -> Item:
    """Reads one entry of the key `prints`.

    Raises:
        ValueError: the bounds are the wrong way round, or `near` is no regular expression.
    """
    low, high = data["between"]
    if low > high:
        raise ValueError(
            f"prints: {data['name']} has between: [{low}, {high}]. Write the smaller number first."
        )
    try:
        near = re.compile(data["near"], re.IGNORECASE) if "near" in data else None
    except re.error as error:
        raise ValueError(
            f"prints: {data['name']} has near: {data['near']!r}, which is no regular expression: "
            f"{error}. Write words of the line that the number stands in."
        ) from error
    return Item(
        name=data["name"],
        between=(float(low), float(high)),
        integer=data.get("integer", False),
        share=data.get("share", False),
        near=near,
        count=data.get("count", 1),
        weight=float(data.get("weight", 1)),
    )


def seen_by(item: Item, cells: Sequence[Cell]) -> tuple[list[float], list[float]]:
    """Gives the numbers of an item in what cells printed: those that fit, and all of its kind."""
    fitting, seen = [], []
    for cell in cells:
        for text in _near(cell.text, item.near):
            for number in numbers_in(text):
                if item.integer and not number.whole:
                    continue
                seen.append(number.value)
                if item.fits(number):
                    fitting.append(number.value)
    return fitting, seen


def _near(text: str, pattern: re.Pattern[str] | None) -> Iterator[str]:
    if pattern is None:
        yield text
        return
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if pattern.search(line):
            # A label may stand alone above its number.
            follows = at + 1 < len(lines) and not numbers_in(line)
            yield "\n".join(lines[at : at + 2]) if follows else line
