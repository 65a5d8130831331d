"""Parses a source as far as it can be parsed: a file as a whole, a notebook cell by cell.

Nothing is executed and nothing compiled. A notebook's cells and an export's stretches that are no
Python are left out and told; a file that is neither cannot be parsed at all then, as Python itself
could not import it.
"""

from __future__ import annotations

import ast
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from .cells import Part, Places, is_notebook, split
from .exports import is_export, isolate
from .nested_quotes import requoted
from .notebook_lines import Command, without_commands
from .notebook_statements import opened
from .syntax import first_line
from .type_parameters import parse_typed

# What the parser and the compiler raise for absurd sources, apart from SyntaxError.
ABSURD: Final = (RecursionError, MemoryError, ValueError, OverflowError, SystemError)
_DEFINED: Final = re.compile(r"^(?:async +def|def|class) +(\w+)", re.MULTILINE)


@dataclass(frozen=True)
class SyntaxFault:
    """Why a file, or a part of one, cannot be parsed.

    Attributes:
        line: of the module, 0 where the fault has no line.
        text: of that line, without its indentation.
    """

    message: str
    line: int
    text: str


@dataclass(frozen=True)
class LeftOut:
    """A part of a module that cannot be parsed, and is not run.

    Attributes:
        first: its first line in the module.
        last: its last.
        defines: names of the functions and classes that its text would define.
    """

    first: int
    last: int
    fault: SyntaxFault
    defines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parsed:
    """One part that could be parsed.

    Attributes:
        name: of the file or cell.
        before: lines of the module before the first that the tree counts.
        first: first line of the module that belongs to it.
        last: last one.
    """

    name: str
    before: int
    first: int
    last: int
    tree: ast.Module


@dataclass(frozen=True)
class ParsedSource:
    """A source, parsed as far as possible.

    Attributes:
        interactive: whether it is a notebook, or the export of one.
        commands: that no Python can parse and that were passed over.
    """

    parts: tuple[Parsed, ...]
    places: Places
    interactive: bool = False
    left_out: tuple[LeftOut, ...] = ()
    commands: tuple[Command, ...] = ()

    def whole(self) -> ast.Module:
        """Puts the trees together, with the module's lines; do this after compiling them."""
        body: list[ast.stmt] = []
        for part in self.parts:
            body += (
                ast.increment_lineno(part.tree, part.before).body
                if part.before
                else (part.tree.body)
            )
        return ast.Module(body, [])


def parse_source(text: str, filename: str) -> ParsedSource:
    """Parses a source.

    Raises:
        SyntaxError: it is a file, and not the export of a notebook, that cannot be parsed.
        RecursionError, MemoryError, ValueError, OverflowError, SystemError: the same, for a source
            that is absurd.
    """
    if is_notebook(text):
        return _parse_notebook(text, filename)
    interactive = is_export(text)
    reader = _Reader(interactive)
    try:
        trees, left_out = [reader.parse(text)], []
    except SyntaxError:
        if not interactive:
            raise
        plain = text.replace("\r\n", "\n").replace("\r", "\n")
        plain, reader.commands = without_commands(plain)
        lines = plain.split("\n")
        trees, stretches = isolate(plain, _Reader(True).parse)
        left_out = [
            left_out_of(Part(filename, first - 1, "\n".join(lines[first - 1 : last])), error, 0)
            for first, last, error in stretches
        ]
    if interactive:  # so that a statement that cannot be compiled is left out alone
        statements = [each for tree in trees for each in tree.body]
        parts = [
            Parsed(filename, 0, first_line(each), each.end_lineno or 0, ast.Module([each], []))
            for each in statements
        ]
    else:
        parts = [Parsed(filename, 0, 1, text.count("\n") + 1, tree) for tree in trees]
    return ParsedSource(
        tuple(parts), Places(filename), interactive, tuple(left_out), tuple(reader.commands)
    )


def _parse_notebook(text: str, filename: str) -> ParsedSource:
    cells, places = split(text, filename)
    parts: list[Parsed] = []
    left_out: list[LeftOut] = []
    commands: list[Command] = []
    for cell in cells:
        reader = _Reader(True)
        try:
            if "\0" in cell.text:
                raise SyntaxError("The cell holds null bytes.")
            tree = reader.parse(cell.text)
        except (SyntaxError, *ABSURD) as error:
            left_out.append(left_out_of(cell, error, cell.before))
        else:
            first, last = cell.before + 1, cell.before + cell.text.count("\n") + 1
            parts.append(Parsed(cell.name, cell.before, first, last, tree))
            commands += [(cell.before + line, name) for line, name in reader.commands]
    return ParsedSource(tuple(parts), places, True, tuple(left_out), tuple(commands))


def left_out_of(part: Part, error: BaseException, before: int) -> LeftOut:
    """Says what is wrong with a part that is left out.

    Args:
        part: the part.
        error: what the parser or the compiler raised.
        before: lines of the module before the first that the error counts.
    """
    lines = part.text.split("\n")
    last = part.before + len(lines)
    defines = tuple(_DEFINED.findall(part.text))
    if not isinstance(error, SyntaxError):
        fault = SyntaxFault(too_absurd(error, "this cell"), part.before + 1, "")
        return LeftOut(part.before + 1, last, fault, defines)
    line = min(max((error.lineno or 1) + before, part.before + 1), last)
    shown = lines[line - part.before - 1].strip()[:200]
    return LeftOut(part.before + 1, last, SyntaxFault(error.msg, line, shown), defines)


def too_absurd(error: BaseException, what: str) -> str:
    """Says why something that is no syntax error keeps a source from being compiled."""
    return (
        f"Python cannot compile {what} ({type(error).__name__}): an expression is nested too "
        "deeply or is too large."
    )


@dataclass
class _Reader:
    """Parses texts and keeps the commands that it passes over."""

    interactive: bool
    commands: list[Command] = field(default_factory=list)

    def parse(self, text: str) -> ast.Module:
        tree = self._parse_plain(text)
        if self.interactive:
            tree.body = list(opened(tree.body, self._parse_plain))
        return tree

    def _parse_plain(self, text: str) -> ast.Module:
        try:
            return _parsed(text)
        except SyntaxError:
            plain, found = without_commands(text, self.interactive)
            if not found:  # something else is wrong, and that is what has to be said
                raise
            tree = _parsed(plain)
            self.commands += found
            return tree


def _parsed(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError:
        newer = requoted(text)
        if newer != text:
            with suppress(SyntaxError):
                return ast.parse(newer)
        # What else is wrong with such a text is said, and not that it has type parameters.
        if tree := parse_typed(newer):
            return tree
        raise
