r"""Lets strings within f-strings be as Python has them from 3.12 on.

Lines such as `print(f"{d["a"]}")` and `f"{'\n'.join(lines)}"` are right for students whose Python
is newer than the grader's. Older ones read the first with the other kind of quotes inside, where
every character stays where it was; a string with a backslash is put together of its characters. See
PEP 701.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

_STRING: Final = re.compile(r"(?<!\w)([rbuf]{0,2})('''|\"\"\"|'|\")", re.IGNORECASE)
_COMMENT: Final = re.compile(r"#[^\n]*")
_OTHER: Final = {"'": '"', '"': "'", "'''": '"""', '"""': "'''"}
_OPENING, _CLOSING = "([{", ")]}"


def requoted(text: str) -> str:
    r"""Gives strings within f-strings other quotes than those of the f-string around them.

    What has no end, or no quotes are left for, stays as it is.

    >>> print(requoted('f"{d["a"]}, {", ".join(d)}"'))
    f"{d['a']}, {', '.join(d)}"
    >>> print(requoted("f'{\"\\n\".join(d)}'"))
    f'{str().join(map(chr, (10, ))).join(d)}'
    """
    return "".join(_Scan(text).code(""))


class _Scan:
    """Goes through a source once, from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def code(self, outer: str) -> Iterator[str]:
        """Yields code up to its end, or up to the end of an f-string's field.

        Args:
            outer: the quotes of the f-string around it; empty at the top.
        """
        depth = 0
        while self.at < len(self.text):
            if comment := _COMMENT.match(self.text, self.at):
                yield self._taken(comment.end())
            elif begin := _STRING.match(self.text, self.at):
                yield from self._string(begin, outer)
            else:
                sign = self.text[self.at]
                if outer and not depth and sign in "}:!":
                    if sign != "!" or self.text[self.at + 1 : self.at + 2] != "=":
                        return
                depth += (sign in _OPENING) - (sign in _CLOSING)
                yield self._taken(self.at + 1)

    def _taken(self, end: int) -> str:
        begin, self.at = self.at, end
        return self.text[begin:end]

    def _string(self, begin: re.Match[str], outer: str) -> Iterator[str]:
        prefix, quotes = begin.groups()
        self.at = begin.end()
        body = "".join(self._body(quotes, "f" in prefix.lower()))
        closing = self._taken(self.at + len(quotes))
        if outer and "\\" in body and "\n" not in body and prefix.lower() in ("", "r", "u"):
            with suppress(SyntaxError, ValueError):
                text = ast.literal_eval(f"{prefix}{quotes}{body}{closing}")
                yield f"str().join(map(chr, ({''.join(f'{ord(each)}, ' for each in text)})))"
                return
        if quotes == closing == outer and _OTHER[quotes][0] not in body:
            quotes = closing = _OTHER[quotes]
        yield f"{prefix}{quotes}{body}{closing}"

    def _body(self, quotes: str, has_fields: bool) -> Iterator[str]:
        """Yields what is between quotes; it stops in front of the closing ones."""
        while self.at < len(self.text) and not self.text.startswith(quotes, self.at):
            two = self.text[self.at : self.at + 2]
            if two[0] == "\\" or (has_fields and two in ("{{", "}}")):
                yield self._taken(self.at + 2)
            elif has_fields and two[0] == "{":
                yield self._taken(self.at + 1)
                yield from self.code(quotes)
                # What follows, a conversion or a format, is text that may have fields again.
            else:
                yield self._taken(self.at + 1)
