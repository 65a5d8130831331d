"""Turns text a student controls into text that is safe to print; knows no renderer.

A file name can hold an escape sequence that repaints a terminal, a mark that turns
the reading direction, letters of no width, or accents piled over the lines around
them. Here they become visible escapes, so that a person sees what is there. HTML and
Markdown stay the renderers' business.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# Marks that stand upon one letter in any living script; more of them run into other lines.
MAX_MARKS = 4

_CELL = re.compile(r"(.+), cell (\d{1,6})", re.DOTALL)

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
            0x16FE4,  # Khitan filler
            0x1D159,  # musical null notehead
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
    shown = _shown(text[:limit], kept)
    left_out = len(text) - limit
    return f"{shown}… (+{left_out} characters)" if left_out > 0 else shown


def quote(name: str, limit: int = 120) -> str:
    r"""Cleans one name and puts it between quotation marks that it cannot close.

    >>> quote("my layers.py")
    "'my layers.py'"
    >>> print(quote("O'Brien"), quote("it's \"mine\""))
    "O'Brien" 'it\x27s "mine"'
    """
    shown = clean_text(name, limit)
    if "'" in shown and '"' not in shown:
        return f'"{shown}"'
    return "'" + shown.replace("'", _escape("'")) + "'"


def quote_if_odd(name: str, limit: int = 120) -> str:
    """Leaves a name of letters and digits as it is, and quotes one that could pass for words.

    >>> quote_if_odd("hand-ins/zoë_2.zip"), quote_if_odd("bob  100 of 100 points")
    ('hand-ins/zoë_2.zip', "'bob  100 of 100 points'")
    """
    plain = all(c.isalnum() or c in "._-/" for c in name) and 0 < len(name) <= limit
    return name if plain else quote(name, limit)


def place_text(file: str, line: int = 0) -> str:
    """Writes out where something is: a file, or a cell of a notebook, and a line, if there is one.

    >>> place_text("hw2.ipynb, cell 14", 3), place_text("my work.ipynb, cell 1"), place_text("a.py")
    ('hw2.ipynb, cell 14, line 3', "'my work.ipynb', cell 1", 'a.py')
    """
    cell = _CELL.fullmatch(file)
    shown = f"{quote_if_odd(cell[1], 200)}, cell {cell[2]}" if cell else quote_if_odd(file, 200)
    return f"{shown}, line {line}" if line else shown


def quote_some(names: Iterable[str], limit: int = 10) -> str:
    """Lists the first `limit` names, cleaned and quoted, and counts the rest.

    >>> quote_some(["a", "b", "c"], limit=2)
    "'a', 'b' and 1 more"
    """
    every = list(names)
    shown = ", ".join(quote(name) for name in every[:limit])
    rest = len(every) - limit
    return f"{shown} and {rest} more" if rest > 0 else shown


def _shown(text: str, kept: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    shown = []
    marks = MAX_MARKS  # nothing to stand upon yet
    for character in text:
        if character in kept:
            marks = MAX_MARKS
        else:
            marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
            if marks > MAX_MARKS or not is_plain(character):
                character = _escape(character)
        shown.append(character)
    return "".join(shown)


def _escape(character: str) -> str:
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
