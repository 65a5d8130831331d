"""Writes into a rubric file what its reference reached, and changes nothing else of it.

The place is found among the file's tokens, and the text is edited there, so comments, anchors and
the author's layout survive. What was edited is read again before it replaces the file.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ruamel.yaml import tokens as _kinds

from grader.errors import UsageError
from grader.plain_text import quote
from grader.report.storage import write_text
from grader.rubric.load import load_rubric
from grader.rubric.source import Source
from grader.rubric.tokens import tokenize
from grader.rubric.tree import build

if TYPE_CHECKING:
    from grader.checks.kind import CheckKind
    from grader.checks.training_settings import Calibration

BOM: Final = "\ufeff"
DIGITS: Final = 4
_FLOW = _kinds.FlowMappingStartToken
_OPEN: Final = (
    _FLOW,
    _kinds.FlowSequenceStartToken,
    _kinds.BlockMappingStartToken,
    _kinds.BlockSequenceStartToken,
)
_CLOSE: Final = (
    _kinds.FlowMappingEndToken,
    _kinds.FlowSequenceEndToken,
    _kinds.BlockEndToken,
)

Steps = Sequence[str | int]


class _Edit(NamedTuple):
    """A part of a text, from one index to another, and what takes its place."""

    begin: int
    end: int
    text: str


def write_calibration(
    path: Path,
    at: Steps,
    found: Calibration,
    kinds: Mapping[str, CheckKind],
    digest: str,
) -> str:
    """Writes beside a threshold what the reference reached; the file is whole at any time.

    Args:
        path: the rubric file.
        at: path of the training's setting, from the root of the file's data.
        found: what is written, rounded.
        kinds: the kinds of check that the rubric may use, by name.
        digest: of the file as it was when `found` was measured.

    Returns:
        The file's new digest.

    Raises:
        UsageError: the file was changed meanwhile; the edit would change other settings as well; or
            the file cannot be written.
    """
    path = path.resolve()  # a link stays a link
    content = path.read_bytes() if path.is_file() else b""
    if _digest(content) != digest:
        raise UsageError(
            f"{quote(str(path), 300)} was not written to: it has changed since the calibration "
            "began. Run the command again."
        )
    marked = content.decode("utf-8")
    text = marked.removeprefix(BOM)
    figures = _figures(found)
    edited = _edited(text, _tree(text), at, figures)
    if not _only_this(text, edited, at, figures):
        line = _tree(text).place(at).line + 1
        raise UsageError(
            f"{quote(str(path), 300)} was not written to: the setting in line {line} stands in "
            "several places, by an alias, and what was reached in one is not what was reached in "
            f"the other. Write it out in each place, then run the command again; here, it is "
            f"{_flow(figures)}."
        )
    _load(edited, kinds)
    whole = marked[: len(marked) - len(text)] + edited
    write_text(whole, path)
    return _digest(whole.encode("utf-8"))


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _figures(found: Calibration) -> dict[str, float | int]:
    return {
        "mean": round(found.mean, DIGITS),
        "std": round(found.std, DIGITS),
        "runs": found.runs,
    }


def _flow(figures: Mapping[str, float | int]) -> str:
    inside = ", ".join(f"{name}: {value!r}" for name, value in figures.items())
    return f"calibrated: {{{inside}}}"


def _tree(text: str) -> Source:
    data, root = build(tokenize(text, ""), "")
    return Source("", data, root, "")


def _edited(text: str, source: Source, at: Steps, figures: Mapping[str, float | int]) -> str:
    """Returns the text with the figures in the setting at a path."""
    place = source.place(at)
    tokens = tokenize(text, "")
    start = next(
        number
        for number, token in enumerate(tokens)
        if isinstance(token, _OPEN)
        and (token.start_mark.line, token.start_mark.column) == place[:2]
    )
    values = dict(_values(tokens, start))
    if "calibrated" in values:
        return _applied(text, _replacing(values["calibrated"], figures))
    curve = [token for token in values["curve"] if not isinstance(token, _kinds.BlockEndToken)]
    after = curve[-1].end_mark.index
    if isinstance(tokens[start], _FLOW):
        return _applied(text, [_Edit(after, after, f", {_flow(figures)}")])
    # On a line of its own, below the curve and what is said of it there.
    ends = text.replace("\r\n", "\n").replace("\r", "\n")
    after = ends.find("\n", after) if "\n" in ends[after:] else len(ends)
    new = f"{_line_end(text)}{' ' * place.column}{_flow(figures)}"
    return _applied(text, [_Edit(after, after, new)])


def _values(tokens: Sequence[Any], start: int) -> Iterator[tuple[str, list[Any]]]:
    """Yields a mapping's keys with the tokens of their values.

    Args:
        tokens: of the file, or of a part of it.
        start: index of the token that opens the mapping.
    """
    depth, key = 0, ""
    value: list[Any] = []
    for token in tokens[start + 1 :]:
        if depth == 0 and isinstance(token, (_kinds.KeyToken, _kinds.FlowEntryToken, *_CLOSE)):
            if key:
                yield key, value
            key, value = "", []
            if isinstance(token, _CLOSE):
                return
        elif depth == 0 and isinstance(token, _kinds.ValueToken):
            key, value = value[-1].value, []
        else:
            value.append(token)
        depth += isinstance(token, _OPEN) - isinstance(token, _CLOSE)


def _replacing(value: Sequence[Any], figures: Mapping[str, float | int]) -> Iterator[_Edit]:
    """Yields the edits that put figures in the place of others, in the layout that is there."""
    if isinstance(value[0], _kinds.AliasToken):
        new = _flow(figures).partition(": ")[2]
        yield _Edit(value[0].start_mark.index, value[0].end_mark.index, new)
        return
    inside = dict(_values(value, 1 if isinstance(value[0], _kinds.AnchorToken) else 0))
    for name, figure in figures.items():
        written = inside[name][-1]
        yield _Edit(written.start_mark.index, written.end_mark.index, repr(figure))


def _applied(text: str, edits: Iterable[_Edit]) -> str:
    """Returns a text with edits at indices that count every end of a line as one character."""
    ends = [match.start() - number for number, match in enumerate(re.finditer("\r\n", text))]
    for edit in sorted(edits, reverse=True):
        begin, end = (
            edit.begin + bisect_left(ends, edit.begin),
            edit.end + bisect_left(ends, edit.end),
        )
        text = text[:begin] + edit.text + text[end:]
    return text


def _line_end(text: str) -> str:
    found = re.search(r"\r\n|\r|\n", text)
    return found[0] if found else "\n"


def _only_this(before: str, after: str, at: Steps, figures: Mapping[str, float | int]) -> bool:
    """Tells whether an edit changed the figures of one setting, and nothing else that is read."""
    expected = json.loads(_json(_tree(before).data))  # what aliases share is now apart
    found = expected
    for step in at:
        found = found[step]
    found["calibrated"] = dict(figures)
    return _json(_tree(after).data) == _json(expected)


def _json(data: Any) -> str:
    return json.dumps(data, sort_keys=True)


def _load(text: str, kinds: Mapping[str, CheckKind]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rubric.yaml"
        path.write_bytes(text.encode("utf-8"))
        load_rubric(path, kinds)
