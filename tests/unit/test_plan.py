"""What is asked of a hand-in, and with which seeds."""

from types import SimpleNamespace

import pytest

from grader.errors import UsageError
from grader.plan import make_plan
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
