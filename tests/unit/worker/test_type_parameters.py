"""Generic classes and functions and type aliases of Python 3.12, read by an older one."""

from __future__ import annotations

import ast
import sys
from typing import Any

import pytest

from grader.worker.inside.parsing import parse_source
from grader.worker.inside.type_parameters import parse_typed

TYPED = """\
from dataclasses import dataclass

type Size = int | None
type Pair[T] = tuple[T, T]
type Tree = dict[str, Tree]
type = 3


class Layer[T]:
    weights: list[T]

    def forward[
        S: int,  # of the batch
        *Ts, **P
    ](self, x: T, *more: Pair[S]) -> T | None:
        held: T = x
        self.held: T = held
        return x


@dataclass
class Linear[T](Layer[T]):
    size: Size | None = None


async def later[T](x: T) -> T: return x
def scaled[T = int](x: T, by: int = 2) -> T: return by * x
if True: type Short = int
line = 29
"""


def run(text: str) -> dict[str, Any]:
    tree = parse_typed(text)
    assert tree is not None
    names: dict[str, Any] = {"__name__": __name__}
    exec(compile(tree, "layers.py", "exec"), names)  # noqa: S102 - our own text
    return names


def test_what_has_type_parameters_runs_as_it_would() -> None:
    found = run(TYPED)
    assert found["Layer"]().forward(3) == 3
    assert issubclass(found["Linear"], found["Layer"])
    assert found["Linear"](size=4).size == 4
    assert found["scaled"](5) == 10
    assert found["type"] == 3
    assert found["Size"] | None == object | None


def test_every_line_stays_where_it_was() -> None:
    tree = parse_typed(TYPED)
    assert tree is not None
    last = tree.body[-1]
    assert (ast.unparse(last), last.lineno) == ("line = 29", 29)


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\n",
        "type = 1\nclass A: pass\n",
        "# def f[T](x): pass\n",
        "'''\ntype X = int\n'''\n",
        "x = {'a': type}\n",
    ],
)
def test_what_every_python_reads_is_left_alone(text: str) -> None:
    assert parse_typed(text) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("class A[T]:\n    pass\n\nx = = 1\n", 4),
        ("class A[T]:\n    pass\n\n\ndef f(x:\n    pass\n", 5),
        ("type X = int\nclass B\n    pass\n", 2),
    ],
)
@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads them itself")
def test_of_a_text_with_a_mistake_the_mistake_is_told(text: str, line: int) -> None:
    with pytest.raises(SyntaxError) as caught:
        parse_source(text, "layers.py")
    assert caught.value.lineno == line


def test_a_file_of_a_newer_python_is_parsed() -> None:
    (part,) = parse_source("class A[T]:\n    x: T\n", "a.py").parts
    assert ast.unparse(part.tree) == "class A:\n    x: 'T'"
