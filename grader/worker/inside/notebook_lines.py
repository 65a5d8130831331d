"""Commands of notebooks among Python: `!pip install torch`, `%matplotlib inline`, `x = !ls`, `f?`.

No Python can parse them, and they do nothing that is judged, so each becomes `pass` or an empty
value and keeps its line. A command begins where a statement could begin, never inside of one:
`x = (a` followed by `% b)` is a division's remainder, and a text may hold lines of any form.
"""

from __future__ import annotations

import ast
import re
from typing import Final

# What a line consists of, as far as it matters for where the next statement begins.
_TOKEN: Final = re.compile(
    r"""(?P<text>(?:'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\"
      |'(?:\\.|[^\\'\n])*'|"(?:\\.|[^\\"\n])*"))
      |(?P<comment>\#[^\n]*)|(?P<joined>\\\n)|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<end>\n)""",
    re.VERBOSE | re.DOTALL,
)
# A command goes on over every line that ends in a backslash.
_REST: Final = r"(?:[^\n]*\\\n)*[^\n]*"
_SHELL: Final = re.compile(
    rf"(?P<indent>[ \t]*)(?P<name>!(?!=)[ \t]*\w*|%%?[ \t]*[a-zA-Z]\w*){_REST}"
)
_ASSIGNED: Final = re.compile(
    rf"(?P<indent>[ \t]*)(?P<target>\w[^\n=!%]{{0,200}}?)[ \t]*=[ \t]*"
    rf"(?P<name>!\w*|%[a-z]\w*){_REST}"
)
_HELP: Final = re.compile(
    r"(?P<indent>[ \t]*)(?:\?{1,2}(?P<name>%{0,2}[\w.*]+)|(?P<name2>%{0,2}[\w.*]+)\?{1,2})"
    r";?[ \t]*(?:\#[^\n]*)?(?=\n|\Z)"
)
_BARE: Final = re.compile(
    r"(?P<indent>[ \t]*)(?P<name>pip3?|conda|mamba|cd|ls|mkdir|rmdir|rm|cp|mv|cat)[ \t]+[^\n]*"
)
_CELL_MAGIC: Final = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*%%(?P<name>!|\w+)[^\n]*")
_TIMED: Final = re.compile(r"(?P<indent>[ \t]*)(?P<name>%time)[ \t]+(?P<code>[^\n]+)")
_CANDIDATE: Final = re.compile(
    r"^[ \t]*(?:[!%?]|pip|conda|mamba|cd|ls|mkdir|rm|cp|mv|cat)|=[ \t]*[!%]|\?[;\s]*(?:\#|$)",
    re.MULTILINE,
)
# Magics whose cell is not Python, or not run where the rest of the notebook can see it.
_OTHER_LANGUAGES: Final = frozenset(
    "! bash sh script system sx cmd html HTML javascript js latex markdown svg SVG perl ruby pypy "
    "python python2 python3 writefile file sql R cython".split()
)

Command = tuple[int, str]  # the line, and the command's first word


def without_commands(text: str, notebook: bool = True) -> tuple[str, list[Command]]:
    r"""Replaces each command, without moving a line, and names them.

    Args:
        text: of a cell or of a file.
        notebook: false for a file that is none: there only `!` and `%` at the start count.

    >>> without_commands("!pip install torch\nx = 1")
    ('pass\nx = 1', [(1, '!pip')])
    """
    found: list[Command] = []
    if not _CANDIDATE.search(text):
        return text, found
    if notebook and (cell := _CELL_MAGIC.match(text)) and cell["name"] in _OTHER_LANGUAGES:
        line = cell[0].count("\n") + 1
        return "\n" * text.count("\n"), [(line, f"%%{cell['name']}")]
    made: list[str] = []
    start, line = 0, 1
    while start < len(text):
        if text[start] == "\n":
            made.append("\n")
            start, line = start + 1, line + 1
            continue
        replaced = _replaced(text, start, notebook)
        if replaced is not None:
            end, name, code = replaced
            found.append((line, name))
        else:
            end = _statement_end(text, start)
        lines = text.count("\n", start, end)
        made.append(text[start:end] if replaced is None else code + "\n" * lines)
        start, line = end, line + lines
        if replaced is not None and start < len(text):
            made.append("\n")  # which ended the command
            start, line = start + 1, line + 1
    return "".join(made), found


def _statement_end(text: str, start: int) -> int:
    """Returns where the next statement may begin: after a line whose brackets are all closed."""
    depth, at = 0, start
    while match := _TOKEN.search(text, at):
        at = match.end()
        if match.lastgroup == "open":
            depth += 1
        elif match.lastgroup == "close":
            depth = max(depth - 1, 0)
        elif match.lastgroup == "end" and depth == 0:
            return at
    return len(text)


def _replaced(text: str, start: int, notebook: bool) -> tuple[int, str, str] | None:
    """Returns where the command at an offset ends, its name, and what takes its place."""
    if notebook and (match := _TIMED.match(text, start)) and _is_python(match["code"].strip()):
        return match.end(), match["name"], match["indent"] + match["code"].strip()
    if match := _SHELL.match(text, start):
        return match.end(), _name(match["name"]), f"{match['indent']}pass"
    if not notebook:
        return None
    if match := _ASSIGNED.match(text, start):
        value = "[]" if match["name"].startswith("!") else "None"
        return match.end(), _name(match["name"]), f"{match['indent']}{match['target']} = {value}"
    if match := _HELP.match(text, start):
        return match.end(), "?", f"{match['indent']}pass"
    if (match := _BARE.match(text, start)) and not _is_python(match[0].strip()):
        return match.end(), match["name"], f"{match['indent']}pass"
    return None


def _name(word: str) -> str:
    return "".join(word.split())[:20]


def _is_python(line: str) -> bool:
    try:
        ast.parse(line)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
