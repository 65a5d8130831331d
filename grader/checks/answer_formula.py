r"""Reads a short formula and computes its value, with bounds on everything.

Known are `+ - * / ^ **`, brackets of all kinds, numbers, and variables with subscripts: `X_12`,
`X_{12}`, `X[1,2]`, `X_{1,2}`, `x12` and `X₁₂` are one. What stands side by side is multiplied:
`2 X11 K11`. Simple LaTeX is understood: `\frac{a}{b}`, `\cdot`, `\times`, `\left(`. It is a
parser of its own, of fixed depth and length, because what a student writes is read in the grader's
own process; powers are bounded, and every value is a finite float.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from grader.checks.answer_reading import UnreadableError
from grader.plain_text import quote

LONGEST: Final = 400  # characters
DEEPEST: Final = 30  # brackets and signs in one another
LARGEST: Final = 1e30

_OPENING: Final = {"(": ")", "[": "]", "{": "}"}
_SPELLINGS: Final = (
    ("\\left", ""),
    ("\\right", ""),
    ("\\cdot", "*"),
    ("\\times", "*"),
    ("\\,", " "),
    ("\\;", " "),
    ("\\!", ""),
    ("\\dfrac", "\\frac"),
    ("\\tfrac", "\\frac"),
    ("$", ""),
    ("**", "^"),
    ("·", "*"),
    ("⋅", "*"),
    ("×", "*"),
    ("∗", "*"),
    ("−", "-"),
    ("–", "-"),
    ("÷", "/"),
)
_POWERS: Final = {"²": "^2", "³": "^3"}
_SUBSCRIPTS: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d*)?(?:e[+-]?\d{1,3}(?![\w]))?|\.\d+)"
    r"|(?P<frac>\\frac)"
    r"|(?P<name>\\?[^\W\d_]+)"
    r"(?P<subscript>(?:_?\{[\w, ]{1,20}\}|\[[\d, ]{1,20}\]|_?\d+(?:,\d+)*|_\w+)?)"
    r"|(?P<sign>[-+*/^()\[\]{}]))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a formula: a number, a name, `frac`, or a sign."""

    kind: str
    text: str


@dataclass(slots=True)
class _Reader:
    tokens: list[Token]
    values: Mapping[str, float]
    at: int = 0

    def sum(self, depth: int) -> float:
        value = self.product(depth)
        while self.sees("+", "-"):
            sign = self.take().text
            right = self.product(depth)
            value = _bounded(value + right if sign == "+" else value - right)
        return value

    def product(self, depth: int) -> float:
        value = self.signed(depth)
        while True:
            if self.sees("*"):
                self.take()
                value = _bounded(value * self.signed(depth))
            elif self.sees("/"):
                self.take()
                value = _quotient(value, self.signed(depth))
            elif self.sees(*_OPENING) or self.is_factor():
                if self.tokens[self.at].kind == self.tokens[self.at - 1].kind == "number":
                    raise UnreadableError("Two numbers stand side by side without a sign.")
                value = _bounded(value * self.power(depth))
            else:
                return value

    def signed(self, depth: int) -> float:
        if self.sees("+", "-"):
            sign = self.take().text
            value = self.signed(self.deeper(depth))
            return -value if sign == "-" else value
        return self.power(depth)

    def power(self, depth: int) -> float:
        base = self.atom(depth)
        if not self.sees("^"):
            return base
        self.take()
        return _power(base, self.signed(self.deeper(depth)))

    def atom(self, depth: int) -> float:
        if self.at >= len(self.tokens):
            raise UnreadableError("It ends where a number or a name should follow.")
        token = self.take()
        if token.kind == "number":
            return _bounded(float(token.text))
        if token.kind == "name":
            return self.variable(token.text)
        if token.kind == "frac":
            above = self.group(depth, "{")
            return _quotient(above, self.group(depth, "{"))
        if token.text in _OPENING:
            self.at -= 1
            return self.group(depth, token.text)
        raise UnreadableError(f"Where {quote(token.text)} stands a number or a name should.")

    def group(self, depth: int, opening: str) -> float:
        if not self.sees(opening):
            raise UnreadableError(f"A {quote(opening)} is missing.")
        self.take()
        value = self.sum(self.deeper(depth))
        if not self.sees(_OPENING[opening]):
            raise UnreadableError(f"A {quote(_OPENING[opening])} is missing.")
        self.take()
        return value

    def variable(self, name: str) -> float:
        if name not in self.values:
            raise UnreadableError(
                f"{quote(name)} is none of the question's names: {', '.join(sorted(self.values))}."
                if self.values
                else f"{quote(name)} stands where a number is asked."
            )
        return self.values[name]

    def sees(self, *signs: str) -> bool:
        if self.at >= len(self.tokens):
            return False
        token = self.tokens[self.at]
        return token.kind == "sign" and token.text in signs

    def is_factor(self) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at].kind != "sign"

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def deeper(self, depth: int) -> int:
        if depth >= DEEPEST:
            raise UnreadableError(f"More than {DEEPEST} brackets and signs stand in one another.")
        return depth + 1


def evaluate(text: str, values: Mapping[str, float]) -> float:
    r"""Computes a formula's value.

    Args:
        text: The formula; of an equation what stands behind the last sign of equality.
        values: By name, as `normal_name` writes them.

    Raises:
        UnreadableError: It is too long, no formula, or has another name in it; or it has no finite
            value at these points.

    >>> evaluate("2 X_{12} + x[1,1]^2", {"x12": 3.0, "x11": 2.0})
    10.0
    >>> evaluate(r"y = \frac{a}{4}(a - 1)", {"a": 8.0})
    14.0
    """
    if len(text) > LONGEST:
        raise UnreadableError(f"It has {len(text)} characters; at most {LONGEST} are read.")
    reader = _Reader(_tokens(_right_side(_plain(text)), values), values)
    value = reader.sum(0)
    if reader.at < len(reader.tokens):
        raise UnreadableError(f"{quote(reader.tokens[reader.at].text)} is not expected there.")
    return value


def normal_name(name: str) -> str:
    """Reduces a name and its subscript to letters and digits.

    >>> normal_name("X_{1,2}"), normal_name("x[1, 2]"), normal_name("X₁₂"), normal_name("b_out")
    ('x12', 'x12', 'x12', 'bout')
    """
    return re.sub(r"[\W_]", "", name.translate(_SUBSCRIPTS)).casefold()


def _plain(text: str) -> str:
    for written, power in _POWERS.items():
        text = text.replace(written, power)
    text = unicodedata.normalize("NFC", text.translate(_SUBSCRIPTS))
    for written, meant in _SPELLINGS:
        text = text.replace(written, meant)
    return text.strip().rstrip(".;")


def _right_side(text: str) -> str:
    left, equals, right = text.rpartition("=")
    return right if equals and left.strip() else text


def _tokens(text: str, values: Mapping[str, float]) -> list[Token]:
    tokens: list[Token] = []
    at = 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None:
            raise UnreadableError(f"{quote(text[at:].strip()[:20])} cannot be read as a formula.")
        at = match.end()
        kind = match.lastgroup if match.lastgroup != "subscript" else "name"
        if kind == "name":
            name = match["name"] + match["subscript"]
            tokens += _names(normal_name(name), values)
        else:
            tokens.append(Token(kind or "sign", match.group().strip()))
    return tokens


def _names(name: str, values: Mapping[str, float]) -> list[Token]:
    """Splits what is written without a space, `x11k12`, into names that the question has."""
    if name in values or not values:
        return [Token("name", name)]
    found: list[Token] = []
    rest = name
    while rest:
        known = max((each for each in values if rest.startswith(each)), key=len, default="")
        if not known:
            return [Token("name", name)]
        found.append(Token("name", known))
        rest = rest[len(known) :]
    return found


def _quotient(above: float, below: float) -> float:
    if below == 0:
        raise UnreadableError("It divides by zero.")
    return _bounded(above / below)


def _power(base: float, exponent: float) -> float:
    if base == 0 and exponent < 0:
        raise UnreadableError("It divides by zero.")
    if base < 0 and exponent != int(exponent):
        raise UnreadableError("It takes a root of a negative number.")
    try:
        return _bounded(base**exponent)
    except OverflowError:
        raise UnreadableError("Its value is larger than any that is asked for.") from None


def _bounded(value: float) -> float:
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise UnreadableError("Its value is larger than any that is asked for.")
    return value
