from __future__ import annotations

import math
from typing import Any

import pytest

from grader.rubric.scalars import plain_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("FALSE", False),
        ("1", 1),
        ("-12", -12),
        ("+3", 3),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("1e-6", 1e-6),
        ("1.", 1.0),
        (".5", 0.5),
        ("-1.25E+3", -1250.0),
        (".inf", math.inf),
        ("-.INF", -math.inf),
    ],
)
def test_what_the_core_schema_of_yaml_1_2_calls_a_value_is_one(text: str, value: object) -> None:
    found = plain_value(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "yes",
        "on",
        "Off",
        "1_000",
        "12:30",
        "2026-01-01",
        "0b1",
        "1e",
        "1.2.3",
        "nullify",
        "-",
    ],
)
def test_what_only_yaml_1_1_calls_a_value_is_a_text(text: str) -> None:
    assert plain_value(text) == text


def test_not_a_number_is_a_number_of_yaml() -> None:
    value: Any = plain_value(".nan")
    assert math.isnan(value)


@pytest.mark.parametrize("text", ["9" * 101, "0." + "1" * 200, "0x" + "f" * 5000])
def test_an_endless_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^This number has more than 100 digits\.$"):
        plain_value(text)
