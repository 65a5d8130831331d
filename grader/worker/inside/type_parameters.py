"""Reads type parameters and type aliases, which Python has from 3.12 on, with an older one.

`class A[T]:`, `def f[T](x: T) -> T:` and `type Pair = tuple[int, int]` are right for students whose
Python is newer than the grader's. None of it does anything when a program runs: the parameters
are blanked, an alias becomes a plain name, and annotations that speak of either become text. Each
line stays where it was. See PEP 695.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

_ANY: Final = re.compile(r"\b(?:def|class)\s+\w+\s*\[|^[^#\n]*\btype\s+\w+\s*[\[=]", re.MULTILINE)
_OPENING, _CLOSING = "([{", ")]}"
# Tokens after which a statement may begin, apart from signs.
_BETWEEN: Final = (
    tokenize.NEWLINE,
    tokenize.NL,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.COMMENT,
)


def parse_typed(text: str) -> ast.Module | None:
    """Parses a source that has any of these.

    Returns:
        Its tree; `None` if there is nothing in it that an older Python does not know.

    Raises:
        SyntaxError: something else is wrong with it.
    """
    if not _ANY.search(text):
        return None
    scan = _Scan(text)
    if not scan.found:
        return None
    tree = ast.parse("".join(scan.lines))
    _Rewritten(scan.names, scan.aliases).visit(tree)
    return tree


class _Scan:
    """Blanks what an older Python does not know.

    Attributes:
        lines: of the text, without it.
        found: whether there was any.
        names: of parameters and aliases.
        aliases: names with the line that each is given in.
    """

    def __init__(self, text: str) -> None:
        self.lines = list(io.StringIO(text, newline=None))  # as Python counts lines
        self.found = False
        self.names: set[str] = set()
        self.aliases: set[tuple[str, int]] = set()
        self._tokens: list[tokenize.TokenInfo] = []
        # What is wrong with the rest is said by whoever parses it.
        with suppress(tokenize.TokenError, SyntaxError):
            self._tokens.extend(tokenize.generate_tokens(iter(self.lines).__next__))
        for at in self._statements():
            self._statement(at)

    def _statements(self) -> Iterator[int]:
        begins = True
        for at, token in enumerate(self._tokens):
            if token.type in _BETWEEN or token.string in (";", ":"):
                begins = True
            elif begins:
                yield at
                begins = False

    def _statement(self, at: int) -> None:
        words = [token.string for token in self._tokens[at : at + 4]]
        at += words[0] == "async"
        if self._tokens[at].string in ("def", "class"):
            if self._string(at + 2) == "[":
                self._blank(at + 2)
        elif words[0] == "type" and words[1:2] and words[1].isidentifier():
            begin, name = self._tokens[at], self._tokens[at + 1]
            if words[2:3] == ["["]:
                self._blank(at + 2)
            elif words[2:3] != ["="]:
                return
            self._write(begin.start, name.end)
            row, column = begin.start
            line = self.lines[row - 1]
            self.lines[row - 1] = line[:column] + name.string + line[column + len(name.string) :]
            self.found = True
            self.names.add(name.string)
            self.aliases.add((name.string, row))

    def _string(self, at: int) -> str:
        return self._tokens[at].string if at < len(self._tokens) else ""

    def _blank(self, at: int) -> None:
        """Blanks what is in brackets, and keeps the names of parameters that are in them."""
        begin, depth, is_first = self._tokens[at], 0, False
        for token in self._tokens[at:]:
            if depth == 1 and is_first and token.type == tokenize.NAME:
                self.names.add(token.string)
            is_first = token.string in ("[", ",", "*", "**") or (
                is_first and token.type in _BETWEEN
            )
            depth += (token.string in _OPENING) - (token.string in _CLOSING)
            if not depth:
                self._write(begin.start, token.end)
                self.found = True
                return

    def _write(self, begin: tuple[int, int], end: tuple[int, int]) -> None:
        """Writes blanks; where they go over a line's end, the line goes on in the next."""
        for row in range(begin[0], end[0] + 1):
            line = self.lines[row - 1]
            first = begin[1] if row == begin[0] else 0
            if row == end[0]:
                self.lines[row - 1] = line[:first] + " " * (end[1] - first) + line[end[1] :]
            else:
                self.lines[row - 1] = f"{line[:first]} \\\n"


class _Rewritten(ast.NodeTransformer):
    """Makes a tree with nothing in it that needs a type parameter when it is run."""

    def __init__(self, names: set[str], aliases: set[tuple[str, int]]) -> None:
        self._names = names
        self._aliases = aliases

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.bases = [
            base.value if isinstance(base, ast.Subscript) and self._speaks(base) else base
            for base in node.bases
        ]
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = self._as_text(node.returns)
        return self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        node.returns = self._as_text(node.returns)
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = self._as_text(node.annotation)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = self._as_text(node.annotation) or node.annotation
        return self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        target = node.targets[0]
        if isinstance(target, ast.Name) and (target.id, node.lineno) in self._aliases:
            # An alias is computed when somebody asks for it. `object` can stand in unions.
            node.value = ast.copy_location(ast.Name("object", ast.Load()), node.value)
        return self.generic_visit(node)

    def _as_text(self, annotation: ast.expr | None) -> ast.expr | None:
        if annotation is None or not self._speaks(annotation):
            return annotation
        return ast.copy_location(ast.Constant(ast.unparse(annotation)), annotation)

    def _speaks(self, expression: ast.expr) -> bool:
        return any(
            isinstance(each, ast.Name) and each.id in self._names for each in ast.walk(expression)
        )
