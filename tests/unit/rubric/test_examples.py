"""Every file below tests/rubrics is a test: add one, and it is collected."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from grader.checks.kind import CheckKind
from grader.errors import RubricError, RubricSchemaError
from grader.rubric import load_rubric
from grader.rubric.source import read_source

EXAMPLES = Path(__file__).parents[2] / "rubrics"
VALID = sorted((EXAMPLES / "valid").glob("*.yaml"))
INVALID = sorted((EXAMPLES / "invalid").glob("*.yaml"))


def test_there_are_examples_of_both_sorts() -> None:
    assert len(VALID) >= 2
    assert len(INVALID) >= 20


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_rubric_loads(path: Path, kinds: Mapping[str, CheckKind]) -> None:
    rubric = load_rubric(path, kinds)
    assert rubric.criteria
    assert rubric.possible == sum(criterion.points for criterion in rubric.criteria)


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_rubric_reads_as_ruamel_reads_it(path: Path) -> None:
    yaml: Any = YAML(typ="safe", pure=True)
    assert read_source(path).data == yaml.load(path.read_bytes())


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_an_invalid_rubric_is_refused_with_these_sentences(
    path: Path, kinds: Mapping[str, CheckKind]
) -> None:
    expected = path.with_suffix(".expected.txt").read_text(encoding="utf-8")
    with pytest.raises(RubricError) as caught:
        load_rubric(path, kinds)
    assert str(caught.value).replace(f"{path.parent}/", "") == expected.rstrip("\n")


def test_problems_are_single_sentences_in_the_order_of_lines(
    kinds: Mapping[str, CheckKind],
) -> None:
    path = EXAMPLES / "invalid" / "keys.yaml"
    with pytest.raises(RubricSchemaError) as caught:
        load_rubric(path, kinds)
    problems = [str(problem) for problem in caught.value.problems]
    lines = [int(problem.removeprefix(f"{path}:").split()[0]) for problem in problems]
    assert len(problems) > 30
    assert lines == sorted(lines)
    assert all(
        problem.startswith(f"{path}:") and problem.endswith((".", "?")) for problem in problems
    )
