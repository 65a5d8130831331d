"""Which names the code of a notebook uses, found by patterns and without parsing it.

What parses a student's code runs in a worker; this runs in the grader itself, so it is bounded
patterns over text: comments, strings and magics are taken out, and what is left is names. Of a
string that is formatted the names between its braces stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

DEFINITIONS_AT_MOST = 2_000
REACHED_AT_MOST = 200  # definitions, from one piece of code
STATEMENT_LINES = 60
SETTING_CHARS = 60  # before a string, where the name that it is given to stands

# A string that is not closed ends with its line, or with the text; no alternative tries twice.
_QUOTED = re.compile(
    r"(?P<form>\b[A-Za-z]{1,2})?+"
    r"(?:'''(?P<a>(?:[^'\\]|\\.|'(?!''))*+)(?:'''|\\?+\Z)"
    r'|"""(?P<b>(?:[^"\\]|\\.|"(?!""))*+)(?:"""|\\?+\Z)'
    r"|'(?P<c>(?:[^'\\\n]|\\.)*+)(?:'|(?=\n)|\\?+\Z)"
    r'|"(?P<d>(?:[^"\\\n]|\\.)*+)(?:"|(?=\n)|\\?+\Z))'
    r"|\#[^\n]*+",
    re.DOTALL,
)
_BRACES = re.compile(r"\{([^{}]*+)\}")
_SET = re.compile(r"\b(\w++)[ \t]*+=[ \t]*+$")
_MAGIC = re.compile(r"^[%!?][^\n]*+$", re.MULTILINE)
# A cell that begins so is of another language.
_FOREIGN = re.compile(r"\s*+%%(?!time|capture|prun)")
_NAME = re.compile(r"[^\W\d]\w*+")
_DEFINITION = re.compile(r"^([ \t]*+)(?:async[ \t]++)?+(?:def|class)[ \t]++(\w++)", re.MULTILINE)
_ASSIGNMENT = re.compile(r"^[ \t]*+(\w++)[ \t]*+=(?!=)", re.MULTILINE)


@lru_cache(maxsize=4_096)
def bare(source: str) -> str:
    r"""Takes strings, comments and magics out of a cell's source.

    >>> bare('%matplotlib inline\nprint(f"nan in {layer}: BatchNorm")  # so').split()
    ['print(', 'layer', ')']
    """
    if _FOREIGN.match(source):
        return ""
    return _QUOTED.sub(_of_string, _MAGIC.sub("", source))


def _of_string(match: re.Match[str]) -> str:
    form = match["form"] or ""
    if "f" not in form.lower():
        return " "
    inside = next((match[part] for part in "abcd" if match[part] is not None), "")
    return " " + " ".join(_BRACES.findall(inside)) + " "


def settings_in(source: str) -> frozenset[str]:
    """Gives what a cell's source sets to a string, without comments and magics.

    >>> sorted(settings_in("net = resnet18(weights='DEFAULT')  # not weights='None'"))
    ['weights=DEFAULT']
    """
    if _FOREIGN.match(source):
        return frozenset()
    code = _MAGIC.sub("", source)
    found = set()
    for match in _QUOTED.finditer(code):
        name = _SET.search(code[max(0, match.start() - SETTING_CHARS) : match.start()])
        value = next((match[part] for part in "abcd" if match[part] is not None), None)
        if name and value is not None:
            found.add(f"{name[1]}={value}")
    return frozenset(found)


def names_in(code: str) -> frozenset[str]:
    """Names the names in bare code."""
    return frozenset(_NAME.findall(code))


@dataclass(frozen=True, slots=True)
class Definitions:
    """What a notebook's functions, classes and variables are made of, by name.

    Attributes:
        functions: bare code of everything that a `def` or `class` of that name holds.
        variables: bare code of the last statement that assigns the name.
    """

    functions: Mapping[str, str] = field(repr=False)
    variables: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, sources: Iterable[str]) -> Definitions:
        """Finds them in the sources of code cells."""
        functions: dict[str, list[str]] = {}
        variables: dict[str, str] = {}
        codes = [bare(source) for source in sources]
        # A name is often defined anew; which one a cell meant nobody knows without running it.
        found = ((name, body) for code in codes for name, body in _functions(code))
        for name, body in islice(found, DEFINITIONS_AT_MOST):
            functions.setdefault(name, []).append(body)
        assigned = ((name, body) for code in codes for name, body in _variables(code))
        variables.update(islice(assigned, DEFINITIONS_AT_MOST))
        return cls({name: "\n".join(bodies) for name, bodies in functions.items()}, variables)

    def reached(self, code: str, *, variables: bool = False) -> str:
        """Gives bare code together with that of the functions it names, and those they name.

        Args:
            code: where to begin.
            variables: whether names of variables are followed as well.
        """
        pieces, seen = [code], set[str]()
        for piece in pieces:  # which grows
            for name in sorted(names_in(piece) - seen):
                seen.add(name)
                for known in (self.functions, self.variables) if variables else (self.functions,):
                    if name in known and len(pieces) < REACHED_AT_MOST:
                        pieces.append(known[name])
        return "\n".join(pieces)

    def with_variables(self, code: str) -> str:
        """Gives bare code together with what is assigned to the variables that it names."""
        used = sorted(names_in(code) & self.variables.keys())
        return "\n".join(
            [code, *(f"{name} ={self.variables[name]}" for name in used[:REACHED_AT_MOST])]
        )


def _functions(code: str) -> Iterator[tuple[str, str]]:
    for match in _DEFINITION.finditer(code):
        indent = len(match[1].expandtabs())
        lines = []
        for number, line in enumerate(code[match.start() :].split("\n", 400)[:400]):
            inner = len(line.expandtabs()) - len(line.expandtabs().lstrip())
            closes = line.lstrip().startswith((")", "]", "}"))
            if number and line.strip() and inner <= indent and not closes:
                break
            lines.append(line)
        yield match[2], "\n".join(lines)


def _variables(code: str) -> Iterator[tuple[str, str]]:
    for match in _ASSIGNMENT.finditer(code):
        yield match[1], statement(code[match.end() :])


def statement(code: str) -> str:
    r"""Gives the lines until all brackets are closed, of code that begins within a statement.

    >>> statement("Compose([\n  Crop(3),\n])\nnext(x)")
    'Compose([\n  Crop(3),\n])'
    """
    depth, lines = 0, []
    for line in code.split("\n", STATEMENT_LINES)[:STATEMENT_LINES]:
        lines.append(line)
        depth += sum(line.count(c) for c in "([{") - sum(line.count(c) for c in ")]}")
        if depth <= 0 and not line.endswith("\\"):
            break
    return "\n".join(lines)


def first_call(code: str, name: str) -> tuple[str, str]:
    """Gives the code before the first call of a name, and the call; empty where there is none."""
    match = re.search(rf"(?<!\w){re.escape(name)}[ \t]*+\(", code)
    return (code[: match.start()], statement(code[match.start() :])) if match else (code, "")
