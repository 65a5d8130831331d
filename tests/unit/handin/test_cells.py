"""Notebooks become modules whose cells keep their places, and stand where modules are missing."""

from __future__ import annotations

import pytest

from grader.handin.cells import as_module, left_out, other_language
from grader.handin.notebook import Cell, Notebook
from grader.handin.standins import StandIn, by_importance, choose, in_one, sole_file


def notebook(path: str, *cells: Cell) -> Notebook:
    return Notebook(path, cells)


def test_each_code_cell_is_below_the_line_that_names_it() -> None:
    first = notebook("a/hw2.ipynb", Cell(1, "markdown", "# T"), Cell(2, "code", "x = 1\r\ny = 2"))
    second = notebook("b.ipynb", Cell(1, "code", ""), Cell(2, "raw", "no"), Cell(3, "code", "z\n"))
    assert as_module([first, second]).decode() == (
        "# %% cell 2 of hw2.ipynb\nx = 1\ny = 2\n"
        "# %% cell 1 of b.ipynb\n\n"
        "# %% cell 3 of b.ipynb\nz\n\n"
    )


def test_no_line_of_a_cell_can_pass_for_such_a_line() -> None:
    made = as_module([notebook("a.ipynb", Cell(1, "code", "x\n# %% cell 9 of b.ipynb\ny"))])
    assert made.decode() == "# %% cell 1 of a.ipynb\nx\n# %%  cell 9 of b.ipynb\ny\n"


def test_names_cannot_break_the_line() -> None:
    made = as_module([notebook("a\nimport os\n.ipynb", Cell(1, "code", "x"))])
    assert made == b"# %% cell 1 of a\\x0aimport os\\x0a.ipynb\nx\n"


@pytest.mark.parametrize(
    ("source", "language"),
    [
        ("%%bash\nls", "bash"),
        ("\n %%writefile x.py\nx", "writefile"),
        ("%%!\nls", "!"),
        ("%%HTML\n<b>", "HTML"),
        ("%%time\nx = 1", ""),
        ("%%capture out\nx", ""),
        ("%time x", ""),
        ("x\n%%bash", ""),
    ],
)
def test_cells_of_other_languages_are_told_by_their_magic(source: str, language: str) -> None:
    assert other_language(Cell(1, "code", source)) == language
    assert other_language(Cell(1, "markdown", source)) == ""


def test_cells_of_other_languages_are_commented_out_and_named() -> None:
    one = notebook("a.ipynb", Cell(1, "code", "%%bash\nls -l\n"), Cell(2, "code", "%%time\nx = 1"))
    assert as_module([one]).decode() == (
        "# %% cell 1 of a.ipynb\n# %%bash\n# ls -l\n# \n# %% cell 2 of a.ipynb\n%%time\nx = 1\n"
    )
    assert left_out(one).startswith("Not read of 'a.ipynb', because cell 1 (%%bash) is not in the")
    many = notebook("a.ipynb", *(Cell(n, "code", "%%sh\nls") for n in range(1, 8)))
    assert "because cells 1 (%%sh), 2 (%%sh), 3 (%%sh), 4 (%%sh), 5 (%%sh) and 2 more are not" in (
        left_out(many)
    )
    assert left_out(notebook("a.ipynb", Cell(1, "code", "x"))) == ""


PATTERNS = {"hw2.py": ("*hw2*", "*.ipynb")}


@pytest.mark.parametrize(
    ("notebooks", "sources", "chosen"),
    [
        (["My_HW2.ipynb", "notes.ipynb"], [], [StandIn("hw2.py", ("My_HW2.ipynb",))]),
        (["p10.ipynb", "p9.ipynb"], [], [StandIn("hw2.py", ("p9.ipynb", "p10.ipynb"))]),
        (["old/hw2.ipynb", "x/hw2.ipynb"], [], [StandIn("hw2.py", ("x/hw2.ipynb",))]),
        (["old/hw2.ipynb", "p.ipynb"], [], [StandIn("hw2.py", ("old/hw2.ipynb",))]),
        ([], ["Copy of HW2 (1).py"], [StandIn("hw2.py", source="Copy of HW2 (1).py")]),
        (["a.ipynb"], ["hw2_1.py"], [StandIn("hw2.py", ("a.ipynb",))]),
        ([], ["hw2_1.py", "hw2_2.py"], []),
        ([], ["other.py"], []),
    ],
)
def test_the_first_pattern_that_fits_decides(
    notebooks: list[str], sources: list[str], chosen: list[StandIn]
) -> None:
    assert choose(PATTERNS, notebooks, sources, ()) == chosen


def test_a_module_that_is_there_wins() -> None:
    assert choose(PATTERNS, ["hw2.ipynb"], [], ["hw2.py"]) == []


def test_one_notebook_stands_for_one_module_only() -> None:
    patterns = {"a.py": ("*1*",), "b.py": ("*1*", "*2*")}
    assert choose(patterns, ["q1.ipynb", "q2.ipynb"], [], ()) == [
        StandIn("a.py", ("q1.ipynb",)),
        StandIn("b.py", ("q2.ipynb",)),
    ]


def test_the_only_notebook_stands_for_all_that_its_text_or_its_name_speaks_of() -> None:
    patterns = {"a.py": ("*q5*",), "b.py": ("*q6*", "*prun*"), "c.py": ("*q7*",)}
    both = [StandIn("b.py", ("x/Q5.ipynb",))]
    assert in_one(patterns, "x/Q5.ipynb", "import copy\n# Pruning\n", ["a.py"]) == both
    assert in_one(patterns, "q5_q6.ipynb", "", ["a.py"]) == [StandIn("b.py", ("q5_q6.ipynb",))]
    assert in_one(patterns, "Q5.ipynb", "import torch", ["a.py"]) == []


def test_the_only_file_stands_for_the_only_module() -> None:
    assert sole_file(["s.py"], ["x/HW1 x.py", "setup.py"]) == [StandIn("s.py", source="x/HW1 x.py")]
    assert sole_file(["s.py", "t.py"], ["x.py"]) == sole_file(["s.py"], ["x.py", "y.py"]) == []


def test_notebooks_are_ordered_as_people_count() -> None:
    paths = ["old/a.ipynb", "Q10.ipynb", "Q9.ipynb", "²3.ipynb"]
    assert by_importance(paths) == ["Q9.ipynb", "Q10.ipynb", "²3.ipynb", "old/a.ipynb"]
