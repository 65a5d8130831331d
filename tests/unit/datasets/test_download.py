"""Downloads: whole and within bounds, or refused; nothing here uses a network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError

import pytest

from grader.datasets.download import download, is_url
from grader.datasets.faults import DataSetError

URL = "https://example.org/set.zip"


def test_what_the_url_gives_is_written(tmp_path: Path, serve: Callable) -> None:
    for announced in (None, -1):  # with a length, and without
        path = tmp_path / f"file {announced}"
        download(URL, path, opener=serve(b"content" * 1000, announced))
        assert path.read_bytes() == b"content" * 1000


def test_a_download_that_ends_early_is_refused(tmp_path: Path, serve: Callable) -> None:
    sentence = (
        "The download of 'https://example.org/set.zip' ended after 7 of 9 bytes. Nothing was "
        "added. Run the command again."
    )
    with pytest.raises(DataSetError, match=sentence):
        download(URL, tmp_path / "file", opener=serve(b"content", 9))


@pytest.mark.parametrize(
    ("announced", "size"), [(None, "7 bytes"), (-1, "more than 6 bytes"), (6, "more than 6 bytes")]
)
def test_a_download_that_is_too_large_is_refused(
    tmp_path: Path, serve: Callable, announced: int | None, size: str
) -> None:
    sentence = f"'https://example.org/set.zip' gives {size}; the limit is 6. Nothing was added."
    with pytest.raises(DataSetError, match=sentence):
        download(URL, tmp_path / "file", opener=serve(b"content", announced), max_bytes=6)


@pytest.mark.parametrize("error", [URLError("no route"), TimeoutError("no route")])
def test_a_url_that_cannot_be_reached_is_named(tmp_path: Path, error: Exception) -> None:
    def opener(url: str, timeout: float) -> None:
        raise error

    sentence = (
        r"'https://example.org/set.zip' could not be downloaded \(.*no route.*\). Nothing was "
        "added. Look at the address and the network, or download it yourself and give the file's "
        "path."
    )
    with pytest.raises(DataSetError, match=sentence):
        download(URL, tmp_path / "file", opener=opener)
    assert not (tmp_path / "file").exists()


def test_only_the_webs_addresses_are_urls() -> None:
    assert is_url("https://example.org/x")
    assert is_url("HTTP://example.org/x")
    for path in ("file:///etc/passwd", "ftp://example.org/x", "https", "/data/x", "C:\\x"):
        assert not is_url(path)
