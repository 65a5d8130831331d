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
EXACT_DIGITS = 4  # two results that agree in so many are one that is printed twice

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
        unclear: a pattern of lines whose numbers may not be meant, such as those of a training's
            progress; they do not count, and are said to be there.
        earlier: a pattern of lines in cells before those that are meant; one number of them counts.
    """

    name: str
    between: tuple[float, float]
    integer: bool = False
    share: bool = False
    near: re.Pattern[str] | None = None
    count: int = 1
    weight: float = 1.0
    unclear: re.Pattern[str] | None = None
    earlier: re.Pattern[str] | None = None

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
        ValueError: the bounds are the wrong way round, or a pattern is no regular expression.
    """
    low, high = data["between"]
    if low > high:
        raise ValueError(
            f"prints: {data['name']} has between: [{low}, {high}]. Write the smaller number first."
        )
    lines: dict[str, re.Pattern[str] | None] = {}
    for key in ("near", "unclear", "earlier"):
        try:
            lines[key] = re.compile(data[key], re.IGNORECASE) if key in data else None
        except re.error as error:
            raise ValueError(
                f"prints: {data['name']} has {key}: {data[key]!r}, which is no regular expression: "
                f"{error}. Write words of the line that the number stands in."
            ) from error
    return Item(
        name=data["name"],
        between=(float(low), float(high)),
        integer=data.get("integer", False),
        share=data.get("share", False),
        near=lines["near"],
        count=data.get("count", 1),
        weight=float(data.get("weight", 1)),
        unclear=lines["unclear"],
        earlier=lines["earlier"],
    )


@dataclass(frozen=True, slots=True)
class Found:
    """The numbers of an item in what cells printed.

    Attributes:
        fitting: those that fit.
        seen: all of its kind.
        unclear: whether lines that may not be meant have numbers as well.
    """

    fitting: list[float]
    seen: list[float]
    unclear: bool = False


def seen_by(item: Item, cells: Sequence[Cell], before: Sequence[Cell] = ()) -> Found:
    """Finds the numbers of an item in what cells printed.

    Args:
        item: what is looked for.
        cells: those that are meant.
        before: cells of the same section, of which one number counts where a line fits
            `Item.earlier`. A result that is printed again beside others counts once.
    """
    seen, unclear = list[float](), False
    results: list[tuple[Cell, float]] = []
    for cell in (*(before if item.earlier else ()), *cells):
        meant = cell in cells
        clear, doubtful = _numbers(item, cell, None if meant else item.earlier)
        mine = [number.value for number in clear if item.fits(number)]
        if item.earlier and len(mine) > 1:
            results = [each for each in results if not _is_among(each[1], mine)]
        results += [(cell, value) for value in mine]
        if meant:
            seen += [number.value for number in clear]
            unclear = unclear or bool(doubtful)
    earlier = [value for cell, value in results if cell not in cells]
    fitting = [value for cell, value in results if cell in cells]
    return Found([*earlier[:1], *fitting], seen, unclear)


def _is_among(value: float, others: Sequence[float]) -> bool:
    """Tells whether a result is among others, and so exact that it is no other one by chance."""
    digits = f"{value:.12g}".replace(".", "").lstrip("0")
    return len(digits) >= EXACT_DIGITS and value in others


def _numbers(
    item: Item, cell: Cell, only: re.Pattern[str] | None
) -> tuple[list[Number], list[Number]]:
    """Gives the numbers of an item's kind that a cell printed: in clear lines, and in others."""
    clear: list[Number] = []
    doubtful: list[Number] = []
    for text in _near(cell.text, item, only):
        numbers = (each for each in numbers_in(text) if each.whole or not item.integer)
        (doubtful if item.unclear and item.unclear.search(text) else clear).extend(numbers)
    return clear, doubtful


def _near(text: str, item: Item, only: re.Pattern[str] | None) -> Iterator[str]:
    patterns = [each for each in (item.near, only) if each is not None]
    if not patterns and item.unclear is None:
        yield text
        return
    lines = iter(text.split("\n"))
    for line in lines:
        if all(pattern.search(line) for pattern in patterns):
            # A label may stand alone above its number.
            alone = bool(patterns) and line.strip() and not numbers_in(line)
            yield f"{line}\n{next(lines, '')}" if alone else line
