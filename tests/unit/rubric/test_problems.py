from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from grader.rubric.problems import (
    did_you_mean,
    dotted,
    make_validator,
    schema_problems,
    shown,
)


def said(schema: Mapping[str, Any], data: object) -> list[str]:
    """Gives `path: sentences` for everything that a schema refuses."""
    found: Iterator[tuple[Any, str]] = schema_problems(make_validator(schema), data, {})
    return [f"{dotted(path)}: {sentences}" for path, sentences in found]


@pytest.mark.parametrize(
    ("schema", "data", "sentence"),
    [
        ({"type": ["string", "null"]}, 1, "Expected a text or nothing, not 1."),
        ({"type": "number"}, True, "Expected a number, not true."),
        ({"type": "number"}, None, "Expected a number, not an empty value."),
        ({"type": "boolean"}, "no", "Expected true or false, not the text 'no'."),
        ({"type": "string"}, [1], "Expected a text, not a list."),
        ({"type": "array"}, {}, "Expected a list, not a mapping."),
        ({"type": "number"}, float("nan"), "Expected a number, not nan."),
        (
            {"enum": ["mean", "sum"]},
            "men",
            "'men' is not allowed here. Did you mean 'mean'? Allowed: mean, sum.",
        ),
        ({"const": 1}, 2, "2 is not allowed here. Allowed: 1."),
        ({"minimum": 2}, 1, "1 is too small. The smallest allowed is 2."),
        ({"maximum": 2}, 3, "3 is too large. The largest allowed is 2."),
        ({"exclusiveMinimum": 2}, 2, "2 is too small. It has to be greater than 2."),
        ({"exclusiveMaximum": 2}, 2, "2 is too large. It has to be less than 2."),
        ({"minItems": 2}, [1], "Expected at least 2 entries, not 1."),
        ({"maxItems": 1}, [1, 2], "Expected at most one entry, not 2."),
        ({"minProperties": 1}, {}, "Expected at least one entry, not 0."),
        ({"maxProperties": 1}, {"a": 1, "b": 2}, "Expected at most one entry, not 2."),
        ({"minLength": 1}, "", "The text is empty."),
        ({"minLength": 3}, "ab", "The text has fewer than 3 characters."),
        ({"maxLength": 1}, "ab", "The text has 2 characters. The most allowed are 1."),
        ({"pattern": "^a$"}, "b", "'b' does not have the expected form: a text that matches ^a$."),
        (
            {"pattern": "^a$"},
            "a\n",
            "'a\\n' does not have the expected form: a text that matches ^a$.",
        ),
        ({"uniqueItems": True}, [1, {"a": 2}, {"a": 2}], "a mapping is listed more than once."),
        ({"required": ["a"]}, {}, "'a' is missing."),
        ({"multipleOf": 3}, 4, "4 is not a multiple of 3."),
        ({"not": {}}, 4, "4 should not be valid under {}."),
    ],
)
def test_each_rule_has_its_sentence(schema: Mapping[str, Any], data: object, sentence: str) -> None:
    assert said(schema, data) == [f": {sentence}"]


def test_what_a_pattern_or_a_number_rule_does_not_speak_of_passes() -> None:
    assert said({"pattern": "^a$"}, 1) == []
    assert said({"type": ["number", "integer"], "minimum": 0}, 1.0) == []


def test_a_missing_key_is_explained_by_its_description() -> None:
    schema = {"required": ["a", "b"], "properties": {"a": {"description": "Seconds."}}}
    assert said(schema, {"b": 1}) == [": 'a' is missing. It says: Seconds."]


def test_several_missing_and_unknown_keys_are_all_named() -> None:
    schema = {
        "required": ["one", "two"],
        "properties": {"one": {}, "two": {}},
        "patternProperties": {"^x_": {}},
        "additionalProperties": False,
    }
    assert set(said(schema, {"on": 1, "x_y": 2, "z": 3})) == {
        ": 'one' is missing.",
        ": 'two' is missing.",
        "on: 'on' is not a key here. Did you mean 'one'? Known keys: one, two.",
        "z: 'z' is not a key here. Known keys: one, two.",
    }


def test_a_mapping_without_keys_says_so() -> None:
    assert said({"additionalProperties": False}, {"a": 1}) == [
        "a: 'a' is not a key here. Known keys: none."
    ]


def test_a_wrong_name_of_a_key_is_shown_at_the_key() -> None:
    assert said({"propertyNames": {"maxLength": 1}}, {"ab": 1}) == [
        "ab: The text has 2 characters. The most allowed are 1."
    ]


FORMS = {
    "anyOf": [
        {"type": "object", "required": ["normal"], "properties": {"normal": {"type": "number"}}},
        {"type": "object", "required": ["value"]},
        {"type": "array", "items": {"type": "number"}},
    ]
}


def test_the_form_that_was_meant_is_explained_from_within() -> None:
    assert said(FORMS, {"normal": "x"}) == ["normal: Expected a number, not the text 'x'."]
    assert said({"items": FORMS}, [[1], [2, "x"]]) == [
        "[1][1]: Expected a number, not the text 'x'."
    ]


def test_all_forms_are_listed_when_none_was_meant() -> None:
    assert said(FORMS, {"uniform": 1}) == [
        ": Expected one of these forms, not a mapping: a mapping with normal; a mapping with "
        "value; a list."
    ]


def test_two_forms_that_fit_are_listed() -> None:
    schema = {"oneOf": [{"type": "number", "title": "a count"}, {"enum": [1, 2]}]}
    assert said(schema, 1) == [": Expected exactly one of these forms, not 1: a count; 1, 2."]


def test_forms_are_named_by_what_tells_them_apart() -> None:
    forms: list[dict[str, Any]] = [
        {"const": "auto"},
        {"$ref": "#/$defs/shape"},
        {"type": ["number", "null"]},
    ]
    assert said({"$defs": {"shape": {"type": "array"}}, "anyOf": forms}, {}) == [
        ": Expected one of these forms, not a mapping: 'auto'; shape; number or null."
    ]
    assert said({"oneOf": [{"description": "A guess."}, {"minimum": 3}]}, 5) == [
        ": Expected exactly one of these forms, not 5: A guess; another form."
    ]


def test_a_schema_that_allows_nothing_still_gives_a_sentence() -> None:
    assert said({"properties": {"a": False}}, {"a": 1}) == [": False schema does not allow 1."]


def test_long_texts_are_cut() -> None:
    assert shown("x" * 100) == repr("x" * 59 + "…")


def test_nothing_is_suggested_when_nothing_is_close() -> None:
    assert did_you_mean("zebra", ["gradient"]) == ""
    assert did_you_mean(["gradients"], ["gradient"]) == " Did you mean 'gradient'?"
