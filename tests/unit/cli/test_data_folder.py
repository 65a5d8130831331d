"""Where data sets are kept: what is named counts before what is set, and that before the cache."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from grader.cli.data_folder import data_folder
from grader.errors import UsageError


@pytest.mark.parametrize(
    ("option", "environ", "expected"),
    [
        ("given", {"GRADER_DATA": "/set", "HOME": "/home/ada"}, "given"),
        (None, {"GRADER_DATA": "/set", "XDG_CACHE_HOME": "/cache", "HOME": "/home/ada"}, "/set"),
        (None, {"XDG_CACHE_HOME": "/cache", "HOME": "/home/ada"}, "/cache/grader/data"),
        (None, {"GRADER_DATA": "", "HOME": "/home/ada"}, "/home/ada/.cache/grader/data"),
        (None, {"XDG_CACHE_HOME": "", "HOME": "/home/ada"}, "/home/ada/.cache/grader/data"),
        (None, {"XDG_CACHE_HOME": "rel", "HOME": "/home/ada"}, "/home/ada/.cache/grader/data"),
    ],
)
def test_the_first_that_says_something_counts(
    option: str | None, environ: Mapping[str, str], expected: str
) -> None:
    assert data_folder(Path(option) if option else None, environ) == Path(expected)


def test_where_nothing_says_it_a_folder_is_asked_for() -> None:
    sentence = (
        "Where data sets are kept cannot be told: there is no home folder. Name a folder with "
        "--data DIR, or in the variable GRADER_DATA."
    )
    with pytest.raises(UsageError, match=sentence):
        data_folder(None, {})
