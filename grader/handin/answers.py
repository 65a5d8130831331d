"""Turns an answer sheet into plain values; says in which line a mistake is and what to do.

YAML 1.2, without the parts of it that make a small text large (aliases) or more than text and
numbers (tags). It runs in a process of its own: a student's bytes are parsed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from grader.handin.notebook import Cell
from grader.plain_text import clean_text, quote

DEPTH_AT_MOST: Final = 6
VALUES_AT_MOST: Final = 500
TEXT_AT_MOST: Final = 20_000  # characters of one answer
_KEY: Final = "answers"
_FENCED = re.compile(r"^```[ \t]*ya?ml[ \t]*\n(answers[ \t]*:.*?)(?:^```|\Z)", re.M | re.S)
_PLAIN = re.compile(r"answers[ \t]*:")
_TAG: Final = "tag:yaml.org,2002:"


class SheetMistake(Exception):  # noqa: N818  # it says what a person has to correct
    """An answer sheet that cannot be read; its text says where, why, and what to do."""


def read_answers(text: str) -> dict[str, Any]:
    """Reads a sheet: a mapping, or one below the single key `answers`.

    Raises:
        SheetMistake: it is no YAML, or more than answers.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    reader = YAML(typ="safe", pure=True)
    try:
        _check_events(reader.parse(text))
        node = reader.compose(text)
        found = _value(node) if node is not None else {}
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}: " if mark is not None else ""
        problem = clean_text(str(error.problem or error.context or "it is no YAML"), 200)
        raise SheetMistake(
            f"{line}{problem}. Indent with spaces, and put answers that hold a colon, or begin "
            'with a sign, between quotation marks: "…".'
        ) from None
    except YAMLError as error:  # a character that no YAML has
        said = clean_text(str(error).splitlines()[0] if str(error) else "it is no YAML", 200)
        raise SheetMistake(f"{said}. Write it anew with a plain editor.") from None
    if isinstance(found, dict) and list(found) == [_KEY] and isinstance(found[_KEY], dict):
        found = found[_KEY]
    if found is None or (isinstance(found, dict) and list(found) == [_KEY] and not found[_KEY]):
        return {}
    if not isinstance(found, dict):
        raise SheetMistake(
            "line 1: it has no keys. Write one line for each answer, such as `1a: 42`, as the "
            "template has them."
        )
    return found


def decoded(content: bytes) -> str:
    """Gives the text of a sheet; editors on Windows also write UTF-16.

    Raises:
        SheetMistake: it is neither.
    """
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SheetMistake(
            f"line {line}: it is not UTF-8 (byte 0x{content[error.start]:02x}). Save it as UTF-8."
        ) from None


def marked_cell(cells: Iterable[Cell]) -> tuple[int, str] | None:
    """Finds the cell that serves as answer sheet: its number and the text of the sheet."""
    for cell in cells:
        text = cell.source.strip()
        if _PLAIN.match(text):
            return cell.number, text
        fenced = _FENCED.search(text)
        if fenced:
            return cell.number, fenced[1]
    return None


def is_answers(value: Any) -> bool:
    """Tells whether a value has the form of what `read_answers` returns."""
    count = 0
    waiting: list[tuple[Any, int]] = [(value, 1)]
    while waiting:
        each, depth = waiting.pop()
        count += 1
        if depth > DEPTH_AT_MOST + 1 or count > VALUES_AT_MOST + 1:
            return False
        if type(each) is dict:
            if not all(type(key) is str and len(key) <= TEXT_AT_MOST for key in each):
                return False
            waiting += [(inner, depth + 1) for inner in each.values()]
        elif type(each) in (list, tuple):
            waiting += [(inner, depth + 1) for inner in each]
        elif type(each) not in (str, int, float, bool, type(None)):
            return False
    return type(value) is dict


def _check_events(events: Iterable[Any]) -> None:
    depth = count = 0
    for event in events:
        line = event.start_mark.line + 1
        kind = type(event).__name__
        if kind == "AliasEvent":
            raise SheetMistake(
                f"line {line}: `*` refers to another place of the sheet. Write the answer out, or "
                'put it between quotation marks: "…".'
            )
        if kind in ("ScalarEvent", "SequenceStartEvent", "MappingStartEvent"):
            if _has_tag(event):
                raise SheetMistake(
                    f"line {line}: `!` gives the answer a type. Leave that away, or put the answer "
                    'between quotation marks: "…".'
                )
            count += 1
        depth += kind.endswith("StartEvent") and kind.startswith(("Seq", "Map"))
        depth -= kind.endswith("EndEvent") and kind.startswith(("Seq", "Map"))
        if depth > DEPTH_AT_MOST:
            raise SheetMistake(
                f"line {line}: it is nested more than {DEPTH_AT_MOST} levels deep. Keep to the "
                "template's form."
            )
        if count > 2 * VALUES_AT_MOST:  # keys are values too
            raise SheetMistake(
                f"line {line}: it has more than {VALUES_AT_MOST} values. Keep to the template's "
                "form."
            )


def _has_tag(event: Any) -> bool:
    tag = getattr(event, "ctag", None) or getattr(event, "tag", None)
    return tag is not None and str(tag) not in ("", "None")


def _value(node: Any) -> Any:
    kind = str(node.tag).removeprefix(_TAG)
    if isinstance(node.value, str):
        return _scalar(kind, node.value)
    line = node.start_mark.line + 1
    if kind == "seq":
        return [_value(each) for each in node.value]
    found: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key.value, str):
            raise SheetMistake(f"line {line}: a key has to be one word, such as `1a`. Write it so.")
        if key.value in found:
            raise SheetMistake(
                f"line {key.start_mark.line + 1}: {quote(key.value, 60)} is there twice. Keep one "
                "of them."
            )
        found[key.value] = _value(value)
    return found


def _scalar(kind: str, text: str) -> str | int | float | bool | None:
    """Reads what YAML 1.2's core schema takes for no text; the rest stays as it was written."""
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    plain = text.replace("_", "")
    try:
        if kind == "int":
            based = plain[:2] in ("0o", "0x")
            number = int(plain, 0) if based else int(plain)
            return number if abs(number) < 2**63 else float(number)
        if kind == "float":
            return float(plain.lower().replace(".inf", "inf").replace(".nan", "nan"))
    except (ValueError, OverflowError):
        pass
    return text[:TEXT_AT_MOST]


def quoted_place(place: str, mistake: SheetMistake) -> str:
    """Makes the note about a sheet that could not be read."""
    return f"The answers in {place} were not read, so there are none: {mistake} Then hand in again."


def first_sheet(paths: Sequence[str], names: Sequence[str]) -> str | None:
    """Finds the sheet nearest to the top, by the names that it may have."""
    wanted = {name.lower() for name in names}
    found = [path for path in paths if path.rpartition("/")[2].lower() in wanted]
    return min(found, key=lambda path: (path.count("/"), path), default=None)
