"""Turns a hand-in's source bytes into code objects, one for each top-level statement.

Nothing is executed here. What cannot be decoded, parsed or compiled becomes a `SyntaxFault` of its
file, so one half-edited file does not hide the others.
"""

from __future__ import annotations
import __future__

import ast
import io
import tokenize
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import CodeType
from typing import Final, Literal

from .notebook_lines import without_commands
from .origin import HANDIN_MARK, PROVIDED_MARK, module_name
from .syntax import StatementKind, definitions, first_line, guarded, imports, kind_of

Origin = Literal["handin", "provided"]

ALWAYS_PROVIDED: Final = frozenset({"im2col_cython"})  # a hand-in has its binary at best
_MARKS: Final[Mapping[Origin, str]] = {"handin": HANDIN_MARK, "provided": PROVIDED_MARK}
# What the parser and the compiler raise for absurd sources, apart from SyntaxError.
_ABSURD: Final = (RecursionError, MemoryError, ValueError, OverflowError, SystemError)


@dataclass(frozen=True)
class SyntaxFault:
    """Why a file cannot be parsed.

    Attributes:
        line: of the file, 0 where the fault has no line.
        text: of that line, without its indentation.
    """

    message: str
    line: int
    text: str


@dataclass(frozen=True)
class CompiledModule:
    """One source file, ready to run statement by statement.

    Attributes:
        name: dotted below the root, `""` for the root's `__init__`.
        filename: below the root, such as `classifiers/fc_net.py`.
        statements: a code object for each top-level statement, with the file's line numbers.
        kinds: whether the statement defines, imports, or does something else.
        lines: where each statement begins.
        imports: imported top-level modules with lines, wherever they stand in the file.
        guarded: lines of imports that the file itself is prepared to see fail.
        definitions: lines of top-level functions and classes, and of methods as `Class.method`.
        source: the decoded text, `""` where it cannot be decoded.
    """

    name: str
    filename: str
    is_package: bool
    origin: Origin
    statements: tuple[CodeType, ...] = ()
    kinds: tuple[StatementKind, ...] = ()
    lines: tuple[int, ...] = ()
    error: SyntaxFault | None = None
    imports: tuple[tuple[str, int], ...] = ()
    guarded: frozenset[int] = frozenset()
    definitions: Mapping[str, int] = field(default_factory=dict)
    source: str = ""

    @property
    def marked_filename(self) -> str:
        """The file name that tracebacks show."""
        return _MARKS[self.origin] + self.filename


@dataclass(frozen=True)
class CompiledPackage:
    """All sources of a hand-in with what the course provides.

    Attributes:
        modules: by dotted name; the hand-in's own where it has one.
        provided: what the course provides, by dotted name.
        skipped: file names that no import statement can name, such as `layers (1).py`.
    """

    modules: Mapping[str, CompiledModule]
    provided: Mapping[str, CompiledModule]
    skipped: tuple[str, ...] = ()


def compile_package(
    handin: Mapping[str, bytes],
    provided: Mapping[str, bytes],
    refused: Mapping[str, str] | None = None,
) -> CompiledPackage:
    """Compiles sources given by their path below the root; files that are not `.py` are ignored.

    Args:
        handin: the hand-in's sources.
        provided: sources that stand in where the hand-in has none that runs.
        refused: why some of the hand-in's files, which are not in `handin`, were not even parsed.
    """
    skipped: list[str] = []
    own = _compile_all(handin, "handin", skipped)
    for filename, why in (refused or {}).items():
        name, is_package = module_name(filename), filename.rpartition("/")[2] == "__init__.py"
        fault = SyntaxFault(why, 0, "")
        own[name] = CompiledModule(name, filename, is_package, "handin", error=fault)
    given = _compile_all(provided, "provided", skipped)
    modules = dict(given) | {
        name: module
        for name, module in own.items()
        if name not in given or name.rpartition(".")[2] not in ALWAYS_PROVIDED
    }
    return CompiledPackage(modules, given, tuple(skipped))


def _compile_all(
    sources: Mapping[str, bytes], origin: Origin, skipped: list[str]
) -> dict[str, CompiledModule]:
    modules = {}
    for filename, source in sources.items():
        if not filename.endswith(".py"):
            continue
        name = module_name(filename)
        if not all(part.isidentifier() for part in name.split(".") if name):
            skipped.append(filename)
            continue
        modules[name] = compile_module(filename, source, origin)
    return modules


def compile_module(filename: str, source: bytes, origin: Origin) -> CompiledModule:
    """Compiles one file; a fault of the file is part of the result."""
    name, is_package = module_name(filename), filename.rpartition("/")[2] == "__init__.py"
    text = ""
    try:
        text = decode(source)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as an invalid escape in a string
            tree = _parse(text)
            statements, kinds, lines = _compile_statements(tree, _MARKS[origin] + filename)
            return CompiledModule(
                name,
                filename,
                is_package,
                origin,
                statements,
                kinds,
                lines,
                None,
                tuple(imports(tree)),
                frozenset(guarded(tree)),
                dict(definitions(tree)),
                text,
            )
    except SyntaxError as error:
        fault = _fault(error, text)
    except _ABSURD as error:
        fault = SyntaxFault(
            f"Python cannot compile this file ({type(error).__name__}): an expression is nested "
            "too deeply or is too large.",
            0,
            "",
        )
    return CompiledModule(name, filename, is_package, origin, error=fault, source=text)


def _parse(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError as error:
        plain = without_commands(text)
        at = (error.lineno or 0) - 1
        changed = plain.split("\n")[at : at + 1] != text.split("\n")[at : at + 1]
        if not changed:  # something else is wrong, and that is what has to be said
            raise
        return ast.parse(plain)


def decode(source: bytes) -> str:
    """Decodes a source by its byte-order mark or its declared encoding, as Python does.

    Raises:
        SyntaxError: it is not text in that encoding; says what to do.
    """
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _no_text("The file is saved as UTF-16. Save it as UTF-8.", 1)
    null = source.find(b"\0")
    if null >= 0:
        line = source.count(b"\n", 0, null) + 1
        raise _no_text("The file holds null bytes, so it is not a Python source.", line)
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    try:
        return source.decode(encoding)
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise _no_text(
            f"Byte 0x{source[error.start]:02x} is not {error.encoding} text. "
            "Save the file as UTF-8, or declare its encoding in the first line.",
            line,
        ) from error
    except LookupError as error:  # a codec of Python that does not decode to text
        raise _no_text(f"{encoding} is not an encoding for text. Save the file as UTF-8.", 1) from (
            error
        )


def _no_text(message: str, line: int) -> SyntaxError:
    return SyntaxError(message, (None, line, None, None))


def _fault(error: SyntaxError, text: str) -> SyntaxFault:
    line = error.lineno or 0
    lines = text.splitlines()
    shown = (error.text or (lines[line - 1] if 0 < line <= len(lines) else "")).strip()
    message = error.msg
    if "invalid or missing encoding declaration" in message or "unknown encoding" in message:
        message += ". Save the file as UTF-8."
        line = line or 1
    return SyntaxFault(message, line, shown[:200])


def _compile_statements(
    tree: ast.Module, filename: str
) -> tuple[tuple[CodeType, ...], tuple[StatementKind, ...], tuple[int, ...]]:
    codes: list[CodeType] = []
    kinds: list[StatementKind] = []
    lines: list[int] = []
    flags = 0
    for index, statement in enumerate(tree.body):
        if index and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue  # alone in its code object, a later string would become the docstring
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            for alias in statement.names:
                feature = getattr(__future__, alias.name, None)
                flags |= getattr(feature, "compiler_flag", 0)
        single = ast.Module([statement], [])
        codes.append(compile(single, filename, "exec", flags=flags, dont_inherit=True))
        kinds.append(kind_of(statement))
        lines.append(first_line(statement))
    return tuple(codes), tuple(kinds), tuple(lines)
