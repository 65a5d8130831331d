"""Turns the plain cells of a notebook into values: what was written, shown and drawn, bounded.

It runs in a process of its own: a student's bytes are parsed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from grader.handin.notebook import SOURCE_CHARS, TEXT_CHARS, Cell, CellKind, Picture
from grader.handin.notebook_json import PlainNotebook, text_of
from grader.handin.pictures import picture_of

# Of one notebook; what comes after is counted and not kept.
CHARS_AT_MOST: Final = 8_000_000
PICTURES_AT_MOST: Final = 400
_COUNT_AT_MOST: Final = 2**31
_CONTROL = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)|[@-Z\\\\^_])")
_TAG = re.compile(r"<[^<>]*>")
_PICTURES = ("image/png", "image/jpeg", "image/svg+xml")
# A picture that was pasted into prose, as Colab keeps it.
_PASTED = re.compile(r"data:(image/(?:png|jpeg));base64,([A-Za-z0-9+/=]+)")


@dataclass(slots=True)
class _Budget:
    """What is left of a notebook's bounds."""

    chars: int = CHARS_AT_MOST
    pictures: int = PICTURES_AT_MOST


def cells_of(notebook: PlainNotebook) -> tuple[Cell, ...]:
    """Reads all cells of a notebook."""
    budget = _Budget()
    return tuple(_cell(number, cell, budget) for number, cell in enumerate(notebook.cells, 1))


def shortened(text: str, limit: int = TEXT_CHARS) -> str:
    r"""Keeps the beginning and the end of a long text, and says how much lay between.

    >>> shortened("abcdefghij" * 10, 60)
    'abcdefghij\n… (80 characters left out)\nabcdefghij'
    """
    if len(text) <= limit:
        return text
    kept = max(0, limit - 40) // 2
    gap = f"\n… ({len(text) - 2 * kept:,} characters left out)\n"
    return f"{text[:kept]}{gap}{text[len(text) - kept :]}"


@dataclass(slots=True)
class _Shown:
    """What a cell showed."""

    texts: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    error: str = ""


def _cell(number: int, cell: Mapping[str, Any], budget: _Budget) -> Cell:
    kind: CellKind = cell["cell_type"]
    count = cell.get("execution_count")
    outputs = cell.get("outputs") if kind == "code" else None
    outputs = outputs if isinstance(outputs, list) else []
    shown = _Shown()
    source = _sound(cell["source"])
    if kind != "code":
        source = _without_pasted(source, shown, budget)
        for stored in _values(cell.get("attachments")):
            _add_pictures(stored, shown, budget)
    for output in outputs:
        if isinstance(output, dict):
            _add_output(output, shown, budget)
    source = source[:SOURCE_CHARS] if kind == "code" else shortened(source)
    source = _within(source, budget)
    return Cell(
        number=number,
        kind=kind,
        source=source,
        execution_count=count if type(count) is int and abs(count) < _COUNT_AT_MOST else None,
        text=_within(shortened("\n".join(shown.texts)), budget),
        pictures=tuple(shown.pictures),
        error=shown.error,
        outputs=len(outputs),
    )


def _add_output(output: Mapping[str, Any], shown: _Shown, budget: _Budget) -> None:
    kind = output.get("output_type")
    if kind == "stream":
        _add_text(output.get("text"), shown)
    elif kind == "error":
        name, value = _sound(text_of(output.get("ename"))), text_of(output.get("evalue"))
        shown.error = name.strip()[:100] or "Exception"
        _add_text(f"{shown.error}: {value}", shown)
    else:
        data = output.get("data")
        if isinstance(data, dict):
            if "text/plain" in data:
                _add_text(data["text/plain"], shown)
            elif "text/html" in data:
                _add_text(_TAG.sub(" ", text_of(data["text/html"])[: 10 * TEXT_CHARS]), shown)
            else:
                _add_text(data.get("text/markdown", data.get("text/latex")), shown)
            _add_pictures(data, shown, budget)


def _add_text(value: Any, shown: _Shown) -> None:
    text = shortened(text_of(value), 20 * TEXT_CHARS)
    text = _CONTROL.sub("", _sound(text)).replace("\r\n", "\n")
    if "\r" in text:
        # A progress bar goes back to the line's start, and overwrites what it has written.
        lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
        text = "\n".join(lines)
    if text := text.rstrip("\n"):
        shown.texts.append(shortened(text))


def _add_pictures(data: Any, shown: _Shown, budget: _Budget) -> None:
    """Adds the first picture of a bundle: the other ones are the same in another format."""
    if not isinstance(data, dict) or not budget.pictures:
        return
    for mime in _PICTURES:
        picture = picture_of(mime, text_of(data.get(mime))) if mime in data else None
        if picture is not None:
            shown.pictures.append(picture)
            budget.pictures -= 1
            return


def _without_pasted(source: str, shown: _Shown, budget: _Budget) -> str:
    def shorten(found: re.Match[str]) -> str:
        _add_pictures({found[1]: found[2]}, shown, budget)
        return f"data:{found[1]};base64,…"

    return _PASTED.sub(shorten, source) if "base64," in source else source


def _values(data: Any) -> Iterator[Any]:
    return iter(data.values() if isinstance(data, dict) else ())


def _within(text: str, budget: _Budget) -> str:
    kept = text[: budget.chars]
    budget.chars -= len(kept)
    return kept


def _sound(text: str) -> str:
    """Replaces halves of characters, which no encoding has, and unifies the ends of lines."""
    text = text.replace("\r\n", "\n")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
