"""Makes a module of the code cells of notebooks; each cell keeps its place in the messages.

A cell is preceded by one line that names it, such as `# %% cell 14 of hw2.ipynb`, so that whoever
compiles the module can say "hw2.ipynb, cell 14, line 3". Nothing is left out but what is no Python.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from grader.handin.notebook import Cell, Notebook
from grader.plain_text import clean_text, quote

_NAME_CHARS = 200
_MARK = re.compile(r"^# %% cell (?=\d)", re.MULTILINE)
_MAGIC = re.compile(r"\s*%%[ \t]*([A-Za-z_][\w.]*|!)")
# Magics of cells whose text is no Python of this notebook; all others, such as `%%time`, are
# followed by code that is.
OTHER_LANGUAGES: Final = frozenset(
    (
        *("!", "sx", "system", "sh", "bash", "zsh", "cmd", "powershell", "script", "shell"),
        *("html", "svg", "latex", "markdown", "javascript", "js", "css", "mermaid"),
        *("writefile", "file", "python", "python2", "python3", "pypy", "perl", "ruby", "r", "sql"),
        *("bigquery", "cython", "cython_inline", "julia", "octave", "matlab", "cpp", "cu", "cuda"),
        *("fortran", "rust", "go", "java", "scala", "node", "ts"),
    )
)


def as_module(notebooks: Sequence[Notebook]) -> bytes:
    """Joins the code cells of notebooks in order, each below the line that names it."""
    parts = []
    for notebook in notebooks:
        name = clean_text(notebook.name, _NAME_CHARS)
        for cell in notebook.cells:
            if cell.kind == "code":
                parts.append(f"# %% cell {cell.number} of {name}\n{_code(cell)}\n")
    return "".join(parts).encode()


def left_out(notebook: Notebook) -> str:
    """Says which cells of a notebook are in other languages; empty where none is."""
    found = [
        (cell.number, language) for cell in notebook.cells if (language := other_language(cell))
    ]
    if not found:
        return ""
    listed = ", ".join(f"{number} (%%{language})" for number, language in found[:5])
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    which = f"cell {listed} is" if len(found) == 1 else f"cells {listed}{more} are"
    return (
        f"Not read of {quote(notebook.name)}, because {which} not in the notebook's own Python. "
        "What is to be judged has to be defined in cells without such a first line."
    )


def other_language(cell: Cell) -> str:
    """Names the magic that makes a code cell one of another language; empty where none does."""
    found = _MAGIC.match(cell.source) if cell.kind == "code" else None
    if found is None or found[1].lower() not in OTHER_LANGUAGES:
        return ""
    return clean_text(found[1], 20)


def _code(cell: Cell) -> str:
    """Gives a cell's text, of which no line can pass for one that names a cell."""
    text = cell.source.replace("\r\n", "\n").replace("\r", "\n")
    if other_language(cell):
        return "\n".join(f"# {line}" for line in text.split("\n"))
    return _MARK.sub("# %%  cell ", text)
