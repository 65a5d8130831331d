"""Findings become one result: the worst counts, the first is told, advice costs nothing."""

import math

import numpy as np
import pytest

from grader.checks import CHECK_KINDS
from grader.checks.question import Question
from grader.checks.verdict import Finding, fault_finding, finite, result
from grader.records import CheckSpec, Outcome
from grader.worker.program import Fault, FaultKind

QUESTION = Question(CheckSpec("c/k", "output", None, hint="The rubric's."), "f", 7, None, None)
GOOD = Finding("a", Outcome.PASSED, 1.0)


def bad(case="b", outcome=Outcome.FAILED, **more):
    return Finding(case, outcome, **{"message": "It is wrong.", **more})


class TestResults:
    def test_all_good_is_passed(self):
        found = result(QUESTION, [GOOD, GOOD])
        assert (found.id, found.kind) == ("c/k", "output")
        assert (found.outcome, found.credit, found.message, found.hint) == (
            *(Outcome.PASSED, 1.0, "", ""),
        )

    def test_the_worst_case_gives_the_credit_and_the_first_the_message(self):
        found = result(QUESTION, [bad("b", credit=0.5), bad("c", message="Worse", credit=0.25)])
        assert (found.outcome, found.credit) == (Outcome.PARTIAL, 0.25)
        assert found.message == "It is wrong (b). 2 of 2 cases fail; this is the first."

    @pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.ERRORED, Outcome.SKIPPED])
    def test_without_credit_the_outcome_is_that_of_the_first(self, outcome):
        assert result(QUESTION, [GOOD, bad(outcome=outcome)]).outcome is outcome

    @pytest.mark.parametrize(
        ("message", "said"),
        [
            ("Why?", "Why (b)?"),
            ("No!", "No (b)!"),
            ("no end", "no end (b)."),
            ("End. ", "End (b)."),
        ],
    )
    def test_the_case_stands_before_the_full_stop(self, message, said):
        assert result(QUESTION, [bad(message=message)]).message == said

    def test_a_single_case_is_not_named(self):
        assert result(QUESTION, [bad("")]).message == "It is wrong."

    def test_the_findings_hint_goes_before_the_rubrics(self):
        assert result(QUESTION, [bad(hint="Its own.")]).hint == "Its own."
        assert result(QUESTION, [bad()]).hint == "The rubric's."

    def test_the_rubrics_hint_is_given_only_where_values_were_compared(self):
        assert result(QUESTION, [bad(compared=False)]).hint == ""
        assert result(QUESTION, [bad(compared=False, hint="Its own.")]).hint == "Its own."
        # The first failing case is the one that is told, so its hint is the one that is given.
        assert result(QUESTION, [bad(), bad("c", compared=False)]).hint == "The rubric's."
        assert result(QUESTION, [bad(compared=False), bad("c")]).hint == ""

    def test_a_case_beyond_the_text_is_silent_where_a_counted_one_said_the_same(self):
        beyond = bad("odd", beyond_text=True)
        assert result(QUESTION, [bad(), beyond]).advice == ()
        other = bad("odd", beyond_text=True, message="It is odd.")
        assert result(QUESTION, [bad(), other]).advice == (
            "Beyond the text, no points: It is odd (odd).",
        )

    def test_cases_beyond_the_text_are_advice_and_equal_advice_is_given_once(self):
        beyond = bad("odd", beyond_text=True, advice=("Copy.",))
        found = result(QUESTION, [Finding("a", Outcome.PASSED, 1.0, advice=("Copy.",)), beyond])
        assert (found.outcome, found.credit) == (Outcome.PASSED, 1.0)
        assert found.advice == ("Copy.", "Beyond the text, no points: It is wrong (odd).")

    def test_a_check_with_cases_beyond_the_text_alone_costs_nothing(self):
        found = result(QUESTION, [bad(beyond_text=True)])
        assert (found.outcome, found.credit) == (Outcome.PASSED, 1.0)


class TestFaults:
    @pytest.mark.parametrize(
        ("kind", "outcome", "message"),
        [
            (FaultKind.RAISED, Outcome.ERRORED, "layers.f raised KeyError."),
            (FaultKind.MALFORMED, Outcome.FAILED, "raised KeyError."),
        ],
    )
    def test_what_raised_is_named_and_the_rest_speaks_for_itself(self, kind, outcome, message):
        found = fault_finding("layers.f", Fault(kind, "raised KeyError.", "Hint."), "a", True)
        assert (found.outcome, found.message, found.hint) == (outcome, message, "Hint.")
        assert (found.case, found.beyond_text, found.credit) == ("a", True, 0.0)
        assert not found.compared

    def test_a_name_that_is_missing_is_missing_in_every_case(self):
        fault = Fault(FaultKind.MISSING, "layers.py defines no `f`.", "Did you mean 'g'?")
        found = fault_finding("layers.f", fault, "a", False)
        assert (found.case, found.outcome) == ("", Outcome.FAILED)
        assert (found.message, found.hint) == (fault.message, fault.hint)
        both = result(QUESTION, [found, found])
        assert both.message == "layers.py defines no `f`."


class TestEvidence:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (0.123456789, 0.123457),
            (math.nan, "nan"),
            (math.inf, "inf"),
            (-math.inf, "-inf"),
            (np.float64(0.5), 0.5),
            (3, 3),
            ("a", "a"),
            ({"a": [1.0, (math.inf,)]}, {"a": [1.0, ["inf"]]}),
        ],
    )
    def test_measurements_are_fit_for_json(self, value, expected):
        assert finite(value) == expected

    def test_every_case_leaves_its_evidence(self):
        found = result(QUESTION, [GOOD, bad(evidence={"error": math.inf})])
        assert found.evidence == {
            "cases": [
                {"case": "a", "outcome": "passed", "credit": 1.0},
                {"case": "b", "outcome": "failed", "credit": 0.0, "error": "inf"},
            ]
        }


class TestQuestions:
    def test_each_stream_has_numbers_of_its_own_and_always_the_same(self):
        draws = {
            stream: QUESTION.rng(*stream).random() for stream in [(0,), (1,), (0, 1), (0, 2, 1)]
        }
        assert len(set(draws.values())) == 4
        assert QUESTION.rng(0, 1).random() == draws[0, 1]


def test_every_kind_describes_its_keys_and_requires_only_what_it_has():
    assert list(CHECK_KINDS) == [
        *("output", "gradient", "statistics", "structure", "autograd_function"),
        *("function_module", "open_network", "open_classifier", "training"),
        *("notebook", "files", "answer", "manual", "withheld"),
    ]
    for name, kind in CHECK_KINDS.items():
        assert kind.name == name
        assert kind.summary
        assert set(kind.required) <= set(kind.properties)
        assert all("description" in schema for schema in kind.properties.values())
