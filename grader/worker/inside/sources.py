"""Turns a hand-in's source bytes into code objects, one for each top-level statement.

Nothing is executed here. What cannot be decoded, parsed or compiled becomes a `SyntaxFault` of its
file, so one half-edited file does not hide the others.
"""

from __future__ import annotations
import __future__

import ast
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import CodeType
from typing import Final

from .cells import Part
from .compiled import MARKS, CompiledModule, CompiledPackage, Origin
from .decoding import decode
from .notebook_statements import Training, training, trains
from .one_number import open_statement
from .origin import module_name
from .parsing import (
    ABSURD,
    Parsed,
    ParsedSource,
    SyntaxFault,
    left_out_of,
    parse_source,
    too_absurd,
)
from .syntax import (
    StatementKind,
    definitions,
    first_line,
    guarded,
    imports,
    is_plain_assignment,
    kind_of,
    names_something,
)

__all__ = [
    "CompiledModule",
    "CompiledPackage",
    "SyntaxFault",
    "compile_module",
    "compile_package",
]

# From file name, source and origin to the module.
Compiling = Callable[[str, bytes, Origin], CompiledModule]

ALWAYS_PROVIDED: Final = frozenset({"im2col_cython"})  # a hand-in has its binary at best


def compile_package(
    handin: Mapping[str, bytes],
    provided: Mapping[str, bytes],
    refused: Mapping[str, str] | None = None,
    compiling: Compiling | None = None,
) -> CompiledPackage:
    """Compiles sources given by their path below the root; files that are not `.py` are ignored.

    Args:
        handin: the hand-in's sources.
        provided: sources that stand in where the hand-in has none that runs.
        refused: why some of the hand-in's files, which are not in `handin`, were not even parsed.
        compiling: takes the place of `compile_module`.
    """
    skipped: list[str] = []
    own = _compile_all(handin, "handin", skipped, compiling or compile_module)
    for filename, why in (refused or {}).items():
        name, is_package = module_name(filename), filename.rpartition("/")[2] == "__init__.py"
        fault = SyntaxFault(why, 0, "")
        own[name] = CompiledModule(name, filename, is_package, "handin", error=fault)
    given = _compile_all(provided, "provided", skipped, compiling or compile_module)
    modules = dict(given) | {
        name: module
        for name, module in own.items()
        if name not in given or name.rpartition(".")[2] not in ALWAYS_PROVIDED
    }
    return CompiledPackage(modules, given, tuple(skipped))


def _compile_all(
    sources: Mapping[str, bytes], origin: Origin, skipped: list[str], compiling: Compiling
) -> dict[str, CompiledModule]:
    modules = {}
    for filename, source in sources.items():
        if not filename.endswith(".py"):
            continue
        name = module_name(filename)
        if not all(part.isidentifier() for part in name.split(".") if name):
            skipped.append(filename)
            continue
        modules[name] = compiling(filename, source, origin)
    return modules


def compile_module(filename: str, source: bytes, origin: Origin) -> CompiledModule:
    """Compiles one file; a fault of the file is part of the result."""
    name, is_package = module_name(filename), filename.rpartition("/")[2] == "__init__.py"
    text = ""
    empty = CompiledModule(name, filename, is_package, origin)
    try:
        text = decode(source)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as an invalid escape in a string
            parsed = parse_source(text, filename)
            return replace(_compiled(empty, parsed, text), source=text)
    except SyntaxError as error:
        fault = _fault(error, text)
    except ABSURD as error:
        fault = SyntaxFault(too_absurd(error, "this file"), 0, "")
    return replace(empty, error=fault, source=text)


def _compiled(empty: CompiledModule, parsed: ParsedSource, text: str) -> CompiledModule:
    """Compiles what was parsed; of a notebook, what cannot be compiled is left out."""
    compiling = _Compiling(empty.origin)
    left_out = list(parsed.left_out)
    kept: list[Parsed] = []
    if parsed.interactive:
        compiling.training = training([each for part in parsed.parts for each in part.tree.body])
    lines = _lines(text) if parsed.interactive else []
    for part in parsed.parts:
        try:
            compiling.add(part)
        except (SyntaxError, *ABSURD) as error:
            if not parsed.interactive:
                raise
            text_of = "\n".join(lines[part.first - 1 : part.last])
            whole = Part(part.name, part.first - 1, text_of)
            left_out.append(left_out_of(whole, error, part.before))
        else:
            kept.append(part)
    tree = replace(parsed, parts=tuple(kept)).whole()
    return replace(
        empty,
        statements=tuple(compiling.codes),
        kinds=tuple(compiling.kinds),
        lines=tuple(compiling.lines),
        imports=tuple(imports(tree)),
        guarded=frozenset(guarded(tree)),
        definitions=dict(definitions(tree)),
        places=parsed.places,
        interactive=parsed.interactive,
        left_out=tuple(sorted(left_out, key=lambda each: each.first)),
        commands=parsed.commands,
    )


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _fault(error: SyntaxError, text: str) -> SyntaxFault:
    line = error.lineno or 0
    lines = text.splitlines()
    shown = (error.text or (lines[line - 1] if 0 < line <= len(lines) else "")).strip()
    message = error.msg
    if "invalid or missing encoding declaration" in message or "unknown encoding" in message:
        message += ". Save the file as UTF-8."
        line = line or 1
    return SyntaxFault(message, line, shown[:200])


@dataclass
class _Compiling:
    """Code objects, part by part.

    Attributes:
        origin: of the parts.
        training: what a notebook's functions have to do with it; nothing in a module.
        flags: of the `from __future__` imports so far.
    """

    origin: Origin
    training: Training | None = None
    flags: int = 0
    codes: list[CodeType] = field(default_factory=list)
    kinds: list[StatementKind] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def add(self, part: Parsed) -> None:
        """Compiles all of a part's statements, or none.

        Raises:
            SyntaxError: the part cannot be compiled; so do the errors in `ABSURD`.
        """
        codes: list[CodeType] = []
        kinds: list[StatementKind] = []
        lines: list[int] = []
        for index, statement in enumerate(part.tree.body):
            is_constant = isinstance(statement, ast.Expr) and isinstance(
                statement.value, ast.Constant
            )
            if is_constant and (index or self.codes):
                continue  # alone in its code object, a later string would become the docstring
            self.flags |= _future_flags(statement)
            kinds.append(self._kind(statement))
            if self.origin == "handin":
                open_statement(statement)
            single = ast.Module([statement], [])
            name = MARKS[self.origin] + part.name
            codes.append(compile(single, name, "exec", flags=self.flags, dont_inherit=True))
            lines.append(part.before + first_line(statement))
        self.codes += codes
        self.kinds += kinds
        self.lines += lines

    def _kind(self, statement: ast.stmt) -> StatementKind:
        if self.training is not None and trains(statement, self.training):
            return "training"
        if self.training is not None and is_plain_assignment(statement):
            return "assignment"
        kind = kind_of(statement)
        if self.training is not None and kind == "other" and names_something(statement):
            return "naming"
        return kind


def _future_flags(statement: ast.stmt) -> int:
    flags = 0
    if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
        for alias in statement.names:
            feature = getattr(__future__, alias.name, None)
            flags |= getattr(feature, "compiler_flag", 0)
    return flags
