"""What a check says of a fault, held against what it says of a known mistake.

Where no arrays are compared, such as where parameters are counted or a law is tested, the sentence
with its numbers is all that a fault leaves. Many faults may leave the same one, so that what is
found in this way is never said as if it were sure.
"""

from __future__ import annotations

import re
from typing import Final

from grader.records import CheckResult, Outcome

LONGEST: Final = 300  # characters of a sentence that are kept
# Of a number with a fraction: a deviation of 20,000 numbers varies by half a per cent from draw to
# draw, and the nearest mistakes are further off than this.
CLOSE: Final = 0.02
_NUMBER: Final = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?")
# Names that the hand-in gives to its layers: '3.weight', and the first word of '3.weight (64x9)'.
_OWN_NAME: Final = re.compile(r"'[\w.]+(?=[ '])")
_NAMES: Final = re.compile(r"'…'(?:, '…')*(?: and (?:'…'|\d+ more))?")
_END: Final = re.compile(r"(?<=[.!?])\s")
_JUDGED: Final = (Outcome.FAILED, Outcome.PARTIAL)


def symptom_of(result: CheckResult) -> str:
    """Returns the first sentence of a check that failed without a wrong array; else nothing.

    What the hand-in itself raised is left out: those are its own words.
    """
    if result.outcome not in _JUDGED or any(each.wrong for each in result.compared):
        return ""
    return _END.split(result.message, maxsplit=1)[0][:LONGEST]


def same_symptom(one: str, other: str) -> bool:
    """Tells whether two sentences have the same words and, up to chance, the same numbers.

    How the hand-in calls its layers is its own affair.

    >>> same_symptom("weight reaches 0.351.", "weight reaches 0.349.")
    True
    >>> same_symptom("32 filters are missing.", "33 filters are missing.")
    False
    """
    one, other = (_NAMES.sub("'…'", _OWN_NAME.sub("'…", each)) for each in (one, other))
    if _NUMBER.split(one) != _NUMBER.split(other):
        return False
    pairs = zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True)
    return all(_agree(a, b) for a, b in pairs)


def _agree(one: str, other: str) -> bool:
    if one == other:
        return True
    if not any(mark in text for text in (one, other) for mark in ".e"):
        return False
    a, b = (float(text.replace(",", "")) for text in (one, other))
    return abs(a - b) <= CLOSE * max(abs(a), abs(b))
