"""Collects every message of the package into one page, to be read as its readers would.

    python tests/messages/collect.py > messages.md

Messages are found in the source, without running it: what is raised, and every other text that is
a sentence. What is filled in later stands as the name of what is filled in, `<name>`. Docstrings
and descriptions of schemas are no messages. The hints of rubrics, and what is said of known
mistakes, stand behind them.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.rubric.source import read_source

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "grader"

# Who reads it: by the first folder or module that fits. What is raised elsewhere is for staff.
STUDENTS = (
    "checks",
    "closeness",
    "conventions",
    "deadline",
    "examination",
    "feedback",
    "free_names",
    "handin",
    "intake",
    "plan",
    "remarks",
    "report",
    "rooms",
    "scoring",
    "unfinished",
    "worker/endings",
    "worker/inside",
    "worker/program",
    "worker/remedies",
)

# Keys and calls whose texts are read elsewhere than in messages.
NO_MESSAGES = {"description", "title", "summary", "help"}
LEAST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Message:
    """One message, or a part of one.

    Attributes:
        place: the file below the root and the line.
        where: the function that it stands in.
        raised: it is the text of an exception.
    """

    place: str
    where: str
    text: str
    raised: bool

    @property
    def for_students(self) -> bool:
        """Whether students may come to read it."""
        inside = self.place.removeprefix("grader/")
        return inside == self.place or inside.startswith(STUDENTS)


def messages(package: Path = PACKAGE) -> Iterator[Message]:
    """Yields all messages, file by file."""
    for path in sorted(package.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from _Collector(path.relative_to(package.parent).as_posix()).collect(tree)


def hints(root: Path = ROOT) -> Iterator[Message]:
    """Yields the hints of all rubrics, each once, and what is said of each known mistake."""
    for path in sorted(root.glob("rubrics/*/rubric.yaml")):
        source = read_source(path)
        name, seen = path.relative_to(root).as_posix(), set[str]()
        for at, criterion in enumerate(source.data["criteria"]):
            for number, check in enumerate(criterion["checks"]):
                hint = check.get("hint", "")
                if hint and hint not in seen:
                    line = source.place(("criteria", at, "checks", number, "hint")).line + 1
                    yield Message(f"{name}:{line}", criterion["id"], hint, raised=False)
                seen.add(hint)
    for path in sorted(root.glob("reference/misconceptions/*.yaml")):
        yield from _of_mistakes(path, path.relative_to(root).as_posix())


def _of_mistakes(path: Path, name: str) -> Iterator[Message]:
    source = read_source(path)
    for at, mistake in enumerate(source.data["misconceptions"]):
        for key, text in _said_of(mistake):
            line = source.place(("misconceptions", at, key)).line + 1
            yield Message(f"{name}:{line}", mistake["name"], text, raised=False)


def _said_of(mistake: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "says", f"This is what comes out when {mistake['says']}."
    yield "hint", mistake["hint"]


class _Collector(ast.NodeVisitor):
    def __init__(self, file: str) -> None:
        self._file = file
        self._where: list[str] = []
        self._raised: set[ast.expr] = set()
        self._skipped: set[ast.expr] = set()
        self._found: list[Message] = []

    def collect(self, tree: ast.Module) -> list[Message]:
        self.visit(tree)
        return self._found

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._enter(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._enter(node)

    def _enter(self, node: ast.FunctionDef | ast.ClassDef) -> None:
        self._where.append(node.name)
        self.generic_visit(node)
        self._where.pop()

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # else a docstring
            self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        if isinstance(node.exc, ast.Call):
            self._raised.update(node.exc.args)
        self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if not (isinstance(key, ast.Constant) and key.value in NO_MESSAGES):
                self.visit(value)

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg not in NO_MESSAGES:
            self.visit(node.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._take(node, node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._take(node, "".join(map(_part, node.values)))
        for value in node.values:  # a text may be chosen inside
            if isinstance(value, ast.FormattedValue):
                self.visit(value.value)

    def _take(self, node: ast.expr, text: str) -> None:
        raised = node in self._raised
        text = " ".join(text.split())
        if not raised and not _is_sentence(text):
            return
        if raised and len(text.split()) < LEAST_WORDS:
            return  # a word that our own code catches
        where = ".".join(self._where) or "module"
        self._found.append(Message(f"{self._file}:{node.lineno}", where, text, raised))


def _part(value: ast.expr) -> str:
    if isinstance(value, ast.Constant):
        return str(value.value)
    assert isinstance(value, ast.FormattedValue)
    return f"<{_name(value.value)}>"


def _name(node: ast.expr) -> str:
    """Names what is filled in, as its author called it."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Call):
        plain = isinstance(node.func, ast.Attribute) and not node.args
        return _name(node.func.value if plain else (node.args or [node.func])[0])
    for field in ("value", "operand", "left", "body", "generators", "iter", "elt"):
        inner: object = getattr(node, field, None)
        inner = inner[0] if isinstance(inner, list) and inner else inner
        if isinstance(inner, ast.comprehension):
            inner = inner.iter
        if isinstance(inner, ast.expr) and not isinstance(inner, ast.Constant):
            return _name(inner)
    return "text"


def _is_sentence(text: str) -> bool:
    """Whether a text ends like a sentence, or goes on like the beginning of one."""
    words = text.split()
    if len(words) < LEAST_WORDS or "<" * 2 in text or text.startswith(("#!", "import ", "SELECT")):
        return False
    plain = sum(bool(re.fullmatch(r"[A-Za-z<>,.;:'()-]+", word)) for word in words)
    return plain >= 0.7 * len(words) and bool(re.match(r"[A-Z<]", text))


def page(found: list[Message]) -> str:
    """Writes the page: first what students read, then the rest, by file."""
    lines = ["# Messages", "", f"{len(found)} messages and parts of messages."]
    for title, group in (
        ("What students may read", [one for one in found if one.for_students]),
        ("What staff may read", [one for one in found if not one.for_students]),
    ):
        lines += ["", f"## {title}"]
        file = ""
        for one in group:
            name, _, line = one.place.rpartition(":")
            if name != file:
                file = name
                lines += ["", f"### {file}", ""]
            mark = " (raised)" if one.raised else ""
            lines.append(f"- {line} `{one.where}`{mark}: {one.text}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page([*messages(), *hints()]))
