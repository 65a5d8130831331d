"""Fake kinds of check, and a way to load a rubric from its text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from grader.checks.kind import CheckKind
from grader.errors import RubricError
from grader.records import CheckResult, Outcome, Rubric
from grader.rubric import load_rubric


@dataclass(frozen=True)
class FakeParams:
    """Holds what a fake kind was given."""

    data: Mapping[str, Any]


def _parse(data: Mapping[str, Any]) -> FakeParams:
    if ("rtol" in data) != ("atol" in data):
        raise ValueError("`rtol` and `atol` are given together or not at all.")
    return FakeParams(MappingProxyType(dict(data)))


def _run(question: object) -> CheckResult:
    return CheckResult(id="", kind="", outcome=Outcome.UNJUDGED, credit=0.0)


_DOTTED = {
    "type": "string",
    "pattern": "^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*$",
}
_NORMAL = {
    "type": "object",
    "title": "{normal: …}",
    "required": ["normal"],
    "additionalProperties": False,
    "properties": {
        "normal": {
            "type": "object",
            "description": "Independent normal draws.",
            "required": ["shape"],
            "additionalProperties": False,
            "properties": {
                "shape": {
                    "type": "array",
                    "maxItems": 4,
                    "items": {"type": "integer", "minimum": 1},
                    "description": "Shape of the array.",
                },
                "mean": {"type": "number", "description": "Mean."},
                "std": {"type": "number", "exclusiveMinimum": 0, "description": "Deviation."},
            },
        }
    },
}
_VALUE = {
    "type": "object",
    "description": "{value: …}, as written.",
    "required": ["value"],
    "additionalProperties": False,
    "properties": {"value": {"description": "Any value."}},
}
_INPUTS = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {"oneOf": [_NORMAL, _VALUE]},
    "description": "Named inputs.",
}
_GRADIENT = {
    "convention": {
        "enum": ["functions_with_cache", "module_with_dicts"],
        "description": "Calling style.",
    },
    "forward": {**_DOTTED, "description": "Dotted path of the forward function."},
    "inputs": _INPUTS,
    "wrt": {
        "type": "array",
        "items": {"type": "string"},
        "minItems": 1,
        "uniqueItems": True,
        "description": "Inputs to differentiate by.",
    },
    "cases": {
        "type": "array",
        "items": {"type": "object"},
        "description": "Other inputs; each replaces some of `inputs`.",
    },
}
_OUTPUT = {
    "convention": {"type": "string", "description": "Calling style."},
    "inputs": _INPUTS,
    "rtol": {"type": "number", "minimum": 0, "maximum": 1, "description": "Relative tolerance."},
    "atol": {"type": "number", "minimum": 0, "description": "Absolute tolerance."},
    "because": {
        "type": "string",
        "minLength": 1,
        "maxLength": 80,
        "description": "Reason for a tolerance of its own.",
    },
}
_STRUCTURE = {
    "has": {
        "type": "array",
        "items": _DOTTED,
        "minItems": 1,
        "description": "Names that have to exist.",
    },
    "parameters": {
        "type": "integer",
        "exclusiveMaximum": 1000000,
        "description": "Number of parameters.",
    },
}


@pytest.fixture(scope="session")
def kinds() -> Mapping[str, CheckKind]:
    found = (
        CheckKind("output", "Same values as the reference.", _OUTPUT, ("inputs",), _parse, _run),
        CheckKind(
            "gradient",
            "Backward agrees with forward and with the reference.",
            MappingProxyType(_GRADIENT),
            ("convention", "forward", "inputs"),
            _parse,
            _run,
        ),
        CheckKind("structure", "Names and counts.", _STRUCTURE, (), _parse, _run),
    )
    return MappingProxyType({kind.name: kind for kind in found})


@pytest.fixture(scope="session")
def load_text(
    kinds: Mapping[str, CheckKind], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str | bytes], Rubric]:
    path = tmp_path_factory.mktemp("rubrics") / "rubric.yaml"

    def load(text: str | bytes) -> Rubric:
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return load_rubric(path, kinds)

    return load


@pytest.fixture(scope="session")
def refusal(load_text: Callable[[str | bytes], Rubric]) -> Callable[[str | bytes], str]:
    """Gives the message about a rubric that is refused, without the folder it lies in."""

    def message(text: str | bytes) -> str:
        with pytest.raises(RubricError) as caught:
            load_text(text)
        lines = str(caught.value).splitlines()
        return "\n".join("rubric.yaml" + line.partition("rubric.yaml")[2] for line in lines)

    return message


@pytest.fixture(scope="session")
def valid_text() -> str:
    path = Path(__file__).parents[2] / "rubrics" / "valid" / "two_families.yaml"
    return path.read_text(encoding="utf-8")
