"""Turns the text of a YAML 1.2 file into tokens with line marks.

ruamel.yaml's pure-Python scanner decides what the tokens are. Half of its time goes into gaps
and one-line plain words, one character at a time; `_Scanner` reads these two with regular
expressions and hands everything less ordinary back to ruamel. The module knows no rubric.
"""

from __future__ import annotations

import re
from typing import Any

from ruamel.yaml import tokens as kinds
from ruamel.yaml.error import FileMark, MarkedYAMLError
from ruamel.yaml.reader import Reader, ReaderError
from ruamel.yaml.scanner import Scanner

from grader.errors import RubricSyntaxError

MAX_DEPTH = 40

# Spaces, comments and line breaks. What is left for ruamel: tabs and the exotic line breaks.
_GAP = re.compile(r" *(?:#[^\n\0\x85\u2028\u2029]*)?(?:\n *(?:#[^\n\0\x85\u2028\u2029]*)?)*")
_ODD_GAP = frozenset("\t\ufeff\x85\u2028\u2029")
# Plain words that end before a sure delimiter on the same line.
_FLOW_WORD = re.compile(r"[\w./+-]+(?=[,\]}]|:[ \n])")
_BLOCK_KEY = re.compile(r"[\w./+-]+(?=:[ \n])")
# The rest of a line, provided that the next line is not indented far enough to continue it.
_BLOCK_TEXT = re.compile(
    r"([\w./+-][\w ,./+()'\"=*-]*(?<! ))(?: *| +#[^\n\0\x85\u2028\u2029]*)\n( *)\S"
)

# What ruamel says, as a pattern, and what to do about it.
_ADVICE = (
    (r"'\\t'", "Indent with spaces; YAML does not allow tabs there."),
    (r"could not find expected ':'", "Write `key: value`, with a space after the colon."),
    (
        r"mapping values are not allowed",
        "Put quotes around a text that holds ': ', or check the indentation of this line.",
    ),
    (r"sequence entries are not allowed", "Start a list on a line of its own, below its key."),
    (r"unexpected end of stream", "Close the quotation mark."),
    (r"unknown escape character", r"Use single quotes, or write \\ for a backslash."),
    (r"more indented follow up line", "Remove the spaces of the empty line above."),
    (r"that cannot start any token", "Put quotes around the text."),
)


def syntax_error(name: str, line: int, column: int, what: str, hint: str = "") -> RubricSyntaxError:
    """Says where the text stops being a YAML file that a rubric may use; counts from zero."""
    place = f"{name}:{line + 1}:{column + 1}"
    return RubricSyntaxError(f"{place}  {what} {hint}".rstrip())


class _Scanner(Reader, Scanner):
    """ruamel's scanner with a quick way through the ordinary."""

    reader: Any = None
    scanner_processing_version = (1, 2)

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        self.reader = self
        Scanner.__init__(self)

    def all_tokens(self) -> list[Any]:
        """Reads to the end; tokens are never taken one by one, so none is looked up twice."""
        while not self.done:
            self.fetch_more_tokens()
        found: list[Any] = self.tokens
        return found

    def get_mark(self) -> FileMark:
        """Gives the current place, without ruamel's view of the text around it."""
        return FileMark(self.name, self.index, self.line, self.column)

    def scan_to_next_token(self) -> None:
        """Moves over spaces, comments and line breaks."""
        start = self.pointer
        end = _GAP.match(self.buffer, start).end()  # type: ignore[union-attr]  # matches ""
        if self.buffer[end] in _ODD_GAP:
            Scanner.scan_to_next_token(self)
        elif end > start:
            lines = self.buffer.count("\n", start, end)
            self.pointer = self.index = end
            if lines:
                self.line += lines
                self.column = end - self.buffer.rindex("\n", start, end) - 1
                if not self.flow_context:
                    self.allow_simple_key = True
            else:
                self.column += end - start

    def scan_plain(self) -> Any:
        """Reads text without quotation marks."""
        if self.flow_context:
            match = _FLOW_WORD.match(self.buffer, self.pointer)
        else:
            match = _BLOCK_KEY.match(self.buffer, self.pointer)
            if match is None:
                match = _BLOCK_TEXT.match(self.buffer, self.pointer)
                if match is not None and len(match[2]) > self.indent:
                    match = None
        if match is None:
            return Scanner.scan_plain(self)
        word = match[1] if match.re is _BLOCK_TEXT else match[0]
        start = self.get_mark()
        self.pointer += len(word)
        self.index += len(word)
        self.column += len(word)
        return kinds.ScalarToken(word, True, start, self.get_mark())

    def scan_flow_scalar(self, style: str) -> Any:
        """Reads text in quotation marks; refuses escapes of what is no character."""
        start = self.get_mark()
        try:
            token = Scanner.scan_flow_scalar(self, style)
            token.value.encode("utf-8")
        except (ValueError, OverflowError) as error:
            raise MarkedYAMLError(
                problem="an escape in this text stands for no character", problem_mark=start
            ) from error
        return token

    def fetch_flow_collection_start(self, TokenClass: Any, to_push: str) -> None:
        """Stops a deep nest early: ruamel's time for a token grows with the depth."""
        if len(self.flow_context) >= MAX_DEPTH:
            raise MarkedYAMLError(
                problem=f"brackets are nested more than {MAX_DEPTH} deep",
                problem_mark=self.get_mark(),
            )
        Scanner.fetch_flow_collection_start(self, TokenClass, to_push)

    def fetch_directive(self) -> None:
        """Refuses `%YAML` and `%TAG`: the version is fixed, and tags are not used."""
        raise MarkedYAMLError(
            problem="lines that start with '%' are directives, and a rubric has none",
            problem_mark=self.get_mark(),
        )


def tokenize(text: str, name: str) -> list[Any]:
    """Gives all tokens of a YAML text.

    Args:
        text: The file's text, any line ends.
        name: The file's name, for messages.

    Raises:
        RubricSyntaxError: At the first place that is no token, with line, column and advice.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        return _Scanner(text).all_tokens()
    except ReaderError as error:
        before = text[: error.position]
        line = before.count("\n")
        column = error.position - before.rfind("\n") - 1
        what = f"The character U+{error.character:04X} is not allowed in YAML."
        raise syntax_error(name, line, column, what, "Delete it.") from error
    except MarkedYAMLError as error:
        raise _explained(error, name) from error


def _explained(error: MarkedYAMLError, name: str) -> RubricSyntaxError:
    """Repeats what ruamel says as a sentence, with what to do."""
    problem = str(error.problem or error.context)  # ruamel leaves the first empty in one case
    what = f"{problem[0].upper()}{problem[1:]}"
    begun = error.context_mark
    if begun is not None and error.problem:
        what += f", {error.context} that starts in line {begun.line + 1}"
    hint = next((advice for pattern, advice in _ADVICE if re.search(pattern, problem)), "")
    mark = error.problem_mark or begun
    return syntax_error(name, mark.line, mark.column, f"{what}.", hint)
