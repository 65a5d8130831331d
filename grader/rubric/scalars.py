"""Says what a YAML text without quotation marks means: the core schema of YAML 1.2, to the letter.

`1e-6`, `0x1F` and `.inf` are numbers; `no`, `1_000`, `12:30` and `2026-01-01` are texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

MAX_DIGITS = 100

_MAYBE_NO_TEXT = frozenset("-+.0123456789tTfFnN~")
_WORDS: Mapping[str, Any] = MappingProxyType(
    {
        **{word: True for word in ("true", "True", "TRUE")},
        **{word: False for word in ("false", "False", "FALSE")},
        **{word: None for word in ("null", "Null", "NULL", "~")},
        **{sign + word: float("inf") for sign in ("", "+") for word in (".inf", ".Inf", ".INF")},
        **{"-" + word: float("-inf") for word in (".inf", ".Inf", ".INF")},
        **{word: float("nan") for word in (".nan", ".NaN", ".NAN")},
    }
)
_DECIMAL = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL_OR_HEX = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")


def plain_value(text: str) -> Any:
    """Gives the value of a plain scalar.

    Raises:
        ValueError: The text is a number with more digits than are read.

    >>> [plain_value(text) for text in ("1e-6", "no", "010", "")]
    [1e-06, 'no', 10, None]
    """
    if not text:
        return None
    if text[0] not in _MAYBE_NO_TEXT:
        return text
    if text in _WORDS:
        return _WORDS[text]
    read: Any
    if _DECIMAL.match(text):
        read = int
    elif _FLOAT.match(text):
        read = float
    elif _OCTAL_OR_HEX.match(text):
        read = _prefixed
    else:
        return text
    if len(text) > MAX_DIGITS:
        raise ValueError(f"This number has more than {MAX_DIGITS} digits.")
    return read(text)


def _prefixed(text: str) -> int:
    return int(text, 0)
