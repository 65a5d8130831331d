"""What is written down about a data set when it is added: `facts.json`, beside its arrays."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from grader.datasets.faults import DataSetError
from grader.plain_text import quote

FORMAT = 1
FILE = "facts.json"
PARTS = ("train", "validation", "test")
MAX_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class FileFacts:
    """One file of arrays.

    Attributes:
        sha256: of all its bytes, in hexadecimal.
        size: in bytes.
    """

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class PartFacts:
    """One part of a data set: how many rows, and its two files."""

    count: int
    inputs: FileFacts
    labels: FileFacts


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known without the arrays.

    Attributes:
        shape: of one row: (3, H, W) for images, (D,) for features.
        parts: by their names in `PARTS`.
        source: where it came from: a path or a URL, as it was given.
    """

    name: str
    title: str
    classes: tuple[str, ...]
    shape: tuple[int, ...]
    parts: Mapping[str, PartFacts]
    notes: tuple[str, ...]
    source: str

    @property
    def holds_images(self) -> bool:
        """Tells images from rows of features."""
        return len(self.shape) == 3

    @property
    def size(self) -> int:
        """Adds up the files, in bytes."""
        return sum(part.inputs.size + part.labels.size for part in self.parts.values())

    def to_json(self) -> str:
        """Writes the facts down."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=2, ensure_ascii=False) + "\n"


def file_name(part: str, what: str) -> str:
    """Names a file: `what` is `inputs` or `labels`."""
    return f"{part}_{what}.npy"


def read_facts(folder: Path, name: str) -> Facts:
    """Reads the facts of a data set.

    Args:
        folder: of this data set.
        name: the data set that is expected there.

    Raises:
        DataSetError: the file cannot be read, was changed, or is of another version.
    """
    try:
        with (folder / FILE).open("rb") as stream:
            data = json.loads(stream.read(MAX_BYTES))
        version = data["format"]
        found = _facts(data) if version == FORMAT else None
    # JSONDecodeError and UnicodeDecodeError are ValueErrors.
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataSetError(
            f"{quote(FILE)} of the data set {quote(name)} is damaged or was changed. "
            f"{add_again(name)}"
        ) from error
    if found is None:
        raise DataSetError(
            f"The data set {quote(name)} was added by another version of the grader: its facts "
            f"have format {version!r}, this version reads {FORMAT}. {add_again(name)}"
        )
    if found.name != name or not {"train", "test"} <= found.parts.keys() <= set(PARTS):
        raise DataSetError(
            f"{quote(FILE)} of the data set {quote(name)} describes another one: "
            f"{quote(found.name)} with {', '.join(map(quote, found.parts))}. {add_again(name)}"
        )
    return found


def add_again(name: str) -> str:
    """Says how to mend a data set."""
    return f"Add it again: `grader data add {name} SOURCE --replace`."


def _facts(data: dict[str, Any]) -> Facts:
    parts = {
        _text(part): PartFacts(_whole(one["count"]), _file(one["inputs"]), _file(one["labels"]))
        for part, one in data["parts"].items()
    }
    texts = {key: _text(data[key]) for key in ("name", "title", "source")}
    classes, notes = (tuple(_text(one) for one in data[key]) for key in ("classes", "notes"))
    shape = tuple(_whole(one) for one in data["shape"])
    return Facts(texts["name"], texts["title"], classes, shape, parts, notes, texts["source"])


def _file(data: dict[str, Any]) -> FileFacts:
    return FileFacts(_text(data["sha256"]), _whole(data["size"]))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise TypeError("no count")
    return value
