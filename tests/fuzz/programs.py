"""Python sources made of the pieces that parsers stumble over, many times repeated."""

from __future__ import annotations

from typing import Final

from tests.fuzz.supply import Supply

LONGEST: Final = 1 << 16  # characters of one source
# fmt: off
PIECES: Final = (
    "(", ")", "[", "]", "{", "}", "-", "~", "not ", "a.", "a(", "a[", "lambda: ", "lambda a=",
    "f'{", "}'", "'", '"', '"""', "b'\\xff'", "'\\N{DASH}'", "\\", "\\\n", "\n", "\r", "\x0c",
    "\t", " ", ";", "x = ", "x", "1", "9", "0x", "1e", "1j", "0b1", "1_0", "x + ", "x ** ",
    "x if y else ", "x and ", "x: ", "x := ", "*", "**", "->", "...", "@", "!",
    "%matplotlib inline", "?", "$", "\x00", "\ufeff", "if 1:\n ", "while 0:\n ", "for x in y:\n ",
    "with a:\n ", "try:\n import b\nexcept ", "else:\n ", "ImportError:\n pass\n",
    "(ImportError, a.b):\n pass\n", "*E:\n pass\n", "finally:\n pass\n",
    "def f(a, /, b=1, *c, d, **e):\n ", "async def f():\n ", "class A(B, metaclass=C):\n ",
    "@a\n", "return ", "yield ", "await ", "del x\n", "global x\n", "nonlocal x\n", "pass\n",
    "break\n", "import a.b as c\n", "from . import a\n", "from .. import *\n",
    "from a import (b, c)\n", "from __future__ import annotations\n",
    "from __future__ import barry_as_FLUFL\n", "match x:\n case ", "[a, *b]",
    "{'a': 1, **c}:\n  pass\n", "# coding: utf-7\n", "# coding: rot13\n",
    "# -*- coding: \xe9 -*-\n", "# vim: set fileencoding=latin-1 :\n", "\xe9", "\xaa", "\u202e",
    "type x = ",
)
# fmt: on


def program(supply: Supply) -> bytes:
    """Strings pieces together, each repeated up to 8,192 times."""
    source, size = [], 0
    while supply.left and size < LONGEST:
        piece = supply.choice(PIECES)
        times = 1 << min(supply.below(24), 13)
        part = piece * min(times if supply.below(4) == 1 else 1, (LONGEST - size) // len(piece) + 1)
        source.append(part)
        size += len(part)
    return "".join(source).encode(supply.choice(("utf-8", "latin-1")), "replace")
