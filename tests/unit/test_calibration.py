"""Which trainings the reference gets, and what is said of the thresholds it was held against."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from grader import calibration
from grader.calibration import Reached, TrainingRow, Trials, mistakes, training_rows
from grader.checks.credit_curve import CreditCurve
from grader.checks.training import TRAINING
from grader.checks.training_loops import LOOPS
from grader.checks.training_settings import Calibration, Setting, TrainingParams
from grader.errors import UsageError
from grader.machine import Machine
from grader.records import CheckResult, CheckSpec, Criterion, HandInRules, Outcome, Rubric

CURVE = CreditCurve(((0.3, 0.0), (0.5, 1.0)))
DATA = SimpleNamespace(classes=("a", "b", "c", "d"))
MACHINE = Machine(data={"synthetic": lambda: DATA})  # type: ignore[dict-item,return-value]


def setting(**more: Any) -> Setting:
    return replace(Setting("synthetic", 2, 9, CURVE, {}), **more)


def rubric_of(*settings: Setting) -> Rubric:
    params = TrainingParams(LOOPS["solver"], settings)
    plain = Criterion(
        "init", "Init", "nets.Net", Decimal(1), (CheckSpec("init/o", "output", None),)
    )
    trained = Criterion(
        "net",
        "Net",
        "nets.Net",
        Decimal(1),
        (CheckSpec("net/o", "output", None), CheckSpec("net/t", TRAINING, params)),
        needs=("init",),
    )
    again = replace(trained, id="next", checks=(CheckSpec("next/t", TRAINING, params),))
    return Rubric(1, "hw", "Homework", HandInRules(("hw",)), (plain, trained, again))


def row_of(found: Setting) -> TrainingRow:
    return next(training_rows(rubric_of(found)))


def said(found: Setting, reached: Reached) -> list[tuple[tuple[str, ...], str]]:
    return list(mistakes(row_of(found), reached))


def test_the_settings_come_in_order_with_their_paths() -> None:
    first, second = setting(), setting(epochs=3)
    rows = list(training_rows(rubric_of(first, second)))
    assert [(row.criterion.id, row.spec.id, row.setting) for row in rows] == [
        ("net", "net/t", first),
        ("net", "net/t", second),
        ("next", "next/t", first),
        ("next", "next/t", second),
    ]
    assert rows[1].path == ("criteria", 1, "checks", 1, "settings", 1)


def evidence(accuracy: float, **more: Any) -> dict[str, Any]:
    training = {"accuracy": accuracy, "training_wall_s": 2.5, "ended": "", "parameters": 70}
    return {
        "examples": [1000, 400],
        "device": "cpu",
        "why_cpu": "",
        "trainings": [{**training, **more}],
    }


Train = Callable[..., tuple[Reached, list[Any]]]


@pytest.fixture
def train(monkeypatch: pytest.MonkeyPatch) -> Train:
    """Trains in one setting, with results that were made up; returns what was asked as well."""

    def trained(
        found: Setting,
        *results: tuple[Outcome, str, Any],
        machine: Machine = MACHINE,
        points: Decimal = Decimal(1),
    ) -> tuple[Reached, list[Any]]:
        plans: list[Any] = []
        told: list[Any] = []

        @contextmanager
        def examine(plan: Any, service: Any, tell: Any) -> Iterator[Any]:
            assert service == "a service"
            tell(f"progress of {len(plans)}")
            outcome, message, raw = results[len(plans)]
            plans.append(plan)
            result = CheckResult("net/t", TRAINING, outcome, 0.0, message, evidence=raw)
            yield SimpleNamespace(examination=SimpleNamespace(judge=lambda planned: result))

        monkeypatch.setattr(calibration, "examine", examine)
        handin: Any = SimpleNamespace(digest="d", files={})
        service: Any = "a service"
        trials = Trials(rubric_of(found), handin, machine, len(results), service)
        row = row_of(found)
        row = replace(row, criterion=replace(row.criterion, points=points))
        reached = trials.train(row, told.append, told.append)
        assert len([one for one in told if isinstance(one, CheckResult)]) == len(plans)
        assert told[:1] == ["progress of 0"] * bool(plans)
        return reached, plans

    return trained


def judged(accuracy: float, **more: Any) -> tuple[Outcome, str, Any]:
    return Outcome.PARTIAL, "words", {"cases": [evidence(accuracy, **more)]}


def test_every_training_is_planned_alone_with_its_own_draws_and_no_step(train: Train) -> None:
    _, plans = train(setting(seeds=7), judged(0.5), judged(0.6))
    checks = [plan.checks for plan in plans]
    assert [len(each) for each in checks] == [1, 1]
    assert checks[0][0].seed != checks[1][0].seed
    for plan in plans:
        (planned,) = plan.checks
        (alone,) = planned.spec.params.settings
        assert alone == setting(curve=CreditCurve(((0.0, 0.0), (1.0, 1.0))), seeds=1)
        assert planned.spec.limits == setting().limits
        assert plan.rubric.criteria == (planned.criterion,)
        assert planned.criterion.needs == ()
        assert plan.machine.trains


def test_one_that_is_worth_nothing_is_trained_as_well(train: Train) -> None:
    _, plans = train(setting(), judged(0.5), points=Decimal(0))
    assert [planned.runs for plan in plans for planned in plan.checks] == [True]


def test_what_was_reached_is_gathered(train: Train) -> None:
    reached, _ = train(
        setting(), judged(0.5), judged(0.52, ended="its time was over"), judged(0.57)
    )
    assert reached == Reached(
        accuracies=(0.5, 0.52, 0.57),
        wall_s=(2.5, 2.5, 2.5),
        ended=("its time was over",),
        examples=400,
        guess=0.25,
        parameters=70,
        device="cpu",
    )
    assert reached.is_whole
    assert reached.calibration.mean == pytest.approx(0.53)
    assert reached.calibration.std == pytest.approx(0.0360555)
    assert reached.calibration.runs == 3


def test_examples_that_are_learned_by_heart_are_no_sample(train: Train) -> None:
    assert train(setting(on="train", classes=3), judged(0.5))[0].examples == 0
    assert train(setting(on="train", classes=3), judged(0.5))[0].guess == 1 / 3


def test_a_setting_that_this_machine_cannot_do_is_not_trained(train: Train) -> None:
    reached, plans = train(setting(data="cifar10"), judged(0.5))
    assert "`grader data add cifar10 PATH`" in reached.not_here
    assert plans == []
    assert not reached.is_whole


def test_what_turns_out_to_be_impossible_here_is_no_fault(train: Train) -> None:
    reached, _ = train(setting(), (Outcome.NOT_RUN_HERE, "There is no GPU.", {}), judged(0.5))
    assert (reached.not_here, reached.fault) == ("There is no GPU.", "")


def test_a_fault_of_the_reference_ends_its_trainings_and_is_a_mistake(train: Train) -> None:
    raised = (Outcome.ERRORED, "nets.Net raised ValueError.", {"cases": [{"case": ""}]})
    reached, plans = train(setting(), judged(0.5), raised, judged(0.5))
    assert len(plans) == 2
    assert not reached.is_whole
    assert said(setting(), reached) == [
        (
            (),
            "The reference failed in training 2 of 3: nets.Net raised ValueError. What a right "
            "solution cannot do, nobody may be asked for.",
        )
    ]


def test_a_reference_that_is_too_good_for_the_rubric_is_a_mistake(train: Train) -> None:
    doubted = (Outcome.UNJUDGED, "A person has to look at this.", evidence(0.99))
    reached, _ = train(setting(ceiling=0.9), doubted)
    assert reached.fault == (
        "The reference could not be judged in training 1 of 1: A person has to look at this."
    )


def test_criteria_are_chosen_by_their_ids() -> None:
    handin: Any = SimpleNamespace(digest="d", files={})
    service: Any = None
    trials = Trials(rubric_of(setting()), handin, MACHINE, 2, service)
    assert [row.spec.id for row in trials.rows(())] == ["net/t", "next/t"]
    assert [row.spec.id for row in trials.rows(("next",))] == ["next/t"]
    with pytest.raises(UsageError, match=r"'nxt' is not a criterion of hw\. Did you mean 'next'\?"):
        trials.rows(("nxt",))


def reached_of(*accuracies: float, examples: int = 10_000, guess: float = 0.1) -> Reached:
    return Reached(accuracies, (1.0,) * len(accuracies), examples=examples, guess=guess)


def test_a_threshold_that_a_right_solution_reaches_is_no_mistake() -> None:
    assert said(setting(), reached_of(0.6, 0.61, 0.62, 0.6, 0.61)) == []


def test_a_threshold_that_is_too_high_is_a_mistake_with_one_that_would_do() -> None:
    reached = reached_of(0.497, 0.494, 0.489, 0.498, 0.492)
    (only,) = said(setting(), reached)
    assert only == (
        ("curve",),
        # s = 0.00367, b = 2.50e-5, d = 0.00680, ν = 32: P(t < 0.883) = 0.81; 3.365 d = 0.0229
        "Full credit begins at 0.5, and a right solution misses it in 81 in 100 trainings; more "
        "than 1 in 1,000 is too many. The reference reached 0.494 on average over 5 trainings "
        "(0.489 to 0.498, standard deviation 0.004). A threshold of 0.47 would do.",
    )


def test_of_learning_by_heart_whole_checks_are_counted() -> None:
    (_, sentences) = said(setting(on="train"), reached_of(0.4, 0.41, 0.42, examples=0))[0]
    assert "in 98 in 100 checks, of up to 3 trainings each; more than 1 in 1,000" in sentences


def test_where_trainings_are_many_no_more_are_asked_for() -> None:
    reached = reached_of(*(0.48, 0.5) * 40)
    (_, sentences) = said(setting(), reached)[0]
    assert sentences.endswith("A threshold of 0.45 would do.")


def test_a_threshold_below_guessing_is_not_proposed() -> None:
    (_, sentences) = said(setting(), reached_of(0.2, 0.5, 0.3, 0.4))[0]
    assert sentences.endswith(
        "No threshold above guessing (0.100) would do: train longer, on more examples, or judge by "
        "more of them."
    )
    (_, sentences) = said(setting(), reached_of(0.4, 0.44))[0]
    assert sentences.endswith(
        "standard deviation 0.028). 2 trainings leave the deviation uncertain; --seeds 8 would "
        "tell more."
    )


def test_a_network_that_may_not_be_as_large_as_the_references_is_a_mistake() -> None:
    reached = replace(reached_of(*(0.7, 0.71) * 4), parameters=1_200)
    assert said(setting(parameters=1_200), reached) == []
    assert said(setting(parameters=1_199), reached) == [
        (
            ("parameters",),
            "The reference learns 1,200 numbers, and 1,199 are allowed. Allow as many as a right "
            "solution needs.",
        )
    ]


def test_trainings_that_are_alike_have_no_deviation_at_all() -> None:
    assert reached_of(0.9, 0.9, 0.9).calibration == Calibration(0.9, 0.0, 3)
