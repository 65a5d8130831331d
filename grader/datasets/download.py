"""Fetches a file from a URL, within bounds of size and silence."""

from __future__ import annotations

import os
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from grader.datasets.faults import DataSetError
from grader.plain_text import clean_text, quote

MAX_DOWNLOAD_BYTES = 4 * 2**30  # Imagenette at full size has 1.5 GB
SILENCE_S = 60.0
_PIECE_BYTES = 2**20

Opener = Callable[..., Any]  # as urllib.request.urlopen


def is_url(source: str) -> bool:
    """Tells a URL from a path."""
    return source.lower().startswith(("http://", "https://"))


def download(
    url: str,
    path: Path,
    *,
    opener: Opener = urllib.request.urlopen,
    max_bytes: int = MAX_DOWNLOAD_BYTES,
) -> None:
    """Writes what a URL gives to a new file.

    Args:
        url: http or https.
        path: the file to make; on a fault its part is left to the caller.
        opener: opens a URL: `urllib.request.urlopen`, or what stands for it in a test.
        max_bytes: no more is taken than this.

    Raises:
        DataSetError: it cannot be reached, is too large, or ended early.
    """
    shown = quote(url, 300)
    try:
        with opener(url, timeout=SILENCE_S) as answer, path.open("xb") as file:
            announced = _announced(answer.headers.get("Content-Length"))
            if announced is not None and announced > max_bytes:
                raise _too_large(shown, f"{announced:,} bytes", max_bytes)
            size = _copy(answer, file, shown, max_bytes)
            file.flush()
            os.fsync(file.fileno())
    # URLError, timeouts and broken connections are OSErrors; HTTPException and bad URLs are not.
    except DataSetError:
        raise
    except Exception as error:
        raise DataSetError(
            f"{shown} could not be downloaded ({clean_text(str(error), 200)}). Nothing was added. "
            "Look at the address and the network, or download it yourself and give the file's path."
        ) from error
    if announced is not None and size != announced:
        raise DataSetError(
            f"The download of {shown} ended after {size:,} of {announced:,} bytes. Nothing was "
            "added. Run the command again."
        )


def _announced(length: str | None) -> int | None:
    return int(length) if length is not None and length.isdecimal() else None


def _copy(answer: IO[bytes], file: IO[bytes], shown: str, max_bytes: int) -> int:
    size = 0
    while piece := answer.read(_PIECE_BYTES):
        size += len(piece)
        if size > max_bytes:
            raise _too_large(shown, f"more than {max_bytes:,} bytes", max_bytes)
        file.write(piece)
    return size


def _too_large(shown: str, size: str, max_bytes: int) -> DataSetError:
    return DataSetError(
        f"{shown} gives {size}; the limit is {max_bytes:,}. Nothing was added. Look at the "
        "address, or download it yourself and give the file's path."
    )
