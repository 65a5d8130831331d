"""Finds out which notebooks, or which oddly named files, stand for the modules of a rubric.

What is there under the module's own name wins; else the first pattern that fits any notebook
decides. Nothing is opened here, only names are compared.
"""

from __future__ import annotations

import fnmatch
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.handin.discovery import is_aside
from grader.handin.model import nfc

Patterns = Mapping[str, Sequence[str]]
_NO_MODULES = ("__init__.py", "setup.py")
# What browsers, Canvas and file managers put behind a name that is there already.
_OF_A_COPY = re.compile(
    r"(?: ?\(\d{1,3}\)|-\d{1,3}| copy(?: \d{1,3})?| - (?:Copy|Kopie)(?: \(\d+\))?)$"
)
_DIGITS = re.compile(r"(\d{1,18})")


@dataclass(frozen=True, slots=True)
class StandIn:
    """What stands for one module: notebooks, or one file of Python.

    Attributes:
        module: Path below the root.
        notebooks: Paths in the hand-in, in the order in which their cells run.
        source: Path in the hand-in; empty where notebooks stand for the module.
    """

    module: str
    notebooks: tuple[str, ...] = ()
    source: str = ""


def by_importance(notebooks: Iterable[str]) -> list[str]:
    """Orders notebooks as people count, those in folders that look put aside last."""
    return sorted(notebooks, key=lambda path: (is_aside(path), natural(path)))


def natural(path: str) -> list[tuple[str, int]]:
    """Makes a key by which `Q10` comes after `Q9`.

    >>> sorted(["Q10.ipynb", "Q9.ipynb"], key=natural)
    ['Q9.ipynb', 'Q10.ipynb']
    """
    parts = _DIGITS.split(path.casefold())
    return [
        ("", int(part)) if index % 2 and part.isascii() else (part, -1)
        for index, part in enumerate(parts)
    ]


def choose(
    patterns: Patterns, notebooks: Sequence[str], sources: Sequence[str], present: Iterable[str]
) -> list[StandIn]:
    """Chooses what stands for each module that the hand-in does not have.

    Args:
        patterns: Of names, by module.
        notebooks: Paths of readable ones, of the language that is judged.
        sources: Paths of Python files that may stand for a module under another name.
        present: Modules, as paths below the root, that need nobody to stand for them.
    """
    there, free = set(present), by_importance(notebooks)
    chosen = []
    for module, names in patterns.items():
        if module in there:
            continue
        found = _first_fitting(names, free)
        if found:
            chosen.append(StandIn(module, tuple(sorted(found, key=natural))))
            free = [path for path in free if path not in found]
            continue
        fitting = _first_fitting(names, by_importance(sources))
        if len(fitting) == 1:
            chosen.append(StandIn(module, source=fitting[0]))
            sources = [path for path in sources if path != fitting[0]]
    return chosen


def in_one(patterns: Patterns, notebook: str, text: str, present: Iterable[str]) -> list[StandIn]:
    """Lets the only notebook of a hand-in stand for further modules, if its text speaks of them.

    Who answers two questions in one notebook can name it by one of them only.

    Args:
        patterns: Of names, by module; here they are looked for in the text as well.
        notebook: Its path.
        text: Of all of its cells.
        present: Modules, as paths below the root, that need nobody to stand for them.
    """
    there, folded = set(present), nfc(text).casefold()
    return [
        StandIn(module, (notebook,))
        for module, names in patterns.items()
        if module not in there
        and any(_fits(notebook, name) or _matches(folded, name) for name in names)
    ]


def renamed(
    expects: Sequence[str], sources: Sequence[str], present: Iterable[str]
) -> list[StandIn]:
    """Lets a file stand for a missing module whose name a browser or a platform has changed.

    Downloaded twice, `layers.py` becomes `layers (1).py`; handed in twice, `layers-1.py`. No import
    can name such a file, so it is no other module. `Layers.py` differs by its case alone, which
    Windows and macOS do not tell apart in names of files. Of two that fit, neither is taken.

    >>> [each.source for each in renamed(["layers.py"], ["hw/layers (1).py", "hw/plots.py"], [])]
    ['hw/layers (1).py']
    >>> [each.source for each in renamed(["layers.py"], ["hw/Layers.py"], [])]
    ['hw/Layers.py']
    """
    there = set(present)
    names = Counter(module.rpartition("/")[2] for module in expects)
    chosen = []
    for module in expects:
        name = module.rpartition("/")[2]
        same = name.casefold()
        fitting = [at for at in sources if _name_before(at).casefold() == same and not is_aside(at)]
        if module not in there and names[name] == 1 and len(fitting) == 1:
            chosen.append(StandIn(module, source=fitting[0]))
    return chosen


def _name_before(path: str) -> str:
    """Gives the name that a file had before a copy got another one; else its own."""
    stem = nfc(path.rpartition("/")[2]).removesuffix(".py")
    before = _OF_A_COPY.sub("", stem)
    return f"{before}.py" if before.isidentifier() else ""


def sole_file(expects: Sequence[str], sources: Sequence[str]) -> list[StandIn]:
    """Lets the only file of a hand-in stand for the only module that is expected."""
    mine = [path for path in sources if path.rpartition("/")[2] not in _NO_MODULES]
    if len(expects) == 1 and len(mine) == 1:
        return [StandIn(expects[0], source=mine[0])]
    return []


def _first_fitting(patterns: Sequence[str], paths: Sequence[str]) -> list[str]:
    """Gives the paths that the first pattern fits which fits any; such put aside only if alone."""
    for pattern in patterns:
        fitting = [path for path in paths if _fits(path, pattern)]
        if fitting:
            return [path for path in fitting if not is_aside(path)] or fitting
    return []


def _fits(path: str, pattern: str) -> bool:
    return _matches(nfc(path.rpartition("/")[2]).casefold(), pattern)


def _matches(folded: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(folded, nfc(pattern).casefold())
