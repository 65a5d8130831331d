"""What is asked of a hand-in, and with which seeds."""

from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType, SimpleNamespace

import pytest

from grader.checks.cases import parse_cases
from grader.checks.output import OutputParams
from grader.checks.training_settings import GRACE, GRACE_S, parse
from grader.errors import UsageError
from grader.machine import NOTHING, Machine
from grader.plan import has_file_for, make_plan
from grader.records import (
    CheckResult,
    CheckSpec,
    Criterion,
    HandInRules,
    Limits,
    Outcome,
    Rubric,
    Visibility,
)


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


class TestTraining:
    """Whether a training runs here is known before any process starts."""

    SETTING = MappingProxyType(
        {"data": "synthetic", "epochs": 2, "wall_s": 40, "curve": [[0.5, 0], [0.6, 1]]}
    )
    MACHINE = Machine(trains=True, threads=2, data={"synthetic": lambda: None})
    UNASKED = (
        "Not trained: training takes up to minutes, so it runs only when asked for. Give "
        "--training, or name one with --only."
    )

    def rubric(self, *settings, loop="torch_classifier", visibility="visible", points=1):
        several = [{**self.SETTING, **each} for each in settings or ({},)]
        params = parse({"loop": loop, "settings": several})
        spec = CheckSpec(
            "mlp/training", "training", params, visibility=Visibility(visibility), limits=Limits(1)
        )
        mlp = Criterion("mlp", "MLP", "mlp.MLP", Decimal(points), (spec,))
        return replace(RUBRIC, criteria=(RUBRIC.criteria[0], mlp))

    def planned(self, *settings, machine=MACHINE, mode="grade", only=(), missing=(), **keys):
        rubric = self.rubric(*settings, **keys)
        plan = make_plan(rubric, ALICE, mode, b"s", only, missing, machine)
        return plan.checks[-1]

    def test_the_worker_gets_the_limits_of_the_setting_that_is_used(self):
        planned = self.planned({"device": "cuda", "wall_s": 10}, {"memory_mib": 3000})
        assert (planned.runs, planned.why_not, planned.library) == (True, "", "torch")
        assert planned.spec.limits == Limits(GRACE * 40 + GRACE_S, 3000)

    @pytest.mark.parametrize(
        ("gpu", "cpu"),
        [
            ({"wall_s": 10, "memory_mib": 9000}, {"wall_s": 40, "memory_mib": 3000}),
            ({"wall_s": 40, "memory_mib": 3000}, {"wall_s": 10, "memory_mib": 9000}),
        ],
    )
    def test_where_there_is_a_gpu_the_limits_do_for_the_processor_too(self, gpu, cpu):
        # Whether the worker can use the GPU is known only when it has started.
        machine = replace(self.MACHINE, device="cuda:1")
        settings = {"device": "cuda", **gpu}, {"device": "cpu", **cpu}
        planned = self.planned(*settings, machine=machine)
        assert planned.spec.limits == Limits(GRACE * 40 + GRACE_S, 9000)
        without = self.planned(*settings)
        assert without.spec.limits == Limits(GRACE * cpu["wall_s"] + GRACE_S, cpu["memory_mib"])

    def test_a_setting_whose_data_are_not_there_sets_no_limits(self):
        planned = self.planned({"data": "cifar10", "wall_s": 900, "memory_mib": 9000}, {})
        assert planned.spec.limits == Limits(GRACE * 40 + GRACE_S, 6144)

    def test_the_plan_says_what_there_is_to_train_with(self):
        plan = make_plan(self.rubric(), ALICE, "grade", machine=self.MACHINE)
        assert plan.machine == self.MACHINE
        assert make_plan(RUBRIC, ALICE, "grade").machine == NOTHING

    def test_what_was_not_asked_for_does_not_run_and_says_so(self):
        machine = replace(self.MACHINE, trains=False)
        planned = self.planned(machine=machine, mode="check")
        assert (planned.runs, planned.why_not) == (False, self.UNASKED)
        assert planned.spec.limits == Limits(1)

    def test_a_criterion_that_is_named_is_trained(self):
        machine = replace(self.MACHINE, trains=False)
        planned = self.planned(machine=machine, mode="check", only=["mlp"])
        assert (planned.runs, planned.why_not) == (True, "")

    def test_one_that_is_not_named_gets_no_reason(self):
        planned = self.planned(only=["affine_forward"])
        assert (planned.runs, planned.why_not) == (False, "")

    def test_a_hidden_one_gets_no_reason_at_the_student_s(self):
        machine = replace(self.MACHINE, trains=False)
        planned = self.planned(machine=machine, mode="check", visibility="hidden")
        assert (planned.runs, planned.why_not) == (False, "")

    def test_what_the_machine_lacks_is_said(self):
        planned = self.planned({"data": "cifar10"})
        assert not planned.runs
        assert planned.why_not == (
            "Not trained: this needs the data set cifar10 (`grader data add cifar10 PATH`)."
        )
        assert self.planned({"device": "cuda"}).why_not == "Not trained: this needs a GPU."

    def test_a_library_that_is_lacking_is_said_first(self):
        planned = self.planned({"data": "cifar10"}, missing=["torch"])
        assert not planned.runs
        assert planned.why_not.startswith("Not judged: this needs torch, which is not installed")

    def test_its_seed_does_not_depend_on_where_it_runs(self):
        gpu = replace(self.MACHINE, device="cuda")
        assert self.planned().seed == self.planned(machine=gpu).seed

    def test_one_without_points_runs_only_when_it_is_named(self):
        planned = self.planned(points=0)
        assert (planned.runs, planned.why_not) == (
            False,
            "Not trained: this takes a while and is worth no points, so it runs only when it is "
            "named. Give --only.",
        )
        assert self.planned(points=0, only=["mlp"]).runs


class TestWhatStands:
    KEPT = CheckResult("affine_forward/0", "output", Outcome.PASSED, 1.0)
    HIDDEN = CheckResult("affine_forward/1", "output", Outcome.PASSED, 1.0)

    def test_a_check_with_a_result_of_an_earlier_run_keeps_it(self):
        plan = make_plan(RUBRIC, ALICE, "grade", b"s").keeping({self.KEPT.id: self.KEPT})
        assert [planned.kept for planned in plan.checks] == [self.KEPT, None, None, None]

    def test_what_is_not_asked_here_has_no_result_of_its_own(self):
        kept = {self.KEPT.id: self.KEPT, self.HIDDEN.id: self.HIDDEN}
        plan = make_plan(RUBRIC, ALICE, "check").keeping(kept)
        assert [planned.kept for planned in plan.checks] == [self.KEPT, None, None, None]
