"""Where a line of a module stands: in a file, or in a cell of a notebook."""

import pytest

from grader.worker.inside.cells import Places, is_notebook, split

SOURCE = "# %% cell 3 of hw2.ipynb\nx = 1\ny = 2\n# %% cell 14 of hw2.ipynb\n\nz = 3\n"
PLACES = Places("hw2.py", ((1, "hw2.ipynb, cell 3"), (4, "hw2.ipynb, cell 14")))


def test_a_notebook_is_split_into_its_cells():
    parts, places = split(SOURCE, "hw2.py")
    assert [(part.name, part.before, part.text) for part in parts] == [
        ("hw2.ipynb, cell 3", 1, "x = 1\ny = 2"),
        ("hw2.ipynb, cell 14", 4, "\nz = 3\n"),
    ]
    assert places == PLACES


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_lines_may_end_in_any_way(newline):
    assert split(SOURCE.replace("\n", newline), "hw2.py") == split(SOURCE, "hw2.py")


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\n# %% cell 3 of hw2.ipynb\n",
        " # %% cell 3 of hw2.ipynb\nx = 1\n",
        "# %% cell 3 of hw2.py\nx = 1\n",
        "# %% cell of hw2.ipynb\nx = 1\n",
        "# %%\nx = 1\n",
        "",
    ],
)
def test_a_file_is_one_part(text):
    assert not is_notebook(text)
    assert not is_notebook(text.encode())
    (part,), places = split(text, "a.py")
    assert (part.name, part.before, part.text) == ("a.py", 0, text)
    assert places == Places("a.py")


def test_lines_become_places_and_back():
    assert PLACES.at(6) == ("hw2.ipynb, cell 14", 2)
    assert PLACES.at(3) == ("hw2.ipynb, cell 3", 2)
    assert PLACES.at(0) == ("hw2.ipynb", 0)
    assert PLACES.line_of("hw2.ipynb, cell 14", 2) == 6
    assert PLACES.line_of("other.ipynb, cell 14", 2) is None
    assert PLACES.text(6) == "hw2.ipynb, cell 14, line 2"
    assert PLACES.short(6) == "cell 14, line 2"


def test_places_of_a_file_are_its_lines():
    places = Places("nets/a.py")
    assert places.at(6) == ("nets/a.py", 6)
    assert places.line_of("nets/a.py", 6) == 6
    assert places.line_of("b.py", 6) is None
    assert (places.text(6), places.text(0), places.short(6)) == (
        "nets/a.py, line 6",
        "nets/a.py",
        "line 6",
    )


def test_a_module_is_known_by_its_notebooks_and_odd_names_are_quoted():
    cells = ((1, "a.ipynb, cell 1"), (3, "all is right.ipynb, cell 1"), (5, "a.ipynb, cell 2"))
    places = Places("hw2.py", cells)
    assert places.title == "a.ipynb and 'all is right.ipynb'"
    assert places.text(4) == "'all is right.ipynb', cell 1, line 1"
    assert Places("hw2.py").title == "hw2.py"
