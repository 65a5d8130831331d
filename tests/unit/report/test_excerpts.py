"""Lines of a hand-in beside a message: where they are found, and what is never shown."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from grader.handin.cells import as_module
from grader.handin.model import HandIn
from grader.handin.notebook import Cell, Notebook
from grader.report.excerpts import (
    AROUND,
    BODY_LINES,
    FILE_BYTES,
    FILES,
    LINE_CHARS,
    Excerpt,
    excerpt_at,
    excerpt_of,
    sources_of,
)

TWENTY = "\n".join(f"line {at}" for at in range(1, 21))


def handin(files: dict[str, bytes], *notebooks: Notebook) -> HandIn:
    return HandIn("alice", "folder", "sha256:0", ".", "hw", files, (), (), notebooks=notebooks)


def shown(excerpt: Excerpt | None) -> list[str]:
    assert excerpt is not None
    return [
        f"{'...' if one.after_gap else ''}{'>' if one.marked else ''}{one.number} {one.text}"
        for one in excerpt.lines
    ]


class TestAt:
    def test_the_line_is_marked_with_four_before_and_after(self) -> None:
        found = excerpt_at("It raised (layers.py, line 9).", {"layers.py": TWENTY})
        assert shown(found) == [
            *(f"{at} line {at}" for at in range(9 - AROUND, 9)),
            ">9 line 9",
            *(f"{at} line {at}" for at in range(10, 10 + AROUND)),
        ]
        assert found is not None
        assert (found.place, found.exact) == ("layers.py, line 9", True)

    @pytest.mark.parametrize(("line", "first", "last"), [(1, 1, 5), (2, 1, 6), (20, 16, 20)])
    def test_a_file_ends_where_it_ends(self, line: int, first: int, last: int) -> None:
        found = excerpt_at(f"layers.py, line {line}", {"layers.py": TWENTY})
        assert found is not None
        assert (found.lines[0].number, found.lines[-1].number) == (first, last)

    @pytest.mark.parametrize("line", ["0", "21", "99999999", "-1", "x"])
    def test_a_line_that_is_not_there_is_not_shown(self, line: str) -> None:
        assert excerpt_at(f"layers.py, line {line}", {"layers.py": TWENTY}) is None

    def test_of_several_places_the_last_counts_where_the_error_was_raised(self) -> None:
        sources = {"layers.py": TWENTY, "cnn.py": TWENTY}
        found = excerpt_at("at cnn.py, line 3, by layers.py, line 5 in forward", sources)
        assert found is not None
        assert found.place == "layers.py, line 5"

    def test_a_file_in_a_folder_is_not_taken_for_one_at_the_top(self) -> None:
        sources = {"cnn.py": "top", "classifiers/cnn.py": "inner"}
        assert shown(excerpt_at("(classifiers/cnn.py, line 1)", sources)) == [">1 inner"]
        assert excerpt_at("(my_cnn.py, line 1)", sources) is None
        assert excerpt_at("(other/cnn.py, line 1)", sources) is None

    def test_a_cell_is_found_by_its_number(self) -> None:
        sources = {"hw2.ipynb, cell 1": "one", "hw2.ipynb, cell 14": "a\nb"}
        assert shown(excerpt_at("hw2.ipynb, cell 14, line 2", sources)) == ["1 a", ">2 b"]

    def test_a_name_is_no_pattern(self) -> None:
        assert excerpt_at("axpy, line 1", {"a.py": "one"}) is None
        assert shown(excerpt_at("'a (1).py', line 1", {"'a (1).py'": "one"})) == [">1 one"]

    def test_a_message_without_a_place_has_none(self) -> None:
        assert excerpt_at("layers.py is wrong.", {"layers.py": TWENTY}) is None


LAYERS = '''\
import numpy as np

def forward(x,
            w):
    """Computes.

    Much text.
    """
    out = x @ w

    return out

def backward(dout): return dout

class Net:
    """A net."""

    def __init__(self):
        pass

    def forward(self, x):
        return x

LAST = 1
'''


class TestOf:
    def test_a_function_is_shown_without_its_docstring(self) -> None:
        found = excerpt_of("layers.forward", {"layers.py": LAYERS})
        assert shown(found) == [
            "3 def forward(x,",
            "4             w):",
            "...9     out = x @ w",
            "10 ",
            "11     return out",
        ]
        assert found is not None
        assert (found.place, found.exact) == ("layers.py, line 3", False)

    def test_a_docstring_of_one_line_is_passed_over_as_well(self) -> None:
        assert shown(excerpt_of("layers.Net", {"layers.py": LAYERS}))[:3] == [
            "15 class Net:",
            "...17 ",
            "18     def __init__(self):",
        ]

    def test_a_method_is_looked_for_in_its_class(self) -> None:
        assert shown(excerpt_of("layers.Net.forward", {"layers.py": LAYERS})) == [
            "21     def forward(self, x):",
            "22         return x",
        ]

    def test_a_method_that_is_inherited_is_shown_by_its_class(self) -> None:
        found = excerpt_of("layers.Net.loss", {"layers.py": LAYERS})
        assert found is not None
        assert found.place == "layers.py, line 15"

    def test_a_later_definition_takes_the_place_of_an_earlier_one(self) -> None:
        twice = "def f():\n    return 1\n\ndef f():\n    return 2\n"
        assert shown(excerpt_of("a.f", {"a.py": twice})) == ["4 def f():", "5     return 2"]

    def test_a_module_lies_in_its_folder(self) -> None:
        sources = {"cnn.py": "def f(): 0", "classifiers/cnn.py": "def f(): 1"}
        assert shown(excerpt_of("classifiers.cnn.f", sources)) == ["1 def f(): 1"]

    def test_a_definition_in_a_notebook_is_found_in_the_last_cell_that_has_one(self) -> None:
        sources = {
            "hw2.ipynb, cell 1": "def init(w):\n    return 1",
            "hw2.ipynb, cell 3": "def init(w):\n    return 3",
            "hw2.ipynb, cell 5": "init(4)",
        }
        found = excerpt_of("hw2.init", sources)
        assert found is not None
        assert found.place == "hw2.ipynb, cell 3, line 1"

    def test_a_long_body_is_cut(self) -> None:
        text = "def f():\n" + "    x = 1\n" * 100
        found = excerpt_of("a.f", {"a.py": text})
        assert found is not None
        assert len(found.lines) == 1 + BODY_LINES

    @pytest.mark.parametrize(
        "subject", ["", "layers", "layers.gone", "gone.forward", "...", "a..b"]
    )
    def test_what_is_not_there_is_not_shown(self, subject: str) -> None:
        assert excerpt_of(subject, {"layers.py": LAYERS}) is None

    @pytest.mark.parametrize(
        "text", ["def f(", 'def f():\n    """', "def f():", "\tdef f():\n\t\t1"]
    )
    def test_what_is_no_python_has_lines_all_the_same(self, text: str) -> None:
        assert shown(excerpt_of("a.f", {"a.py": text}))[0].endswith(text.split("\n")[0].strip())


class TestSources:
    def test_files_and_cells_go_by_the_names_that_messages_use(self) -> None:
        cells = (
            Cell(1, "markdown", "# Text"),
            Cell(2, "code", "x = 1"),
            Cell(3, "raw", "raw"),
            Cell(4, "code", "y = 2"),
        )
        notebook = Notebook("work/hw2.ipynb", cells, module="hw2.py")
        files = {"hw2.py": as_module([notebook]), "sub/a.py": b"a", "my file.py": b"b"}
        assert sources_of(handin(files, notebook)) == {
            "hw2.ipynb, cell 2": "x = 1",
            "hw2.ipynb, cell 4": "y = 2",
            "sub/a.py": "a",
            "'my file.py'": "b",
        }

    def test_what_is_no_text_is_replaced_and_what_hides_becomes_visible(self) -> None:
        content = b"\xef\xbb\xbfa\r\nb\rc\td\x1b[2J\xff" + "\u202e".encode()
        assert sources_of(handin({"a.py": content})) == {
            "a.py": "a\nb\nc\td\\x1b[2J\ufffd\\u202e",
        }

    def test_a_large_file_is_left_out_and_so_are_too_many(self) -> None:
        files = {"big.py": b"x" * (FILE_BYTES + 1), "fits.py": b"x" * FILE_BYTES}
        assert list(sources_of(handin(files))) == ["fits.py"]
        many = {f"f{at:04}.py": b"" for at in range(FILES + 1)}
        assert len(sources_of(handin(many))) == FILES

    def test_a_long_line_is_cut_and_counted(self) -> None:
        found = excerpt_at("a.py, line 1", {"a.py": "x" * (LINE_CHARS + 5)})
        assert shown(found) == [f">1 {'x' * LINE_CHARS}… (+5 characters)"]

    def test_lone_surrogates_of_a_notebook_are_replaced(self) -> None:
        notebook = Notebook("a.ipynb", (Cell(1, "code", "x = '\ud800'"),))
        assert sources_of(handin({}, notebook)) == {"a.ipynb, cell 1": "x = '?'"}

    def test_any_mapping_will_do(self) -> None:
        sources: Any = MappingProxyType({"a.py": "x\x1b"})
        assert shown(excerpt_at("a.py, line 1", sources)) == [">1 x\\x1b"]
