from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from grader.checks.kind import CheckKind
from grader.rubric import rubric_schema
from grader.rubric import schema as module
from grader.rubric.schema import SCHEMA_FILE, schema_text

EXAMPLES = Path(__file__).parents[2] / "rubrics"


@pytest.fixture
def schema(kinds: Mapping[str, CheckKind]) -> dict[str, Any]:
    return rubric_schema(tuple(kinds.values()))


def _mappings(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, (dict, list)):
            yield from _mappings(inner)


def test_the_schema_is_one(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == "urn:grader:rubric:1"


def test_every_property_has_a_description(schema: dict[str, Any]) -> None:
    conditions = [rule["if"] for rule in schema["$defs"]["check"]["allOf"]]
    for mapping in _mappings(schema):
        if mapping not in conditions:
            for name, value in mapping.get("properties", {}).items():
                assert value.get("description"), name


def test_every_mapping_is_closed(schema: dict[str, Any]) -> None:
    for mapping in _mappings(schema):
        if mapping.get("type") == "object" and "properties" in mapping:
            assert mapping.get("additionalProperties") is False or "allOf" in mapping


def test_an_editor_with_the_whole_schema_accepts_what_the_grader_accepts(
    schema: dict[str, Any],
) -> None:
    for path in sorted((EXAMPLES / "valid").glob("*.yaml")):
        yaml: Any = YAML(typ="safe", pure=True)
        assert list(Draft202012Validator(schema).iter_errors(yaml.load(path))) == []


def test_an_editor_with_the_whole_schema_refuses_a_key_of_another_kind(
    schema: dict[str, Any],
) -> None:
    check = {"kind": "structure", "rtol": 1}
    validator = Draft202012Validator(schema).evolve(schema=schema["$defs"]["check"])
    assert [error.validator for error in validator.iter_errors(check)] == ["additionalProperties"]
    assert not validator.is_valid({"kind": "gradiant"})


def test_each_call_gives_a_schema_of_its_own(kinds: Mapping[str, CheckKind]) -> None:
    rubric_schema(tuple(kinds.values()))["properties"].clear()
    assert rubric_schema(tuple(kinds.values()))["properties"]


def test_a_kind_cannot_take_a_key_that_all_kinds_share(kinds: Mapping[str, CheckKind]) -> None:
    kind = replace(kinds["structure"], properties={"hint": {"description": "Mine."}})
    with pytest.raises(ValueError, match=r"^The kind 'structure' has a key 'hint' of its own, "):
        rubric_schema([kind])


def _references(schema: dict[str, Any]) -> set[str]:
    return {mapping["$ref"] for mapping in _mappings(schema) if "$ref" in mapping}


def test_definitions_of_a_key_are_lifted_to_the_top(kinds: Mapping[str, CheckKind]) -> None:
    tree = {"type": "object", "additionalProperties": {"$ref": "#/$defs/tree"}}
    key = {"$ref": "#/$defs/tree", "$defs": {"tree": tree}, "description": "A tree."}
    first = replace(kinds["structure"], properties={"tree": key})
    found = rubric_schema([first, replace(first, name="other")])
    assert found["$defs"]["tree"] == tree
    assert found["$defs"]["check_other"]["properties"]["tree"] == {
        "$ref": "#/$defs/tree",
        "description": "A tree.",
    }
    validator = Draft202012Validator(found).evolve(schema=found["$defs"]["check"])
    assert validator.is_valid({"kind": "other", "tree": {"a": {"b": {}}}})
    assert not validator.is_valid({"kind": "other", "tree": {"a": {"b": 1}}})


@pytest.mark.parametrize("name", ["criterion", "check_structure"])
def test_two_definitions_cannot_have_one_name(name: str, kinds: Mapping[str, CheckKind]) -> None:
    key = {"description": "Mine.", "$defs": {name: {"type": "null"}}}
    kind = replace(kinds["structure"], properties={"own": key})
    message = f"The kind 'structure' defines '{name}', which is defined differently before."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        rubric_schema([kind])


def test_the_module_writes_the_file(
    kinds: Mapping[str, CheckKind], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rubric.schema.json"
    monkeypatch.setattr(module, "SCHEMA_FILE", path)
    monkeypatch.setattr("grader.checks.CHECK_KINDS", kinds, raising=False)
    module.main()
    assert path.read_text(encoding="utf-8") == schema_text(tuple(kinds.values()))
    assert path.read_bytes().endswith(b"}\n")


@pytest.fixture
def real_kinds() -> tuple[CheckKind, ...]:
    kinds = getattr(importlib.import_module("grader.checks"), "CHECK_KINDS", None)
    if kinds is None:
        pytest.skip("grader.checks has no CHECK_KINDS yet")
    return tuple(kinds.values())


def test_the_committed_schema_is_what_the_kinds_say(real_kinds: tuple[CheckKind, ...]) -> None:
    text = SCHEMA_FILE.read_text(encoding="utf-8")
    assert text == schema_text(real_kinds), "Run `python -m grader.rubric.schema`."
    Draft202012Validator.check_schema(json.loads(text))


def test_every_reference_of_the_real_kinds_leads_somewhere(
    real_kinds: tuple[CheckKind, ...],
) -> None:
    schema = rubric_schema(real_kinds)
    known = {f"#/$defs/{name}" for name in schema["$defs"]}
    assert _references(schema) <= known


def test_every_property_of_the_real_kinds_has_a_description(
    real_kinds: tuple[CheckKind, ...],
) -> None:
    for kind in real_kinds:
        for name, value in kind.properties.items():
            assert value.get("description"), f"{kind.name}: {name}"
