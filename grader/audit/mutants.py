"""Makes mutants of the reference: its sources with one generic slip each.

What only refuses bad input is left as it is: no assignment asks for it. The order is that of the
sources, and two slips that make the same program count once.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from grader.audit.mutations import Proposal, negated, of_constant, of_expression, of_statement
from grader.audit.refusals import ARRAYS, Refusals, called, only_refuses, refusals_of
from grader.variants.overlay import Sources
from grader.variants.uses import Definition, name_of

_SHOWN: Final = 60
_DIGITS: Final = 10


@dataclass(frozen=True, slots=True)
class Mutant:
    """One slip.

    Attributes:
        side: whose file it is.
        file: its path there.
        definition: the top-level function, class or variable.
        place: the dotted name of the innermost function, for people.
        line: where it begins, from 1.
        family: what kind of slip.
        start: of the text that is replaced, in bytes.
        end: behind it.
        before: the text.
        after: what takes its place.
        fingerprint: stays the same as long as the slip's own surroundings do, wherever in its file
            they move.
    """

    side: Literal["library", "handin"]
    file: str
    definition: str
    place: str
    line: int
    family: str
    start: int
    end: int
    before: str
    after: str
    fingerprint: str

    @property
    def changed(self) -> Definition:
        """The definition that it changes."""
        return Definition(self.side, self.file, self.definition)

    @property
    def name(self) -> str:
        """Says what is changed, for people."""
        shown = f"{_short(self.before)} → {_short(self.after)}"
        return f"{self.file}:{self.line} {self.place}: {shown}"

    def sources(self, reference: Sources) -> Sources:
        """Makes the mutant's sources from the right ones."""
        files = reference.library if self.side == "library" else reference.handin
        right = files[self.file]
        wrong = right[: self.start] + self.after.encode() + right[self.end :]
        if self.side == "library":
            return Sources(reference.handin, {**files, self.file: wrong})
        return Sources({**files, self.file: wrong}, reference.library)


def mutants_of(reference: Sources) -> tuple[Mutant, ...]:
    """Lists the mutants of all sources, those of the library first."""
    refusals = refusals_of(reference.library)
    sides: tuple[tuple[Literal["library", "handin"], Mapping[str, bytes]], ...] = (
        ("library", reference.library),
        ("handin", reference.handin),
    )
    return tuple(
        mutant
        for side, files in sides
        for file in sorted(files)
        if (side, file) != ("library", ARRAYS)
        for mutant in mutants_in(side, file, files[file], refusals)
    )


def mutants_in(
    side: Literal["library", "handin"],
    file: str,
    source: bytes,
    refusals: Refusals | None = None,
) -> Iterator[Mutant]:
    """Yields the mutants of one source.

    Args:
        side: whose it is.
        file: its path there.
        source: in UTF-8.
        refusals: functions that refuse bad input; none unless given.
    """
    lines = [0]
    for line in source.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    seen: set[str] = set()
    counts: dict[tuple[str, ...], int] = {}
    for statement in ast.parse(source).body:
        definition = name_of(statement)
        if isinstance(statement, ast.Import | ast.ImportFrom) or definition == "__all__":
            continue
        right = ast.dump(statement)
        for slip in _Slips(refusals or Refusals()).of(statement):
            node = slip.node
            start = lines[node.lineno - 1] + node.col_offset
            end = lines[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
            family, after = slip.proposal
            wrong = source[:start] + after.encode() + source[end:]
            program = _program(wrong, statement, source)
            if program is None or program == right or program in seen:
                continue
            seen.add(program)
            before = source[start:end].decode()
            key = (file, slip.place or definition, family, before, after)
            counts[key] = counts.get(key, 0) + 1
            text = "\0".join((side, *key, str(counts[key])))
            mark = hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
            place = slip.place or definition.strip("\0")
            yield Mutant(
                side, file, definition, place, node.lineno, family, start, end, before, after, mark
            )


@dataclass(frozen=True, slots=True)
class _Slip:
    node: ast.expr | ast.stmt
    proposal: Proposal
    place: str


class _Slips:
    """Walks through one statement in the order of its source."""

    def __init__(self, refusals: Refusals) -> None:
        self._refusals = refusals
        self._place: list[str] = []
        self._known: set[str] = set()

    def of(self, node: ast.AST) -> Iterator[_Slip]:
        """Yields the slips in a statement or an expression, and in all that it holds."""
        match node:
            case ast.FunctionDef():
                yield from self._function(node)
            case ast.ClassDef():
                self._place.append(node.name)
                yield from self._all(node.body)
                self._place.pop()
            case ast.Raise() | ast.Assert() | ast.Import() | ast.ImportFrom():
                return
            case ast.Expr(value=ast.Constant()):
                return
            case ast.If() if only_refuses(node.body):
                yield from self._all(node.orelse)
            case ast.stmt() if self._is_refusal(node):
                return
            case ast.stmt():
                yield from self._statement(node)
            case ast.Call() if self._refuses(node):
                return
            case ast.JoinedStr():
                return
            case ast.expr():
                for proposal in of_expression(node):
                    yield self._slip(node, proposal)
                yield from self._all(ast.iter_child_nodes(node))
            case ast.keyword() | ast.comprehension():
                yield from self._all(ast.iter_child_nodes(node))

    def _all(self, nodes: Iterator[ast.AST] | list[ast.stmt]) -> Iterator[_Slip]:
        for node in nodes:
            yield from self.of(node)

    def _function(self, node: ast.FunctionDef) -> Iterator[_Slip]:
        outer, self._known = (
            self._known,
            {each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)},
        )
        self._place.append(node.name)
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if isinstance(default, ast.Constant):
                for proposal in of_constant(default.value, "defaults"):
                    yield self._slip(default, proposal)
        yield from self._all(node.body)
        self._place.pop()
        self._known = outer

    def _statement(self, node: ast.stmt) -> Iterator[_Slip]:
        for proposal in of_statement(node, frozenset(self._known)):
            yield self._slip(node, proposal)
        match node:
            case ast.If(test=test) | ast.While(test=test):
                yield self._slip(test, negated(test))
            case ast.AnnAssign(value=value):
                if value is not None:
                    yield from self.of(value)
                return
            case ast.Assign(targets=targets):
                for target in targets:
                    names = {each.id for each in ast.walk(target) if isinstance(each, ast.Name)}
                    self._known |= names
        yield from self._all(ast.iter_child_nodes(node))

    def _slip(self, node: ast.expr | ast.stmt, proposal: Proposal) -> _Slip:
        return _Slip(node, proposal, ".".join(self._place))

    def _is_refusal(self, node: ast.stmt) -> bool:
        """Tells whether a statement refuses, or converts: `x = floats("x", x)`."""
        if isinstance(node, ast.Assign):
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            return all(map(self._refuses, values))
        if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
            return False
        # What is called for no value, and may raise, is called in order to refuse.
        return self._refuses(node.value) or called(node.value) in self._refusals.raising

    def _refuses(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Call) and called(node) in self._refusals.only


def _program(wrong: bytes, statement: ast.stmt, right: bytes) -> str | None:
    """Parses the changed statement alone; None where it is none any more."""
    first, last = _first_line(statement), statement.end_lineno or 0
    added = wrong.count(b"\n") - right.count(b"\n")
    lines = wrong.splitlines(keepends=True)[first - 1 : last + added]
    try:
        (changed,) = ast.parse(b"".join(lines)).body
    except (SyntaxError, ValueError):
        return None
    return ast.dump(changed)


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(each.lineno for each in decorators)])


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHOWN else f"{plain[: _SHOWN - 1]}…"
