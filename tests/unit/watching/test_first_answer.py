"""What is told of the first criterion that a save affects, and when."""

import pytest

from grader.cli.progress import Silence
from grader.records import (
    CheckResult,
    CheckSpec,
    Criterion,
    HandInRules,
    Outcome,
    Rubric,
    Visibility,
)
from grader.watching.first_answer import FirstAnswer


def criterion(name, *visible, kind="output"):
    specs = [
        CheckSpec(f"{name}/{number}", kind, None, visibility=each)
        for number, each in enumerate(visible or (Visibility.VISIBLE,))
    ]
    return Criterion(name, name, f"layers.{name}", 1, tuple(specs))


FILES = criterion("names", kind="files")
F, G = criterion("f", Visibility.VISIBLE, Visibility.HIDDEN, Visibility.VISIBLE), criterion("g")


class Heard(Silence):
    def __init__(self):
        self.ids = []

    def finished(self, result):
        self.ids.append(result.id)


@pytest.fixture
def run():
    """Finishes every check of some criteria; returns what was told, after how many results."""

    def finish(*criteria, kept=(), edited=(), outcomes=None):
        told, heard = [], Heard()
        observer = FirstAnswer(
            heard,
            Rubric(1, "hw", "", HandInRules(("hw",)), criteria, {}),
            kept,
            {*edited},
            lambda name, results: told.append(
                (name, [each.id for each in results], len(heard.ids))
            ),
        )
        specs = [spec for one in criteria for spec in one.checks]
        for spec in specs:
            usual = (
                Outcome.PASSED if spec.visibility is Visibility.VISIBLE else Outcome.NOT_RUN_HERE
            )
            outcome = (outcomes or {}).get(spec.id, usual)
            observer.finished(CheckResult(spec.id, spec.kind, outcome, 0.0))
        assert heard.ids == [spec.id for spec in specs]
        return told

    return finish


def test_the_first_criterion_is_told_once_all_its_visible_checks_are_judged(run):
    assert run(F, G) == [("f", ["f/0", "f/2"], 3)]


def test_what_stands_and_what_only_reads_files_is_passed_over(run):
    assert run(FILES, F, G, criterion("h"), kept=("f/0", "f/2")) == [("g", ["g/0"], 5)]


def test_a_criterion_part_of_which_stands_is_told_by_the_rest(run):
    assert run(F, G, kept=("f/0",)) == [("f", ["f/2"], 3)]


def test_the_one_whose_own_subject_was_edited_goes_before_others(run):
    assert run(F, G, criterion("h"), edited=("g", "x")) == [("g", ["g/0"], 4)]
    assert run(F, G, criterion("h"), edited=("x",)) == [("f", ["f/0", "f/2"], 3)]


@pytest.mark.parametrize("kept", [("g/0",), ("f/0", "f/2")])
def test_where_no_other_follows_nothing_is_told_ahead(run, kept):
    assert run(F, G, kept=kept) == []


def test_what_is_not_run_here_is_no_answer(run):
    outcomes = {"f/0": Outcome.NOT_RUN_HERE, "f/2": Outcome.NOT_RUN_HERE}
    assert run(F, G, criterion("h"), outcomes=outcomes) == [("g", ["g/0"], 4)]
