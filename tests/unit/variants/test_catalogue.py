"""The misconceptions: what their files say, and what is wrong with a file that is not right."""

from __future__ import annotations

import ast
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from grader.assignments import HOME
from grader.errors import RubricNotFound, RubricSchemaError
from grader.variants import catalogue
from grader.variants.catalogue import CATALOGUE, Misconception, read_catalogue
from grader.variants.overlay import overlaid

EVERY = read_catalogue()


def _changed(one: Misconception) -> bytes:
    source = (HOME / "reference" / one.file).read_bytes()
    return overlaid({one.file: source}, one.file, one.edits)[one.file]


def test_there_are_many_and_each_has_a_name_of_its_own() -> None:
    assert len(EVERY) >= 250
    assert max(Counter(one.name for one in EVERY).values()) == 1


@pytest.mark.parametrize("family", sorted({one.family for one in EVERY}))
def test_every_edit_fits_and_makes_another_program_that_compiles(family: str) -> None:
    for one in (each for each in EVERY if each.family == family):
        before = ast.dump(ast.parse((HOME / "reference" / one.file).read_bytes()))
        source = _changed(one)
        compile(source, one.file, "exec")
        assert ast.dump(ast.parse(source)) != before, one.name


def test_no_two_misconceptions_are_the_same_program() -> None:
    programs = Counter((one.file, ast.dump(ast.parse(_changed(one)))) for one in EVERY)
    assert [file for (file, _), count in programs.items() if count > 1] == []


def test_a_hint_is_no_repetition_of_what_is_wrong() -> None:
    assert [one.name for one in EVERY if one.says.casefold() in one.hint.casefold()] == []


def test_a_file_of_a_hand_in_names_its_assignment() -> None:
    files = {one.file: one.assignment for one in EVERY}
    assert files["layers/affine.py"] is None
    assert files["handins/umass_ece697ls_a1/ece662/layers.py"] == "umass_ece697ls_a1"


def test_some_families_can_be_read_alone() -> None:
    assert {one.family for one in read_catalogue(families=["dropout"])} == {"dropout"}


def test_every_form_of_the_schema_has_words() -> None:
    schema: Any = json.loads((CATALOGUE / "misconceptions.schema.json").read_text("utf-8"))
    properties = schema["$defs"]["misconception"]["properties"].values()
    patterns = {one["pattern"] for one in properties if "pattern" in one}
    assert patterns <= catalogue._FORMS.keys()


def _entry(**more: Any) -> dict[str, Any]:
    return {
        "name": "without_bias",
        "file": "layers/affine.py",
        "edits": [{"find": " + b", "put": ""}],
        "says": "the bias is left out of the output",
        "hint": "Compare with the formula, term by term.",
        "because": "The product alone has the right shape.",
        **more,
    }


def _write(folder: Path, family: str, *entries: dict[str, Any], called: str = "") -> Path:
    with (folder / f"{called or family}.yaml").open("w", encoding="utf-8") as file:
        YAML().dump({"family": family, "misconceptions": list(entries)}, file)
    return folder


def test_a_folder_without_misconceptions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RubricNotFound, match="has no misconceptions"):
        read_catalogue(tmp_path)


def test_a_name_that_is_taken_is_refused_across_files(tmp_path: Path) -> None:
    _write(tmp_path, "affine", _entry())
    _write(tmp_path, "linear", _entry())
    with pytest.raises(
        RubricSchemaError, match="'without_bias' is the name of another one in the family 'affine'"
    ):
        read_catalogue(tmp_path)


def test_a_family_is_called_like_its_file(tmp_path: Path) -> None:
    _write(tmp_path, "affine", _entry(), called="linear")
    with pytest.raises(
        RubricSchemaError, match="The family is 'affine' and the file is called 'linear'"
    ):
        read_catalogue(tmp_path)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"says": "The bias is left out."}, "a clause without a capital"),
        ({"hint": "Compare with the formula"}, "sentences that end with a full stop"),
        ({"edits": []}, "Expected at least one entry"),
        ({"name": "WithoutBias"}, "lower-case words with underscores"),
        ({"subject": "layers.affine_forward"}, "Did you mean 'subjects'"),
        ({"file": "../affine.py"}, "a path such as layers/affine.py"),
    ],
)
def test_what_departs_from_the_schema_is_said_in_sentences(
    more: dict[str, Any], said: str, tmp_path: Path
) -> None:
    _write(tmp_path, "affine", _entry(**more))
    with pytest.raises(RubricSchemaError, match=said):
        read_catalogue(tmp_path)
