"""Turns text a student controls into text that is safe to print; knows no renderer.

A file name can hold an escape sequence that repaints a terminal, a mark that turns
the reading direction, or letters of no width. Here they become visible escapes, so
that a person sees what is there. HTML and Markdown stay the renderers' business.
"""

from __future__ import annotations

from collections.abc import Iterable

_INVISIBLE_THOUGH_PRINTABLE = frozenset(
    map(
        chr,
        (
            0x034F,  # combining grapheme joiner
            0x115F,  # Hangul fillers, four of them
            0x1160,
            0x3164,
            0xFFA0,
            0x17B4,  # Khmer inherent vowels
            0x17B5,
            0x2800,  # braille blank
            *range(0x180B, 0x1810),  # Mongolian variation selectors
            *range(0xFE00, 0xFE10),  # variation selectors
            *range(0xE0100, 0xE01F0),  # more of them
        ),
    )
)


def is_plain(character: str) -> bool:
    """Tells whether one character is visible and moves nothing around it."""
    return character.isprintable() and character not in _INVISIBLE_THOUGH_PRINTABLE


def clean_text(text: str, limit: int, *, keep_lines: bool = False) -> str:
    r"""Makes text safe to print: visible escapes for what is hidden, and a cap.

    Args:
        text: Anything, lone surrogates included.
        limit: The number of characters of `text` that are shown.
        keep_lines: Leaves line feeds and tabs alone, for output of several lines.

    >>> clean_text("\x1b[32m100%\u202e", 40)
    '\\x1b[32m100%\\u202e'
    >>> clean_text("abcdef", 4)
    'abcd… (+2 characters)'
    """
    kept = "\n\t" if keep_lines else ""
    shown = "".join(c if is_plain(c) or c in kept else _escape(c) for c in text[:limit])
    left_out = len(text) - limit
    return f"{shown}… (+{left_out} characters)" if left_out > 0 else shown


def quote(name: str, limit: int = 120) -> str:
    """Cleans one name and puts it between quotation marks.

    >>> quote("my layers.py")
    "'my layers.py'"
    """
    return f"'{clean_text(name, limit)}'"


def quote_some(names: Iterable[str], limit: int = 10) -> str:
    """Lists the first `limit` names, cleaned and quoted, and counts the rest.

    >>> quote_some(["a", "b", "c"], limit=2)
    "'a', 'b' and 1 more"
    """
    every = list(names)
    shown = ", ".join(quote(name) for name in every[:limit])
    rest = len(every) - limit
    return f"{shown} and {rest} more" if rest > 0 else shown


def _escape(character: str) -> str:
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
