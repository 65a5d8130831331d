"""Makes what was found out fit for a report: text without tricks, and values that JSON knows.

Checks and intake clean the names that they quote, so that little is left to do here; but what a
report holds should not hang on everybody's care.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from grader.plain_text import clean_text

# How much of one text is kept: what quotes a hand-in has no end of its own.
TEXT_CHARS = 20_000
NAME_CHARS = 200


def plain_name(text: str) -> str:
    """Make a name fit for a line."""
    return clean_text(text, NAME_CHARS)


def plain_text(text: str) -> str:
    """Make a message fit for a page: its line feeds and tabs stay."""
    return clean_text(text, TEXT_CHARS, keep_lines=True)


def plain_texts(texts: Iterable[str]) -> tuple[str, ...]:
    """Make several messages fit for a page."""
    return tuple(map(plain_text, texts))


def plain_evidence(value: Any, check_id: str) -> Any:
    """Copy measurements as JSON values: keys sorted, a number that is not finite as its name.

    Raises:
        TypeError: something in them is no JSON value.
    """
    if isinstance(value, str):
        return plain_text(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        # A hand-in may well compute NaN; JSON has no word for it, so the report writes its name.
        return float(value) if math.isfinite(value) else str(float(value))
    if isinstance(value, Mapping):
        return {
            plain_name(str(key)): plain_evidence(value[key], check_id)
            for key in sorted(value, key=str)
        }
    if isinstance(value, list | tuple):
        return [plain_evidence(item, check_id) for item in value]
    raise TypeError(
        f"The evidence of check '{check_id}' holds a {type(value).__name__}; "
        "a report carries JSON values only."
    )
