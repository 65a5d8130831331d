"""Edits of files that are right: a rubric's lines and words, the values of a JSON document."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from typing import Any, Final

from tests.fuzz.supply import Supply

EDITS_AT_MOST: Final = 6
# fmt: off
WORDS: Final = (
    "", "~", "null", "true", "-1", "0", "1e999", ".nan", ".inf", "9" * 99, "0x" + "f" * 90,
    "1e-6", "[]", "{}", "[", "]", "{", "}", "- ", ": ", "? ", "&a ", "*a", "*inputs", "<<: ",
    "!!str ", "|", ">", "'", '"', "#", "%YAML 1.1", "---", "...", "\t", "\u2028", "\x85",
    "\ufeff", '"\\ud800"', "@", "`", "kind", "gradient", "statistics", "network_with_loss",
    "visibility", "hidden", "needs", "[[[[1]]]]", "shape: [0]", "shape: [99999999999]",
    "{normal: {}}", "{value: {}}", "dtype: int64", "1_000", "schema_version: 2", "cases: [{}]",
    "sizes: {N: 0}", "limits: {wall_s: 1e400}", "id: A-B",
)
# fmt: on
_WORD: Final = re.compile(r"[\w.+-]+|[^\w\s]")


def edited_text(original: str, supply: Supply) -> bytes:
    """Makes some edits of lines and words; with nothing to read, none."""
    lines = original.split("\n")
    for _ in range(supply.below(EDITS_AT_MOST + 1)):
        at = supply.below(len(lines))
        way = supply.below(7)
        if way == 0:
            lines[at] = _other_word(lines[at], supply.choice(WORDS), supply)
        elif way == 1:
            lines[at] = _other_word(lines[at], supply.text(40), supply)
        elif way == 2:
            del lines[at]
        elif way == 3:
            lines.insert(at, lines[supply.below(len(lines))])
        elif way == 4:
            lines[at] = " " * supply.below(12) + lines[at].lstrip()
        elif way == 5:
            lines[at] = _other_word(lines[at], supply.choice(WORDS) * supply.below(256), supply)
        else:
            donor = _WORD.findall(lines[supply.below(len(lines))]) or [""]
            lines[at] = _other_word(lines[at], supply.choice(donor), supply)
        lines = lines or [""]
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def _other_word(line: str, word: str, supply: Supply) -> str:
    found = list(_WORD.finditer(line))
    if not found:
        return line + word
    chosen = supply.choice(found)
    return line[: chosen.start()] + word + line[chosen.end() :]


# fmt: off
JSON_VALUES: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 1, 2, 1.5, 1e308, -1e308, 10**6, 10**11, 10**400, -0.0, "",
    "passed", "x" * 300, "\x1b[2J", "\ud800", "1", [], {}, [[]], {'a': 1}, "hidden",
    "2026-13-99T00:00:00Z",
)
# fmt: on


def edited_json(original: Any, supply: Supply) -> bytes:
    """Puts other values in some places of a JSON document; with nothing to read, in none."""
    document = {"": original}
    for _ in range(supply.below(EDITS_AT_MOST + 1)):
        _edit(document, "", supply)
    text = json.dumps(document[""])
    if supply.below(8) == 1:
        at = supply.below(65536) % (len(text) + 1)
        text = (
            text[:at] + supply.choice(("NaN", "1e999", "[" * 5000, "\0", '"', "}", "")) + text[at:]
        )
    return text.encode()


def _edit(holder: Any, key: Any, supply: Supply) -> None:
    """Walks down to a place that the supply chooses, and changes what is there."""
    inside = holder[key]
    if isinstance(inside, dict | list) and inside and supply.below(8):
        keys = sorted(inside) if isinstance(inside, dict) else range(len(inside))
        _edit(inside, supply.choice(keys), supply)
        return
    way = supply.below(4)
    if way == 0:
        holder[key] = deepcopy(supply.choice(JSON_VALUES))
    elif way == 1 and isinstance(holder, dict):
        del holder[key]
        holder.setdefault("", None)
    elif way == 2 and isinstance(holder, dict):
        holder[supply.text(12)] = deepcopy(inside)
    elif way == 2:
        holder.append(deepcopy(inside))
    else:
        holder[key] = supply.choice((supply.whole(), supply.real(), supply.text(40)))
