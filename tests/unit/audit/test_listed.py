"""The list of survivors that a course knows of."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.audit.listed import listed_survivors
from grader.errors import RubricSchemaError
from tests.unit.audit.small_course import make_course


def read(folder: Path, text: str) -> dict[str, str]:
    return dict(listed_survivors(make_course(folder, survivors=text)))


def test_without_a_list_nothing_is_listed(tmp_path: Path) -> None:
    assert read(tmp_path, "") == {}


def test_each_has_a_name_and_a_reason(tmp_path: Path) -> None:
    text = "survivors:\n  - name: 0a1b\n    what: a sign\n    because: The law is symmetric.\n"
    assert read(tmp_path, text) == {"0a1b": "The law is symmetric."}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("survivors: [{name: a}]", "because"),
        ("survivors: [{name: a, because: short}]", "because"),
        ("survivors: [{name: a, because: long enough a reason, why: x}]", "why"),
        ("known: []", "known"),
        (
            "survivors: [{name: a, because: long enough}, {name: a, because: and another}]",
            "'a' is listed before. Remove one of the two.",
        ),
    ],
)
def test_a_list_of_another_form_is_refused(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(RubricSchemaError, match=said):
        read(tmp_path, text)
