"""Finds an answer in a sheet, however its reader has spelt and nested the keys.

`1a`, `1.a`, `task_1a`, `Task 1 (a)`, `oppgave1: {a: ...}` and `answers: {task1: {A: ...}}` are one
key. The sheet was read at intake; what stands in it is plain values, and no more of them are looked
at than `ENTRIES_AT_MOST`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

ENTRIES_AT_MOST: Final = 2000
DEEPEST: Final = 8
_KEY_CHARS: Final = 100
_RUNS: Final = re.compile(r"[^\W\d_]+|\d+")

# What people put around a task's number; none of it tells one task from another.
_FILLERS: Final = frozenset(
    "task tasks question questions exercise exercises problem problems part subtask q ex "
    "answer answers solution solutions sheet theory number no nr "
    "oppgave oppgaver deloppgave svar spørsmål teori "
    "aufgabe aufgaben teilaufgabe frage antwort antworten theorie "
    "uppgift tehtävä opgave devoir réponse réponses".split()
)

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One place of a sheet.

    Attributes:
        written: the keys that lead there, as they are written.
        value: plain: text, a number, or lists and mappings of them.
    """

    written: tuple[str, ...]
    value: Any


def normal_key(*parts: object) -> Key:
    """Reduces keys to what tells them apart: numbers and words, without case and punctuation.

    >>> normal_key("Task 1 (a)"), normal_key("task1", "a"), normal_key("1.a")
    (('1', 'a'), ('1', 'a'), ('1', 'a'))
    >>> normal_key("question 6", "Total_parameters")
    ('6', 'totalparameters')
    """
    key: list[str] = []
    for part in parts:
        words = False  # the last run was one of this part: `total_parameters` is one name
        for run in _RUNS.findall(str(part)[:_KEY_CHARS].casefold()):
            if run in _FILLERS:
                continue
            number = run.isdecimal()
            if words and not number:
                key[-1] += run
            else:
                key.append(str(int(run)) if number else run)
            words = not number
    return tuple(key)


def find_entries(sheet: Mapping[str, Any], key: str) -> list[Entry]:
    """Lists the filled-in places of a sheet that a dotted key means, in order."""
    wanted = normal_key(*key.split("."))
    return [
        entry
        for entry in _walk(sheet)
        if normal_key(*entry.written) == wanted and not is_empty(entry.value)
    ]


def has_answers(sheet: Mapping[str, Any]) -> bool:
    """Tells whether anything at all is filled in."""
    return any(not is_empty(entry.value) for entry in _walk(sheet))


def is_empty(value: Any) -> bool:
    """Tells whether nothing was written: no value, blank text, or a list or mapping of such."""
    return _is_empty(value, DEEPEST)


def _is_empty(value: Any, depth: int) -> bool:
    if value is None:
        return True
    if isinstance(value, str):
        # The dots and dashes that forms have where something is to be written.
        return not value.strip(" \t\r\n._?…-–—") or value.strip().casefold() == "todo"
    if depth and isinstance(value, Mapping):
        return all(_is_empty(item, depth - 1) for item in value.values())
    if depth and isinstance(value, Sequence):
        return all(_is_empty(item, depth - 1) for item in value)
    return False


def _walk(sheet: Mapping[str, Any]) -> Iterator[Entry]:
    ahead: list[Entry] = [Entry((), sheet)]
    seen = 0
    while ahead and seen < ENTRIES_AT_MOST:
        entry = ahead.pop(0)
        seen += 1
        if entry.written:
            yield entry
        if isinstance(entry.value, Mapping) and len(entry.written) < DEEPEST:
            below = list(entry.value.items())[:ENTRIES_AT_MOST]
            ahead += [Entry((*entry.written, str(name)), value) for name, value in below]
