"""Turns a notebook's bytes into plain cells of format 4, or says what is wrong with them.

What editors differ in (ids, metadata, unknown keys, sources as text or as lines) refuses nothing.
Formats 1 to 3 are brought up to 4 by nbformat; what claims to be newer is read as 4 where it has
cells. It runs in a process of its own: a student's bytes are parsed here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from grader.handin.magic import START_BYTES, known_kind

CELLS_AT_MOST: Final = 5_000
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?: .*)?$", re.MULTILINE)
_NEWEST_OLD = 3  # the last format with worksheets
_KINDS = ("code", "markdown", "raw")


class Unreadable(Exception):  # noqa: N818  # it says what the file is
    """A notebook that nothing can be read from; its text says why and what to do."""


@dataclass(frozen=True, slots=True)
class PlainNotebook:
    """A notebook of format 4 as far as anything is judged.

    Attributes:
        cells: with `cell_type` and `source` of the right types; the rest as it was found.
        language: of its kernel, in small letters; `python` where it does not say.
    """

    cells: tuple[dict[str, Any], ...]
    language: str


def parse(content: bytes) -> PlainNotebook:
    """Reads a notebook of any format.

    Raises:
        Unreadable: it is none, or damaged.
    """
    try:
        data = _object(content)
        version = data.get("nbformat")
        old = version if type(version) is int and version <= _NEWEST_OLD else None
        if "worksheets" in data or (old is not None and "cells" in data):
            data = _upgraded(data, _NEWEST_OLD if old is None else old)
    except RecursionError:
        raise Unreadable(
            "is nested too deeply to be a notebook. Open it in Jupyter, save it again, and hand "
            "that in."
        ) from None
    except MemoryError:
        raise Unreadable(
            "needs more memory than 1 GiB to be read. Clear the outputs that are not asked for, "
            "save it, and hand that in."
        ) from None
    cells = data.get("cells")
    if not isinstance(cells, list):
        what = "has no list of cells" if cells is None else "has cells that are no list"
        raise Unreadable(
            f"{what}, so it is no notebook. Open it in Jupyter; if that fails too, hand in the "
            "notebook that you worked in."
        )
    return PlainNotebook(tuple(map(_cell, cells[:CELLS_AT_MOST])), _language(data))


def text_of(value: Any) -> str:
    """Joins what notebooks keep as one text or as a list of lines."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(each for each in value if isinstance(each, str))
    return ""


def _object(content: bytes) -> dict[str, Any]:
    if not content.strip():
        raise Unreadable(
            f"is empty ({len(content)} bytes), perhaps because an upload was cut short. Save it "
            "again and hand that in."
        )
    text = _decoded(content)
    del content
    try:
        data = json.loads(text)
    except ValueError as error:  # JSONDecodeError, or a number of too many digits
        raise Unreadable(_broken(text, error)) from None
    if not isinstance(data, dict):
        kind = "a list" if isinstance(data, list) else "a single value"
        raise Unreadable(
            f"holds {kind} where a notebook has an object with cells. Hand in the .ipynb file that "
            "Jupyter saves."
        )
    return data


def _decoded(content: bytes) -> str:
    what = known_kind(content[:START_BYTES])
    if what:
        raise Unreadable(
            f"is {what}, not a notebook, whatever its name. Hand in the notebook itself, the "
            ".ipynb file that Jupyter or Colab saves."
        )
    encoding = json.detect_encoding(content)
    if encoding not in ("utf-8", "utf-8-sig"):
        raise Unreadable(
            f"is saved as {encoding.upper()}; notebooks are UTF-8. Save it as UTF-8, which Jupyter "
            "always does, and hand that in."
        )
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            f"is not UTF-8: line {line} has the byte 0x{content[error.start]:02x}. Save it as "
            "UTF-8, which Jupyter always does, and hand that in."
        ) from None


def _broken(text: str, error: ValueError) -> str:
    conflict = _CONFLICT.search(text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        return (
            f"holds the marks of a merge conflict (line {line}), so it is no JSON. Settle the "
            "conflict, or take one of the two versions, open it in Jupyter and save it again."
        )
    if not isinstance(error, json.JSONDecodeError):
        return f"is no JSON: {error}. Open it in Jupyter, save it again, and hand that in."
    if error.pos >= len(text.rstrip()) or "Unterminated" in error.msg:
        return (
            f"ends in the middle (line {text.count(chr(10)) + 1}), perhaps because an upload was "
            "cut short. Save it again, open it once yourself, and hand that in."
        )
    return (
        f"is no JSON: line {error.lineno}, column {error.colno}: {error.msg}. Open it in Jupyter; "
        "if that fails too, hand in the last version that opens."
    )


def _cell(found: Any) -> dict[str, Any]:
    """Gives a cell the keys that are read; what is no cell becomes an empty one, and counts."""
    cell: dict[str, Any] = found if isinstance(found, dict) else {}
    kind = cell.get("cell_type")
    source = text_of(cell.get("source", cell.get("input")))
    return {**cell, "cell_type": kind if kind in _KINDS else "raw", "source": source}


def _language(data: dict[str, Any]) -> str:
    metadata = _mapping(data.get("metadata"))
    for holder, key in (("language_info", "name"), ("kernelspec", "language")):
        name = _mapping(metadata.get(holder)).get(key)
        if isinstance(name, str) and name.strip():
            return name.strip().lower()[:40]
    return "python"


def _upgraded(data: dict[str, Any], version: int) -> dict[str, Any]:
    # Loaded here alone, so that notebooks of today are read where there is no nbformat.
    import nbformat

    old = _old_worksheets(data, version)
    try:
        new = nbformat.convert(nbformat.from_dict(old), 4)  # type: ignore[no-untyped-call]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unreadable(
            f"says that it is of format {version}, and cannot be read as that "
            f"({type(error).__name__}). Open it in Jupyter, save it again, and hand that in."
        ) from None
    return dict(new)


def _old_worksheets(data: dict[str, Any], version: int) -> dict[str, Any]:
    """Makes a notebook of an old format of those keys alone that its conversion needs."""
    if version <= 1:
        cells = [_old_cell(each, "code") for each in _mappings(data.get("cells"))]
        return {"nbformat": 1, "cells": cells}
    sheets = [
        {"cells": [_old_cell(each, "input") for each in _mappings(sheet.get("cells"))]}
        for sheet in _mappings(data.get("worksheets"))
    ]
    minor = {"nbformat_minor": 0} if version == _NEWEST_OLD else {}
    joined = [cell for sheet in sheets for cell in sheet["cells"]]
    return {
        "nbformat": version,
        **minor,
        "metadata": {"name": ""},
        "worksheets": [{"cells": joined, "metadata": {}}],
    }


def _old_cell(cell: dict[str, Any], source: str) -> dict[str, Any]:
    kind = cell.get("cell_type", "code")
    kept: dict[str, Any] = {"cell_type": kind, "metadata": {}}
    if kind == "code":
        number = cell.get("prompt_number")
        kept[source] = text_of(cell.get(source, cell.get("source")))
        kept["language"], kept["collapsed"] = "python", False
        kept["prompt_number"] = number if type(number) is int else None
        kept["outputs"] = [_old_output(each) for each in _mappings(cell.get("outputs"))]
    else:
        kept["text" if source == "code" else "source"] = text_of(
            cell.get("source", cell.get("text"))
        )
        kept["level"] = cell.get("level") if type(cell.get("level")) is int else 1
    return kept


def _old_output(output: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in output.items() if key not in ("metadata", "prompt_number")}
    texts = {key: text_of(value) for key, value in kept.items() if isinstance(value, (str, list))}
    lists = {"traceback": list(kept["traceback"])} if type(kept.get("traceback")) is list else {}
    kept = {"output_type": "stream", **texts, **lists, "metadata": {}}
    if kept["output_type"] == "stream":
        kept.setdefault("stream", "stdout")
        kept.setdefault("text", "")
    if kept["output_type"] == "pyout":
        kept["prompt_number"] = 1
    if kept["output_type"] == "pyerr":
        kept = {"ename": "", "evalue": "", "traceback": [], **kept}
    return kept


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _mappings(value: Any) -> Iterator[dict[str, Any]]:
    found = value if isinstance(value, list) else []
    return (each for each in found if isinstance(each, dict))
