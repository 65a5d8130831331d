"""What is asked of a hand-in, and with which seeds."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from grader.checks.cases import parse_cases
from grader.checks.output import OutputParams
from grader.errors import UsageError
from grader.plan import has_file_for, make_plan
from grader.records import CheckSpec, Criterion, HandInRules, Rubric, Visibility


def criterion(name, *visibilities):
    checks = tuple(
        CheckSpec(f"{name}/{number}", "output", None, visibility=Visibility(each))
        for number, each in enumerate(visibilities)
    )
    return Criterion(name, name, f"layers.{name}", 1, checks)


RUBRIC = Rubric(
    1,
    "hw1",
    "Homework",
    HandInRules(("hw",)),
    (
        criterion("affine_forward", "visible", "hidden"),
        criterion("relu_forward", "after_due"),
        criterion("affine_backward", "visible"),
    ),
)
ALICE, BOB = SimpleNamespace(digest="sha256:aa"), SimpleNamespace(digest="sha256:bb")


def runs(plan):
    return [planned.spec.id for planned in plan.checks if planned.runs]


def seeds(*args, **kwargs):
    return [planned.seed for planned in make_plan(RUBRIC, *args, **kwargs).checks]


class TestWhatRuns:
    def test_grading_asks_everything_in_the_rubrics_order(self):
        plan = make_plan(RUBRIC, ALICE, "grade", b"s")
        assert runs(plan) == [
            "affine_forward/0",
            "affine_forward/1",
            "relu_forward/0",
            "affine_backward/0",
        ]
        assert (plan.rubric, plan.handin, plan.mode) == (RUBRIC, ALICE, "grade")

    def test_a_student_is_asked_what_is_visible_and_the_rest_is_planned_but_not_run(self):
        plan = make_plan(RUBRIC, ALICE, "check")
        assert runs(plan) == ["affine_forward/0", "affine_backward/0"]
        assert len(plan.checks) == 4

    def test_only_some_criteria_are_asked_when_named(self):
        plan = make_plan(RUBRIC, ALICE, "grade", b"s", only=["relu_forward", "affine_forward"])
        assert runs(plan) == ["affine_forward/0", "affine_forward/1", "relu_forward/0"]


def optional(subject, *visibilities):
    one = criterion("theory", *(visibilities or ["visible"]))
    return replace(RUBRIC, criteria=(replace(one, subject=subject, optional=True),))


def holding(*files):
    return SimpleNamespace(digest="sha256:cc", files=dict.fromkeys(files, b""))


class TestWhatMayBeLacking:
    def test_without_the_file_nothing_is_asked_and_a_person_marks_it(self):
        plan = make_plan(optional("answers.elu", "visible", "hidden"), holding("nn.py"), "grade")
        assert runs(plan) == []
        assert {planned.why_not for planned in plan.checks} == {
            "Not judged: the hand-in has no file for answers, which may be handed in in "
            "another form, so a person marks it. To have it judged here, add the file."
        }

    def test_with_the_file_all_is_asked_whatever_it_holds(self):
        plan = make_plan(optional("answers.elu"), holding("nn.py", "answers.py"), "grade")
        assert [planned.why_not for planned in plan.checks] == [""]
        assert runs(plan) == ["theory/0"]

    def test_what_is_not_asked_anyway_gets_no_reason(self):
        plan = make_plan(optional("answers.elu", "hidden"), holding("nn.py"), "check")
        assert [planned.why_not for planned in plan.checks] == [""]
        assert runs(plan) == []

    def test_what_is_not_optional_is_asked_without_its_file(self):
        rubric = optional("answers.elu")
        rubric = replace(rubric, criteria=(replace(rubric.criteria[0], optional=False),))
        assert runs(make_plan(rubric, holding("nn.py"), "grade")) == ["theory/0"]

    @pytest.mark.parametrize(
        ("subject", "file"),
        [
            ("answers.elu", "answers.py"),
            ("answers.Theory.elu", "answers.py"),
            ("answers", "answers.py"),
            ("answers.elu", "answers/__init__.py"),
            ("answers.elu", "answers/elu.py"),
            ("parts.answers.elu", "parts/answers.py"),
        ],
    )
    def test_the_file_is_found_by_the_subject_s_path(self, subject, file):
        assert has_file_for(subject, [file, "other.py"])

    @pytest.mark.parametrize(
        "files", [[], ["__init__.py"], ["elu.py"], ["parts/__init__.py"], ["parts/others.py"]]
    )
    def test_other_files_are_not_taken_for_it(self, files):
        assert not has_file_for("parts.answers.elu", files)


class TestUnknownCriteria:
    def test_a_misspelt_criterion_is_told_with_the_closest(self):
        with pytest.raises(UsageError) as caught:
            make_plan(RUBRIC, ALICE, "check", only=["afine_forward"])
        assert str(caught.value) == (
            "'afine_forward' is not a criterion of hw1. Did you mean 'affine_forward'? "
            "`grader rubric show hw1` lists them all."
        )

    def test_without_a_close_one_no_guess_is_made(self):
        with pytest.raises(UsageError) as caught:
            make_plan(RUBRIC, ALICE, "check", only=["relu_forward", "xyz"])
        assert str(caught.value) == (
            "'xyz' is not a criterion of hw1. `grader rubric show hw1` lists them all."
        )


class TestSeeds:
    def test_every_check_has_its_own_seed_of_64_bits(self):
        found = seeds(ALICE, "grade", b"secret")
        assert len(set(found)) == 4
        assert all(0 <= seed < 1 << 64 for seed in found)
        assert max(found) > 1 << 56

    def test_practice_draws_the_same_for_everybody(self):
        assert seeds(ALICE, "check") == seeds(BOB, "check", b"secret")

    def test_the_same_hand_in_always_gets_the_same_draws(self):
        assert seeds(ALICE, "grade", b"secret") == seeds(ALICE, "grade", b"secret")

    def test_another_hand_in_or_secret_gets_other_draws(self):
        base = set(seeds(ALICE, "grade", b"secret"))
        for others in (
            seeds(BOB, "grade", b"secret"),
            seeds(ALICE, "grade", b"Secret"),
            seeds(ALICE, "grade"),
            seeds(ALICE, "check"),
        ):
            assert base.isdisjoint(others)

    def test_the_seeds_are_these(self):
        # Written out, because a change would give every hand-in other draws.
        assert seeds(ALICE, "check")[0] == 16402557296013449404
        assert seeds(ALICE, "grade", b"secret")[0] == 9119711527706292548

    def test_naming_some_criteria_does_not_change_their_draws(self):
        assert seeds(ALICE, "grade", b"s", only=["relu_forward"]) == seeds(ALICE, "grade", b"s")


class TestLibraries:
    """A check whose convention drives PyTorch needs workers that have it."""

    @pytest.fixture
    def mixed(self):
        checks = [
            CheckSpec(
                f"c/{name}", "output", OutputParams(parse_cases({"convention": name}), (), {})
            )
            for name in ("functions_with_cache", "torch_module")
        ]
        return replace(RUBRIC, criteria=(replace(RUBRIC.criteria[0], checks=tuple(checks)),))

    def test_each_check_says_what_it_needs(self, mixed):
        plan = make_plan(mixed, ALICE, "grade")
        assert [planned.library for planned in plan.checks] == ["", "torch"]
        assert all(planned.runs for planned in plan.checks)

    def test_without_it_only_the_others_run_and_the_reason_is_said(self, mixed):
        first, second = make_plan(mixed, ALICE, "grade", missing=["torch"]).checks
        assert (first.runs, first.why_not) == (True, "")
        assert not second.runs
        assert second.why_not == (
            "Not judged: this needs torch, which is not installed here. Install it beside the "
            "grader, as in `pip install 'grader[torch]'`."
        )
