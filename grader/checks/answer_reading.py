"""Reads a number or a shape from what a student wrote, in the forms that people write them in.

What cannot be understood is `UnreadableError`, which is not the same as wrong: a wrong value loses
points, an unreadable one is left to a person.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from grader.plain_text import quote

LONGEST: Final = 200  # characters of a number or a shape
AXES_AT_MOST: Final = 8
ROUNDED: Final = 0.01  # relative; what is given again in brackets has fewer digits

# Units that are known to be units; one of them that was not asked for makes a number wrong.
KNOWN_UNITS: Final = frozenset(
    "% percent prozent prosent px pixel pixels mm cm m km s ms min h b byte bytes kb mb gb kib mib "
    "gib bit bits parameters params weights layers filters neurons epochs images".split()
)
_PERCENT: Final = frozenset(("%", "percent", "per cent", "prozent", "prosent"))
_THOUSANDS: Final = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mio": 1e6, "million": 1e6}
_SPACES: Final = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_ABOUT: Final = re.compile(r"^(?:[≈~≃≅=]|ca\.?|circa|approx\.?|approximately|about|roughly)\s*")
_NUMBER: Final = re.compile(
    r"(?P<digits>[+-]?(?:\d[\d.,'’_ ]*\d|\d|[.,]\d+))"
    r"(?:\s*(?:e|[·⋅x×*]\s*10\s*(?:\^|\*\*))\s*(?P<exponent>\(?\{?[+-]?\d{1,3}\}?\)?))?"
    r"\s*(?P<unit>.*)",
    re.DOTALL,
)
_GROUPED: Final = re.compile(r"[+-]?[1-9]\d{0,2}(?P<sign>[.,'’_ ])\d{3}(?:(?P=sign)\d{3})*")
_DECIMAL: Final = re.compile(r"[+-]?\d*[.,]?\d*")
_AGAIN: Final = re.compile(r"(?P<first>[^()]*\d[^()]*?)\s*\((?P<again>[^()]*\d[^()]*)\)")
_BOTH: Final = re.compile(r"[+-]?[1-9]\d{0,2}(?:(?:,\d{3})+\.\d+|(?:[. ]\d{3})+,\d+)")


class UnreadableError(ValueError):
    """Is raised for an answer that nobody but a person can understand; says why."""


class WrongFormError(ValueError):
    """Is raised for an answer that can be read, and is none to this question; says why."""


def read_number(value: Any, units: Sequence[str] = (), *, share: bool = False) -> tuple[float, ...]:
    """Reads a number; gives all values that it may mean, the likeliest first.

    `390,410` is 390410 to some and 390.41 to others; which was meant is clear from what is right.

    Args:
        value: of the sheet.
        units: words that may follow it.
        share: it is a share of 1, which may be given in per cent.

    Raises:
        UnreadableError: it is no number, or more than one.
        WrongFormError: it has a unit that was not asked for.

    >>> read_number("390 410"), read_number("48 %", share=True), read_number("≈ 2 px", ["px"])
    ((390410.0,), (0.48,), (2.0,))
    """
    if isinstance(value, bool) or value is None or isinstance(value, (Mapping, list, tuple)):
        raise UnreadableError("It is no number.")
    if isinstance(value, (int, float)):
        plain = _finite(value)
        # A sheet is YAML, which takes an unquoted 390.410 for 390.41.
        grouped = (round(plain * 1000, 6),) if _may_be_grouped(value) else ()
        return (*_shares(plain, "", share), *grouped)
    text = _bounded_text(value)
    twice = _AGAIN.fullmatch(text)
    if twice is not None and (agreed := _agreed(twice["first"], twice["again"], units, share)):
        return agreed
    return _read_text(text, units, share)


def _agreed(first: str, again: str, units: Sequence[str], share: bool) -> tuple[float, ...]:
    """Reads a number that is given a second time in brackets, as in `390,410 (390k)`.

    The one with more digits counts. Nothing is returned where one of them cannot be read, or they
    are not the same but for rounding.
    """
    try:
        one, other = _read_text(first, units, share), _read_text(again, units, share)
    except (UnreadableError, WrongFormError):
        return ()
    if sum(map(str.isdigit, first)) < sum(map(str.isdigit, again)):
        one, other = other, one
    close = [a for a in one if any(math.isclose(a, b, rel_tol=ROUNDED) for b in other)]
    return tuple(close)


def _read_text(text: str, units: Sequence[str], share: bool) -> tuple[float, ...]:
    for _ in range(3):
        text = _ABOUT.sub("", text)
    match = _NUMBER.fullmatch(_named(text))
    if match is None:
        raise UnreadableError("It has no number where one is asked for.")
    factor, unit = _unit(match["unit"], units, share)
    power = float(f"1e{(match['exponent'] or '0').strip('(){}')}")
    values = [each * power * factor for each in _digits(match["digits"])]
    return tuple(each for one in values for each in _shares(_finite(one), unit, share))


def read_only_number(value: Any) -> tuple[float, ...]:
    """Reads the one number that stands somewhere in a text.

    Raises:
        UnreadableError: there is none, or there are several.

    >>> read_only_number("The padding has to be 2 on each side.")
    (2.0,)
    """
    if not isinstance(value, str):
        return read_number(value)
    text = _bounded_text(value)
    found = re.findall(r"(?<![\w.,])[+-]?\d[\d.,'’_]*(?![\w])", text)
    numbers = [each.rstrip(".,'’_") for each in found]
    if len(numbers) != 1:
        raise UnreadableError(f"It has {len(numbers)} numbers where one is asked for.")
    return read_number(numbers[0])


def read_shape(value: Any) -> tuple[int, ...]:
    """Reads the lengths of axes, such as `250 x 250`, `(250, 250)` or `{height: 250, width: 250}`.

    Raises:
        UnreadableError: there is more in it than whole numbers and what separates them.

    >>> read_shape("250×250"), read_shape([250, 250]), read_shape("H = 9, W = 9"), read_shape(9)
    ((250, 250), (250, 250), (9, 9), (9,))
    """
    if isinstance(value, Mapping):
        value = _height_first(value)
    if isinstance(value, int) and not isinstance(value, bool):
        value = [value]
    if isinstance(value, float):
        value = str(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = " x ".join(_axis(item) for item in value[: AXES_AT_MOST + 1])
    text = _bounded_text(value)
    if re.search(r"[x×*]|\\times", text):  # then a comma sets groups of digits apart
        text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    text = re.sub(r"\\times|\\cdot|\$|\\\(|\\\)", " x ", text)
    text = re.sub(r"(\d+)\s*(?:\^\s*2|²|\*\*\s*2)(?!\d)", r"\1 x \1", text)
    text = re.sub(r"(?<=\d)\s*(?:px|pixels?|-?by-?)(?![a-z])", " ", text)
    names = re.sub(r"(?<![a-z])(?:height|width|høyde|bredde|höhe|breite|[hw])\s*[:=]", " ", text)
    names = re.sub(r"(\d+)\.0+(?!\d)", r"\1", names)
    rest = re.sub(r"\d+", " ", names)
    if rest.strip(" x×✕*⋅·,;()[]{}<>|/"):
        raise UnreadableError("It has other words in it than the lengths of the sides.")
    found = re.findall(r"\d+", names)
    if not found or len(found) > AXES_AT_MOST or max(map(len, found)) > 12:
        raise UnreadableError("It has no lengths of sides in it, or too many or too large ones.")
    return tuple(int(each) for each in found)


def _height_first(value: Mapping[Any, Any]) -> list[Any]:
    named = {str(key).strip().casefold(): item for key, item in value.items()}
    for names in (("height", "width"), ("h", "w"), ("høyde", "bredde"), ("höhe", "breite")):
        if set(named) == set(names):
            return [named[name] for name in names]
    raise UnreadableError("It is a mapping, and its keys are not height and width.")


def _axis(item: Any) -> str:
    if isinstance(item, bool) or not isinstance(item, (int, float, str)):
        raise UnreadableError("It is a list of something else than numbers.")
    return str(item)


def _bounded_text(value: Any) -> str:
    if not isinstance(value, str):
        raise UnreadableError("It is no text.")
    if len(value) > LONGEST:
        raise UnreadableError(f"It has {len(value)} characters; at most {LONGEST} are read.")
    text = _SPACES.sub(" ", value).replace("−", "-").replace("–", "-").casefold()
    return text.strip().removesuffix(".").strip()


def _named(text: str) -> str:
    """Drops what names the number: `p = 2`, `padding: 2`."""
    return re.sub(r"^[^\W\d][\w ]{0,40}[=:]\s*(?=[-+.,\d])", "", text)


def _digits(text: str) -> list[float]:
    """Gives what digits with points, commas and spaces may mean."""
    found = []
    if _GROUPED.fullmatch(text):
        found.append(float(re.sub(r"[.,'’_ ]", "", text)))
    if _BOTH.fullmatch(text):
        decimal = text[max(text.rfind("."), text.rfind(","))]
        whole, _, rest = text.rpartition(decimal)
        found.append(float(f"{re.sub(r'[., ]', '', whole)}.{rest}"))
    if _DECIMAL.fullmatch(text):
        found.append(float(text.replace(",", ".")))
    if not found:
        raise UnreadableError(f"{quote(text, 40)} is not one number.")
    return found


def _unit(text: str, units: Sequence[str], share: bool) -> tuple[float, str]:
    """Gives the factor and the unit that stand behind a number."""
    words = text.strip().strip("()[]").rstrip(".").strip()
    head, _, tail = words.partition(" ")
    if head in _THOUSANDS and head not in {each.casefold() for each in units}:
        return _THOUSANDS[head], _unit(tail, units, share)[1]
    known = {each.casefold() for each in units}
    if not words or words in known or (share and words in _PERCENT):
        return 1.0, words
    if words in KNOWN_UNITS:
        asked = f"{units[0]} are asked for" if units else "a plain number is asked for"
        raise WrongFormError(f"It is in {quote(words)}, and {asked}.")
    raise UnreadableError(f"It goes on with {quote(words, 40)}.")


def _shares(value: float, unit: str, share: bool) -> tuple[float, ...]:
    if not share:
        return (value,)
    if unit in _PERCENT:
        return (value / 100,)
    return (value, value / 100) if value > 1 else (value,)


def _may_be_grouped(value: float) -> bool:
    if not isinstance(value, float):
        return False
    return 1 <= abs(value) < 1000 and round(value * 1000, 6).is_integer()


def _finite(value: float) -> float:
    try:
        plain = float(value)
    except OverflowError:
        raise UnreadableError("It is too large a number.") from None
    if not math.isfinite(plain):
        raise UnreadableError("It is not a finite number.")
    return plain
