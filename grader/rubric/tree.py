"""Builds plain data from tokens, and remembers where each value is written.

Mappings become `dict`, lists `list`. Refused: tags, merge keys, keys that are not texts, a key
given twice, a second document, and what is too large or too deep. The module knows no rubric.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from ruamel.yaml import tokens as kinds

from grader.errors import RubricSyntaxError
from grader.rubric.scalars import plain_value
from grader.rubric.tokens import MAX_DEPTH, syntax_error

MAX_VALUES = 50_000  # what an alias stands for counts as often as it is used

_INDENTATION = "Check the indentation: what belongs together starts in the same column."
_ENDS = (kinds.StreamEndToken, kinds.DocumentStartToken, kinds.DocumentEndToken)
_UNEXPECTED = {
    kinds.FlowEntryToken: "','",
    kinds.FlowSequenceEndToken: "']'",
    kinds.FlowMappingEndToken: "'}'",
    kinds.BlockEntryToken: "'-'",
}


class Place(NamedTuple):
    """Where a value is written; line and column count from zero.

    Attributes:
        text: a scalar as written, without quotation marks.
        inside: places of a mapping's values (at their keys) or of a list's items.
    """

    line: int
    column: int
    text: str = ""
    inside: Mapping[Any, Place] = MappingProxyType({})


def build(tokens: list[Any], name: str) -> tuple[Any, Place]:
    """Gives the data of a file and its places; the file's name is for messages.

    Raises:
        RubricSyntaxError: At the first place that is not YAML, or not YAML a rubric may use.
    """
    return _Builder(tokens, name).document()


class _Builder:
    """Walks over the tokens once; one method per form."""

    def __init__(self, tokens: list[Any], name: str) -> None:
        self.tokens = tokens
        self.name = name
        self.at = 1  # after the start of the stream
        self.values = 0
        self.anchors: dict[str, tuple[Any, Place, int]] = {}

    def document(self) -> tuple[Any, Place]:
        self.accept(kinds.DocumentStartToken)
        built = self.node(0)
        self.accept(kinds.DocumentEndToken)
        if self.kind() is kinds.DocumentStartToken:
            raise self.error("A second document starts here.", "A rubric file holds one.")
        if self.kind() is not kinds.StreamEndToken:
            raise self.error("This does not belong to what is above.", _INDENTATION)
        return built

    def node(self, depth: int, *, dashes: bool = False) -> tuple[Any, Place]:
        """Reads one value; `dashes` says that a list may start without further indentation."""
        if depth > MAX_DEPTH:
            raise self.error(f"Values are nested more than {MAX_DEPTH} deep.")
        self.count(1)
        token = self.tokens[self.at]
        kind = type(token)
        line, column = token.start_mark.line, token.start_mark.column
        if kind is kinds.ScalarToken:
            text = token.value
            value = self.resolved(text) if token.plain else text
            self.at += 1
            return value, Place(line, column, text)
        if kind is kinds.AnchorToken:
            return self.anchored(token, depth, dashes)
        if kind is kinds.AliasToken:
            return self.aliased(token)
        if kind is kinds.TagToken:
            raise self.error("Tags such as `!name` are not allowed in a rubric.", "Delete it.")
        inside: Mapping[Any, Place]
        if kind is kinds.BlockMappingStartToken:
            data, inside = self.block_mapping(depth)
        elif kind is kinds.FlowMappingStartToken:
            data, inside = self.flow_mapping(token, depth)
        elif kind is kinds.FlowSequenceStartToken:
            data, inside = self.flow_list(token, depth)
        elif kind is kinds.BlockSequenceStartToken:
            data, inside = self.block_list(depth)
        elif kind is kinds.BlockEntryToken and dashes:
            data, inside = self.items(depth)
        elif kind in _UNEXPECTED:
            raise self.error(f"A value is missing before {_UNEXPECTED[kind]}.")
        else:
            return None, Place(line, column)
        return data, Place(line, column, "", inside)

    def anchored(self, token: Any, depth: int, dashes: bool) -> tuple[Any, Place]:
        self.at += 1
        if self.kind() in (kinds.AnchorToken, kinds.AliasToken):
            raise self.error("An anchor is followed by another anchor or by an alias.")
        before = self.values
        data, place = self.node(depth + 1, dashes=dashes)
        self.anchors[token.value] = data, place, self.values - before
        return data, place

    def aliased(self, token: Any) -> tuple[Any, Place]:
        if token.value not in self.anchors:
            what = f"There is no finished value with the anchor &{token.value} above."
            raise self.error(what, "An alias repeats a value that stands before it.")
        data, place, size = self.anchors[token.value]
        self.count(size)
        self.at += 1
        return data, place

    def block_mapping(self, depth: int) -> tuple[Any, Mapping[Any, Place]]:
        data: dict[str, Any] = {}
        inside: dict[Any, Place] = {}
        self.at += 1
        while not self.accept(kinds.BlockEndToken):
            if not self.accept(kinds.KeyToken):
                raise self.error("A key was expected here.", _INDENTATION)
            self.pair(data, inside, depth, dashes=True)
        return data, inside

    def flow_mapping(self, start: Any, depth: int) -> tuple[Any, Mapping[Any, Place]]:
        data: dict[str, Any] = {}
        inside: dict[Any, Place] = {}
        self.at += 1
        while not self.accept(kinds.FlowMappingEndToken):
            if data:
                self.comma(start, "{}")
                if self.accept(kinds.FlowMappingEndToken):
                    break
            if not self.accept(kinds.KeyToken):
                self.closed(start, "{")
                raise self.error("A `key: value` was expected between { and }.")
            self.pair(data, inside, depth, dashes=False)
        return data, inside

    def pair(
        self, data: dict[str, Any], inside: dict[Any, Place], depth: int, dashes: bool
    ) -> None:
        """Reads one key and its value, and adds both."""
        token = self.tokens[self.at]
        key = token.value if type(token) is kinds.ScalarToken else None
        if key is None or (token.plain and not isinstance(self.resolved(key), str)):
            raise self.error("A key has to be a text.", "Put quotes around it.")
        if key == "<<" and token.plain:
            raise self.error("Merge keys (<<) are not part of YAML 1.2.", "Write the keys out.")
        if key in data:
            what = (
                f"The key {key!r} is given twice; the first one is in line {inside[key].line + 1}."
            )
            raise self.error(what, "Delete one of them.")
        self.at += 1
        line, column = token.start_mark.line, token.start_mark.column
        value, place = None, Place(line, column)
        if self.accept(kinds.ValueToken) and (
            dashes or self.kind() not in (kinds.FlowEntryToken, kinds.FlowMappingEndToken)
        ):
            value, found = self.node(depth + 1, dashes=dashes)
            place = Place(line, column, found.text, found.inside)
        data[key] = value
        inside[key] = place

    def flow_list(self, start: Any, depth: int) -> tuple[Any, Mapping[Any, Place]]:
        data: list[Any] = []
        inside: dict[Any, Place] = {}
        self.at += 1
        while not self.accept(kinds.FlowSequenceEndToken):
            if data:
                self.comma(start, "[]")
                if self.accept(kinds.FlowSequenceEndToken):
                    break
            if self.kind() in (kinds.KeyToken, kinds.ValueToken):
                raise self.error(
                    "A `key: value` in a list needs braces.",
                    "Write {key: value}, or close the list's bracket before it.",
                )
            self.closed(start, "[")
            value, inside[len(data)] = self.node(depth + 1)
            data.append(value)
        return data, inside

    def block_list(self, depth: int) -> tuple[Any, Mapping[Any, Place]]:
        self.at += 1
        built = self.items(depth)
        if not self.accept(kinds.BlockEndToken):
            raise self.error("An item that starts with '- ' was expected here.", _INDENTATION)
        return built

    def items(self, depth: int) -> tuple[Any, Mapping[Any, Place]]:
        data: list[Any] = []
        inside: dict[Any, Place] = {}
        while self.accept(kinds.BlockEntryToken):
            mark = self.tokens[self.at].start_mark
            value, place = None, Place(mark.line, mark.column)
            if self.kind() is not kinds.BlockEntryToken:
                value, place = self.node(depth + 1)
            inside[len(data)] = place
            data.append(value)
        return data, inside

    def resolved(self, text: str) -> Any:
        try:
            return plain_value(text)
        except ValueError as error:
            raise self.error(str(error)) from error

    def kind(self) -> Any:
        return type(self.tokens[self.at])

    def accept(self, kind: Any) -> bool:
        """Steps over the next token if it is of this kind."""
        if type(self.tokens[self.at]) is not kind:
            return False
        self.at += 1
        return True

    def comma(self, start: Any, brackets: str) -> None:
        if not self.accept(kinds.FlowEntryToken):
            self.closed(start, brackets[0])
            opened = f"the '{brackets[0]}' is in line {start.start_mark.line + 1}"
            raise self.error(f"A ',' or '{brackets[1]}' was expected; {opened}.")

    def closed(self, start: Any, bracket: str) -> None:
        """Refuses the end of the file while a bracket is open."""
        if self.kind() in _ENDS:
            mark = start.start_mark
            what = f"The {bracket!r} that opens here is never closed."
            raise syntax_error(self.name, mark.line, mark.column, what, "Close it.")

    def count(self, size: int) -> None:
        self.values += size
        if self.values > MAX_VALUES:
            raise self.error(f"The file holds more than {MAX_VALUES} values, aliases included.")

    def error(self, what: str, hint: str = "") -> RubricSyntaxError:
        mark = self.tokens[self.at].start_mark
        return syntax_error(self.name, mark.line, mark.column, what, hint)
