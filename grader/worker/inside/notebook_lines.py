"""Notebook commands in exported sources: `!pip install torch`, `%matplotlib inline`.

Some exports keep them as they were, and then no Python can parse the file. They do nothing that is
judged, so each becomes `pass` and keeps its line.
"""

from __future__ import annotations

import re
from typing import Final

# A command goes on over every line that ends in a backslash.
_COMMAND: Final = re.compile(r"^([ \t]*)(?:!(?!=)|%[%a-z])(?:.*\\\n)*.*$", re.MULTILINE)


def without_commands(text: str) -> str:
    r"""Replaces each command by `pass`, without moving a line.

    >>> without_commands("!pip install torch\nx = 1")
    'pass\nx = 1'
    """
    return _COMMAND.sub(lambda found: f"{found[1]}pass" + "\n" * found[0].count("\n"), text)
