"""Writes the beginning of a rubric from a package's signatures: what can be guessed, as text.

The text is a valid rubric. Its comments say what a person has to look at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from grader.errors import UsageError
from grader.plain_text import clean_text, quote
from grader.rubric.new_guesses import Guess, guesses
from grader.rubric.new_signatures import Module, read_module

TOTAL: Final = Decimal(100)
TENTH: Final = Decimal("0.1")
LINE: Final = 100

_HEADER: Final = """\
# Written from the signatures of {name}. Look through it before it is used:
# - Which names are judged, in which order, and for how many points?
# - Inputs are guessed from the arguments' names. Do shapes and values fit the assignment's text?
# - Students read title and hint. Say in a hint what is often forgotten, and not the answer.
# `grader rubric validate` says what is still odd, and `grader rubric schema` describes every key.
schema_version: 1
assignment: {assignment}
title: {title}
handin: {{roots: [{root}], accept: [folder, zip]}}
defaults:
  convention: functions_with_cache
  limits: {{wall_s: 10, memory_mib: 2048}}
criteria:
"""


def new_rubric(name: str, sources: Mapping[str, bytes]) -> str:
    """Makes a rubric's text.

    Args:
        name: of the package's folder.
        sources: its Python files, by path below it.

    Raises:
        UsageError: there is nothing in them to be judged.
    """
    modules, broken = _modules(sources)
    found = list(_unique(one for module in modules for one in guesses(module)))
    asked = [one for one in found if one.check]
    if not asked:
        raise UsageError(
            f"{quote(name)} has no function or class that a criterion could be guessed for. "
            "Name a module with public functions, or a folder of such modules."
        )
    lines = [_header(name)]
    for one, points in zip(asked, _spread(len(asked)), strict=True):
        lines += [*_criterion(one, points, {each.id for each in asked})]
    lines += [
        f"# {one.subject} is not asked for: its signature does not tell enough."
        for one in found
        if not one.check
    ]
    lines += [f"# {clean_text(path, 200)} is not read: it is no Python." for path in broken]
    return "\n".join(lines) + "\n"


def _modules(sources: Mapping[str, bytes]) -> tuple[list[Module], list[str]]:
    modules, broken = [], []
    for path, source in sources.items():
        dotted = path.removesuffix(".py").replace("/", ".")
        if not all(part.isidentifier() and part.isascii() for part in dotted.split(".")):
            broken.append(path)
            continue
        try:
            modules.append(read_module(dotted.removesuffix(".__init__"), source))
        except (SyntaxError, ValueError):
            broken.append(path)
    return modules, broken


def _unique(found: Iterator[Guess]) -> Iterator[Guess]:
    """Gives every criterion an id of its own, in the form that ids have."""
    taken: set[str] = set()
    for one in found:
        base = identifier(one.id)
        name, count = base, 1
        while name in taken:
            count += 1
            name = f"{base}_{count}"
        taken.add(name)
        yield replace(one, id=name, needs=tuple(map(identifier, one.needs)))


def identifier(text: str) -> str:
    """Makes an id of a name.

    >>> identifier("HW 3-Layers"), identifier("2nd")
    ('hw_3_layers', 'a_2nd')
    """
    plain = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return plain if plain[:1].isalpha() else f"a_{plain}".rstrip("_")


def _spread(count: int) -> list[Decimal]:
    """Spreads the total evenly, in tenths; the first ones get what is left over."""
    each = (TOTAL / count).quantize(TENTH, rounding="ROUND_DOWN")
    left = int((TOTAL - each * count) / TENTH)
    return [each + TENTH * (number < left) for number in range(count)]


def _header(name: str) -> str:
    root = re.sub(r"[^A-Za-z0-9_. -]", "_", name).lstrip(". -") or "handin"
    return _HEADER.format(
        name=clean_text(name, 100),
        assignment=_scalar(identifier(name)),
        title=_scalar(clean_text(name, 100)),
        root=_scalar(root),
    ).rstrip("\n")


def _criterion(one: Guess, points: Decimal, known: set[str]) -> Iterator[str]:
    yield f"  - id: {_scalar(one.id)}"
    yield f"    title: {_scalar(one.title)}"
    yield f"    subject: {_scalar(one.subject)}"
    yield f"    points: {points.normalize():f}"
    needs = [name for name in one.needs if name in known]
    if needs:
        yield f"    needs: {_flow(needs)}"
    yield "    checks:"
    yield f"      # {one.note}"
    for number, (key, value) in enumerate(one.check.items()):
        start = "      - " if not number else "        "
        line = f"{start}{key}: {_flow(value)}"
        if len(line) <= LINE or not isinstance(value, Mapping):
            yield line
            continue
        yield f"{start}{key}:"
        yield from (f"          {_scalar(name)}: {_flow(item)}" for name, item in value.items())


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return (
            "{" + ", ".join(f"{_scalar(key)}: {_flow(item)}" for key, item in value.items()) + "}"
        )
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(map(_flow, value))}]"
    return _scalar(value)


# Words that YAML reads as something else than a text.
_WORDS: Final = frozenset(("true", "false", "null"))


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*(?:,? [A-Za-z0-9_.]+)*", value)
        return (
            value
            if plain and "," not in value and value.lower() not in _WORDS
            else json.dumps(value)
        )
    return str(value)
