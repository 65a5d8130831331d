from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import grader.rubric
from grader.checks.kind import CheckKind
from grader.errors import RubricError, RubricNotFound
from grader.records import Limits, Network, Rubric, Visibility
from grader.rubric import find_rubric, load_rubric

Load = Callable[[str | bytes], Rubric]
Refusal = Callable[[str | bytes], str]

HEAD = "schema_version: 1\nassignment: a\ntitle: A\nhandin: {roots: [a]}\n"
CRITERION = "{id: c, title: C, subject: m.f, points: 1, checks: [{kind: structure}]}"


def test_the_public_names_are_what_can_be_imported() -> None:
    assert grader.rubric.__all__ == ["find_rubric", "load_rubric", "rubric_schema"]
    assert all(callable(getattr(grader.rubric, name)) for name in grader.rubric.__all__)


def test_another_name_is_not_there() -> None:
    with pytest.raises(AttributeError, match=r"^module 'grader\.rubric' has no attribute 'x'$"):
        _ = grader.rubric.x


def test_every_key_arrives_in_its_record(load_text: Load, valid_text: str) -> None:
    rubric = load_text(valid_text)
    assert (rubric.schema_version, rubric.assignment) == (1, "umass_ece697ls_a1")
    assert rubric.title == "Assignment 1: layers"
    assert rubric.handin.roots == ("ece662", "ece697ls", "cs231n")
    assert rubric.handin.accept == ("folder", "zip")
    assert rubric.handin.provided == ("layer_utils.py", "data/loader.py")
    assert rubric.handin.forbidden == ("torch", "tensorflow")
    assert rubric.families["batchnorm"] == ("layers.batchnorm_forward", "layers.batchnorm_backward")
    assert rubric.digest == "sha256:" + hashlib.sha256(valid_text.encode()).hexdigest()
    forward, backward = rubric.criteria
    assert (forward.visibility, forward.needs) == (Visibility.VISIBLE, ())
    assert (backward.visibility, backward.needs) == (Visibility.AFTER_DUE, ("batchnorm_forward",))
    check = backward.checks[0]
    assert (check.kind, check.weight) == ("gradient", Decimal("0.1"))
    assert check.visibility is Visibility.HIDDEN
    assert check.hint == "Sum over the batch: dbeta = dout.sum(axis=0)"


def test_a_criterion_is_optional_where_it_says_so(load_text: Load) -> None:
    second = CRITERION.replace("id: c", "id: d").replace("points: 1", "points: 1, optional: true")
    third = CRITERION.replace("id: c", "id: e").replace("points: 1", "points: 1, optional: false")
    rubric = load_text(f"{HEAD}criteria: [{CRITERION}, {second}, {third}]\n")
    assert [criterion.optional for criterion in rubric.criteria] == [False, True, False]


def test_a_free_name_may_say_what_a_network_takes_and_gives(load_text: Load) -> None:
    shapes = "{inputs: [3, 64, 64], outputs: [10]}"
    texts = [
        CRITERION.replace("id: c", f"id: {name}").replace("points: 1", f"points: 1, {key}")
        for name, key in [
            ("a", "free_name: false"),
            ("b", "free_name: true"),
            ("d", f"free_name: {shapes}"),
        ]
    ]
    rubric = load_text(f"{HEAD}criteria: [{', '.join([CRITERION, *texts])}]\n")
    assert [(one.free_name, one.network) for one in rubric.criteria] == [
        (False, None),
        (False, None),
        (True, None),
        (True, Network((3, 64, 64), (10,))),
    ]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (
            "{inputs: [10]}",
            "criteria[0].free_name: Expected one of these forms, not a mapping: true or false; "
            "A mapping with the inputs and outputs of a network.",
        ),
        (
            "{inputs: [0], outputs: [2]}",
            "criteria[0].free_name.inputs[0]: 0 is too small. The smallest allowed is 1.",
        ),
        (
            "{inputs: [10], outputs: []}",
            "criteria[0].free_name.outputs: Expected at least one entry, not 0.",
        ),
        (
            "{inputs: [10], outputs: [2], classes: 2}",
            "criteria[0].free_name.classes: 'classes' is not a key here. "
            "Known keys: inputs, outputs.",
        ),
    ],
)
def test_what_a_network_takes_and_gives_is_said_in_sizes(
    refusal: Refusal, value: str, sentence: str
) -> None:
    criterion = CRITERION.replace("points: 1", f"points: 1, free_name: {value}")
    assert sentence in refusal(f"{HEAD}criteria: [{criterion}]\n")


@pytest.mark.parametrize(
    ("checks", "hints"),
    [
        (["{kind: structure, hint: First.}", "{kind: structure, name: b}"], ["First.", "First."]),
        (["{kind: structure}", "{kind: structure, name: b, hint: Later.}"], ["", "Later."]),
        (
            ["{kind: structure, hint: First.}", "{kind: structure, name: b, hint: Own.}"],
            ["First.", "Own."],
        ),
    ],
)
def test_a_check_without_a_hint_has_that_of_an_earlier_one_of_its_kind(
    load_text: Load, checks: list[str], hints: list[str]
) -> None:
    criterion = CRITERION.replace("[{kind: structure}]", f"[{', '.join(checks)}]")
    rubric = load_text(f"{HEAD}criteria: [{criterion}]\n")
    assert [check.hint for check in rubric.criteria[0].checks] == hints


def test_points_are_decimals_as_written(load_text: Load) -> None:
    written = ["0.1", "2.50", "5", "1e-3", ".5", "3."]
    criteria = "".join(
        f"- {CRITERION}\n".replace("id: c", f"id: c{at}").replace("points: 1", f"points: {points}")
        for at, points in enumerate(written)
    )
    rubric = load_text(f"{HEAD}criteria:\n{criteria}")
    assert [criterion.points for criterion in rubric.criteria] == [Decimal(w) for w in written]
    assert str(rubric.criteria[1].points) == "2.50"


def test_points_behind_an_alias_are_as_written(load_text: Load) -> None:
    second = CRITERION.replace("id: c", "id: d").replace("points: 1", "points: *p")
    first = CRITERION.replace("points: 1", "points: &p 0.10")
    rubric = load_text(f"{HEAD}criteria: [{first}, {second}]\n")
    assert [str(criterion.points) for criterion in rubric.criteria] == ["0.10", "0.10"]


def test_checks_without_a_name_are_called_after_their_kind(
    load_text: Load, valid_text: str
) -> None:
    ids = [check.id for criterion in load_text(valid_text).criteria for check in criterion.checks]
    assert ids == [
        "batchnorm_forward/output",
        "batchnorm_forward/output_2",
        "batchnorm_forward/far",
        "batchnorm_forward/structure",
        "batchnorm_backward/small",
        "batchnorm_backward/gradient",
    ]


def test_a_check_is_as_restricted_as_its_criterion(load_text: Load, valid_text: str) -> None:
    assert load_text(valid_text).criteria[1].checks[1].visibility is Visibility.AFTER_DUE


def test_limits_are_the_check_s_then_the_defaults_then_the_grader_s(load_text: Load) -> None:
    checks = "[{kind: structure, limits: {wall_s: 1}}, {kind: structure}]"
    criterion = CRITERION.replace("[{kind: structure}]", checks)
    rubric = load_text(
        f"{HEAD}defaults: {{limits: {{memory_mib: 512}}}}\ncriteria: [{criterion}]\n"
    )
    first, second = rubric.criteria[0].checks
    assert first.limits == Limits(wall_s=1.0, memory_mib=512)
    assert second.limits == Limits(memory_mib=512)


def test_a_kind_gets_its_own_keys_and_the_subject_and_the_convention(
    load_text: Load, valid_text: str
) -> None:
    own, injected = load_text(valid_text).criteria[1].checks[::-1]
    assert set(own.params.data) == {"subject", "convention", "forward", "inputs"}
    assert own.params.data["convention"] == "module_with_dicts"
    assert injected.params.data["convention"] == "functions_with_cache"
    assert injected.params.data["subject"] == "layers.batchnorm_backward"


def test_a_kind_without_conventions_gets_none(load_text: Load, valid_text: str) -> None:
    assert dict(load_text(valid_text).criteria[0].checks[3].params.data) == {
        "subject": "layers.batchnorm_forward",
        "has": ["layers"],
    }


def test_a_convention_that_no_check_could_use_is_reported_once_at_the_defaults(
    refusal: Refusal, valid_text: str
) -> None:
    assert refusal(valid_text.replace("convention: functions_", "convention: function_")) == (
        "rubric.yaml:10  defaults.convention: 'function_with_cache' is not allowed here. Did you "
        "mean 'functions_with_cache'? Allowed: functions_with_cache, module_with_dicts."
    )


def test_a_missing_convention_is_asked_for(refusal: Refusal, valid_text: str) -> None:
    assert refusal(valid_text.replace("convention: functions_with_cache, ", "")) == (
        "rubric.yaml:48  criteria[1].checks[0]: 'convention' is missing. Give it here or under "
        "`defaults`."
    )


def test_what_a_kind_refuses_is_a_problem_of_the_check(refusal: Refusal, valid_text: str) -> None:
    assert refusal(valid_text.replace("        atol: 1.0e-8\n", "")) == (
        "rubric.yaml:27  criteria[0].checks[1]: `rtol` and `atol` are given together or not at all."
    )


def test_a_line_break_at_the_end_does_not_slip_through_a_pattern(refusal: Refusal) -> None:
    criterion = CRITERION.replace("id: c", 'id: "c\\n"')
    assert refusal(f"{HEAD}criteria: [{criterion}]\n") == (
        "rubric.yaml:5  criteria[0].id: 'c\\n' does not have the expected form: lower-case "
        "letters, digits and underscores, with a letter first."
    )


@pytest.mark.parametrize("version", ["2", "300"])
def test_a_newer_rubric_is_refused_by_name(version: str, refusal: Refusal) -> None:
    assert refusal(f"schema_version: {version}\nwhatever: 1\n") == (
        f"rubric.yaml:1  schema_version: This rubric is written for schema_version {version}; "
        "this grader reads up to 1. Upgrade the grader."
    )


@pytest.mark.parametrize("version", ["true", "3.5", "'1'", "0"])
def test_a_version_that_is_none_is_refused(version: str, refusal: Refusal) -> None:
    text = f"{HEAD}criteria: [{CRITERION}]\n".replace("version: 1", f"version: {version}")
    assert (
        refusal(text)
        == f"rubric.yaml:1  schema_version: {version} is not allowed here. Allowed: 1."
    )


def test_a_grader_without_kinds_says_so(tmp_path: Path) -> None:
    path = tmp_path / "rubric.yaml"
    path.write_text(f"{HEAD}criteria: [{CRITERION}]\n")
    with pytest.raises(RubricError) as caught:
        load_rubric(path, {})
    assert str(caught.value) == (
        f"{path}:5  criteria[0].checks[0].kind: 'structure' is not a check kind. Known kinds: none."
    )


def test_messages_show_the_path_as_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kinds: Mapping[str, CheckKind]
) -> None:
    (tmp_path / "rubric.yaml").write_text("[]")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RubricError, match=r"^rubric\.yaml:1  A rubric is a mapping"):
        load_rubric(Path("rubric.yaml"), kinds)


@pytest.fixture
def rubrics_dir(tmp_path: Path) -> Path:
    for name in ("umass_ece697ls_a1", "uva_dl1_2020_p1"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "rubric.yaml").touch()
    (tmp_path / "drafts").mkdir()
    return tmp_path


def test_a_rubric_is_found_by_the_name_of_its_folder(rubrics_dir: Path) -> None:
    found = find_rubric("uva_dl1_2020_p1", rubrics_dir)
    assert found == rubrics_dir / "uva_dl1_2020_p1" / "rubric.yaml"


def test_an_unknown_assignment_is_answered_with_the_known_ones(rubrics_dir: Path) -> None:
    with pytest.raises(RubricNotFound) as caught:
        find_rubric("umas_ece697_a1", rubrics_dir)
    assert str(caught.value) == (
        f"There is no rubric for the assignment 'umas_ece697_a1' in {rubrics_dir}. Did you mean "
        "'umass_ece697ls_a1'? Known assignments: umass_ece697ls_a1, uva_dl1_2020_p1."
    )


@pytest.mark.parametrize("name", ["drafts", "../x", "", "/etc"])
def test_only_the_name_of_a_folder_with_a_rubric_is_an_assignment(
    name: str, rubrics_dir: Path
) -> None:
    with pytest.raises(RubricNotFound, match="There is no rubric for the assignment"):
        find_rubric(name, rubrics_dir)


def test_a_folder_without_rubrics_is_named(tmp_path: Path) -> None:
    with pytest.raises(RubricNotFound) as caught:
        find_rubric("a", tmp_path / "nowhere")
    assert str(caught.value) == (
        f"There are no rubrics in {tmp_path / 'nowhere'}. Give a rubric's own path."
    )


_TOKENS = st.sampled_from(
    [
        *("0", "-1", "1e-6", ".nan", "-.inf", "null", "true", "[]", "{}", "[1]", "{a: 1}", "''"),
        *("[[a]]", "hidden", "gradient", "batchnorm_forward", "layers.f", "*inputs", "*none"),
        *("!t x", "&y z", "'", "9" * 120, "text: text", "\t", "é\u2028"),
    ]
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_mutated_rubric_loads_or_is_refused(
    data: st.DataObject, load_text: Load, valid_text: str
) -> None:
    lines = valid_text.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        key, colon, _value = lines[at].partition(":")
        change = data.draw(
            st.sampled_from(["drop", "copy", "value", "indent", "key", "cut", "move"])
        )
        if change == "drop" and len(lines) > 1:
            del lines[at]
        elif change == "copy":
            lines.insert(data.draw(st.integers(0, len(lines))), lines[at])
        elif change == "value":
            lines[at] = f"{key}{colon} {data.draw(_TOKENS)}"
        elif change == "indent":
            lines[at] = " " * data.draw(st.integers(0, 12)) + lines[at].lstrip()
        elif change == "key":
            lines[at] = lines[at].replace(key.strip(" -"), data.draw(_TOKENS), 1)
        elif change == "cut":
            lines[at] = lines[at][: data.draw(st.integers(0, len(lines[at])))]
        else:
            lines.insert(data.draw(st.integers(0, len(lines) - 1)), lines.pop(at))
    try:
        load_text("\n".join(lines))
    except RubricError as error:
        assert "rubric.yaml:" in str(error)  # noqa: PT017 - some mutations are harmless


@settings(max_examples=200, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_rubric_with_any_value_anywhere_loads_or_is_refused(
    data: st.DataObject, load_text: Load, valid_text: str
) -> None:
    """Mutates the data rather than the lines, so that every text is YAML."""
    import json

    from ruamel.yaml import YAML

    tree = YAML(typ="safe", pure=True).load(valid_text.replace(".inf", "1"))
    value: Any = data.draw(
        st.sampled_from(
            [None, True, 0, -1.5, "", "x", "visible", "first", [], {}, [{}], {"kind": 1}]
        )
    )
    node = tree
    for _ in range(data.draw(st.integers(1, 6))):
        steps = list(node) if isinstance(node, dict) else list(range(len(node)))
        step = data.draw(st.sampled_from(steps))
        parent, node = node, node[step]
        if not isinstance(node, dict | list) or not node:
            break
    parent[step] = value
    try:
        load_text(json.dumps(tree))
    except RubricError as error:
        assert "rubric.yaml:1 " in str(error)  # noqa: PT017 - some mutations are harmless
