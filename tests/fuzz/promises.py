"""What several targets share: a file for some bytes, and the promise that shown text is plain."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from grader.plain_text import is_plain


@contextmanager
def temporary_file(content: bytes, suffix: str) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(content)
        file.flush()
        yield Path(file.name)


def assert_plain(text: str) -> None:
    hidden = [character for character in text if not is_plain(character)]
    assert not hidden, f"{hidden[:3]!r} in a text that is shown"


def random_inputs() -> list[bytes]:
    """Gives some bytes for the generators to choose by; the same each time."""
    rng = np.random.default_rng(20)
    return [b"", *(rng.bytes(48) for _ in range(40)), *(rng.bytes(400) for _ in range(10))]
