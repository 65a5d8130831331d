"""What an answer may be, a number, a shape, a choice, a formula, and which answers are right."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from grader.checks.answer_formula import evaluate
from grader.checks.answer_reading import (
    UnreadableError,
    WrongFormError,
    read_number,
    read_only_number,
    read_shape,
)
from grader.plain_text import quote

EXACTLY: Final = 1e-9  # relative; what printing and reading a float may change
FORMULAS: Final = 1e-6  # relative; two ways to compute one value differ by less
POINTS: Final = 12  # at which formulas are compared
SHOWN: Final = 60  # characters of an answer in a message


@dataclass(frozen=True, slots=True)
class Judged:
    """What an answer is worth.

    Attributes:
        credit: 0 to 1.
        said: of what is wrong, beyond that it is; a sentence, or empty.
    """

    credit: float
    said: str = ""


class Form(Protocol):
    """One form of answers, with those that are right; where none is, only the form is asked for."""

    @property
    def asks(self) -> str:
        """Names the form for people, with an example."""

    def judge(self, value: Any, rng: np.random.Generator) -> Judged:
        """Judges what stands in a sheet.

        Raises:
            UnreadableError: it has not this form.
            WrongFormError: it has, and is plainly no answer to the question.
        """


@dataclass(frozen=True, slots=True)
class Number:
    """A number, with or without a unit.

    Attributes:
        right: the values that are right.
        units: words that may follow; the first is the one to name.
        share: it is a share of 1, which may be given in per cent.
        tolerance: relative.
        anywhere: it may stand anywhere in a text, if it is the only one.
    """

    right: tuple[float, ...]
    units: tuple[str, ...] = ()
    share: bool = False
    tolerance: float = EXACTLY
    anywhere: bool = False

    @property
    def asks(self) -> str:
        """Names the form for people, with an example."""
        if self.share:
            return "a share, such as 0.48 or 48 %"
        return f"a number{f' of {self.units[0]}' if self.units else ''}, such as 1234 or 0.5"

    def judge(self, value: Any, rng: np.random.Generator) -> Judged:
        """Compares with every right value; see `Form.judge`."""
        values = self._read(value)
        close = any(
            math.isclose(one, right, rel_tol=self.tolerance, abs_tol=1e-12)
            for one in values
            for right in self.right
        )
        return Judged(float(close or not self.right))

    def _read(self, value: Any) -> tuple[float, ...]:
        if self.anywhere:
            return read_only_number(value)
        try:
            return read_number(value, self.units, share=self.share)
        except UnreadableError:
            if not isinstance(value, str) or not re.search(r"\d\)*\s*[-+*/^×·=]", value):
                raise
        way, _, came_out = value.rpartition("=")
        if way and (values := self._read_again(came_out)):
            return values
        return (evaluate(value, {}),)  # the way to the number was written instead

    def _read_again(self, text: str) -> tuple[float, ...]:
        """Reads what stands behind the way; nothing where that is no number."""
        try:
            return read_number(text, self.units, share=self.share)
        except UnreadableError:
            return ()


@dataclass(frozen=True, slots=True)
class Shape:
    """The lengths of axes, such as 250 x 250."""

    right: tuple[tuple[int, ...], ...]
    axes: int = 2

    @property
    def asks(self) -> str:
        """Names the form for people, with an example."""
        return f"{self.axes} lengths, such as {' x '.join(['28'] * self.axes)}"

    def judge(self, value: Any, rng: np.random.Generator) -> Judged:
        """Compares with every right shape; see `Form.judge`."""
        shape = read_shape(value)
        if shape in self.right:
            return Judged(1.0)
        if len(shape) < self.axes:
            raise WrongFormError(f"It has {_lengths(len(shape))} where {self.axes} are asked for.")
        return Judged(float(not self.right))


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some options.

    Attributes:
        options: by label, such as `iii`, the names that the option goes by.
        right: labels of the right ones.
    """

    options: Mapping[str, tuple[str, ...]]
    right: tuple[str, ...]

    @property
    def asks(self) -> str:
        """Names the form for people, with an example."""
        return f"one of {', '.join(f'({label})' for label in self.options)}"

    def judge(self, value: Any, rng: np.random.Generator) -> Judged:
        """Finds out which option is meant; see `Form.judge`."""
        if isinstance(value, bool) or not isinstance(value, (str, int, list, tuple)):
            raise UnreadableError("It names no option.")
        parts = [value] if isinstance(value, (str, int)) else list(value[:20])
        meant = sorted({label for part in parts for label in self._labels(str(part))})
        if len(meant) > 1:
            raise WrongFormError(f"It names {len(meant)} options where one is asked for.")
        return Judged(float(meant[0] in self.right or not self.right))

    def _labels(self, text: str) -> set[str]:
        """Finds the options that a text names, as a whole or one after the other."""
        if len(text) > 200:
            raise UnreadableError(f"It has {len(text)} characters; at most 200 are read.")
        known = self._known()
        if (whole := _bare(text)) in known:
            return {known[whole]}
        pieces = [
            _bare(piece)
            for piece in re.split(r"[,;:/+&()\[\].]|\s[–-]\s|\band\b|\bor\b|\bog\b|\beller\b", text)
        ]
        found = {known[piece] for piece in pieces if piece in known}
        if not found or any(piece not in known for piece in pieces if piece):
            raise UnreadableError("It names none of the options, or more than an option.")
        return found

    def _known(self) -> dict[str, str]:
        known: dict[str, str] = {}
        for number, (label, names) in enumerate(self.options.items(), start=1):
            for name in (label, str(number), chr(ord("a") + number - 1), *names):
                known.setdefault(_bare(name), label)
        # A label means itself, whatever its letter counts.
        return {**known, **{_bare(label): label for label in self.options}}


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula, which is right where it has the value of one that is.

    Attributes:
        right: formulas.
        variables: by name as in `normal_name`, the range that their values are drawn from.
    """

    right: tuple[str, ...]
    variables: Mapping[str, tuple[float, float]]
    tolerance: float = FORMULAS

    @property
    def asks(self) -> str:
        """Names the form for people, with an example."""
        return "a formula, such as 2 * x11 + x12^2"

    def judge(self, value: Any, rng: np.random.Generator) -> Judged:
        """Compares values at random points; see `Form.judge`."""
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise UnreadableError("It is no formula.")
        points = [
            {name: float(rng.uniform(*ends)) for name, ends in self.variables.items()}
            for _ in range(POINTS)
        ]
        values = [evaluate(str(value), point) for point in points]
        for right in self.right:
            wanted = [evaluate(right, point) for point in points]
            pairs = zip(values, wanted, strict=True)
            if all(math.isclose(*pair, rel_tol=self.tolerance, abs_tol=1e-9) for pair in pairs):
                return Judged(1.0)
        return Judged(float(not self.right))


def shown(value: Any) -> str:
    """Quotes an answer for a message.

    >>> shown([250, 250]), shown("2 px")
    ("'[250, 250]'", "'2 px'")
    """
    return quote(" ".join(str(value).split()), SHOWN)


def _lengths(count: int) -> str:
    return "one length" if count == 1 else f"{count} lengths"


def _bare(text: str) -> str:
    """Reduces an option's name to what it is told by.

    >>> _bare("Max-Pooling layer"), _bare("(iii)")
    ('maxpooling', 'iii')
    """
    words = re.findall(r"[^\W_]+", text.casefold())
    fillers = "layer layers lag laget the option answer alternativ it is".split()
    kept = [word for word in words if word not in fillers] or words
    return "".join(kept)


def words_for(options: Mapping[str, Sequence[str] | str]) -> dict[str, tuple[str, ...]]:
    """Makes every option's names a tuple."""
    return {
        str(label): (names,) if isinstance(names, str) else tuple(names)
        for label, names in options.items()
    }
