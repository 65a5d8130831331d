"""Kind `structure`: names and shapes of parameters, and libraries that are banned."""

import numpy as np
import pytest

from grader.checks import CHECK_KINDS
from grader.errors import ReferenceFault
from grader.records import Outcome
from grader.worker.host import SourceFacts

PARAMETERS = {
    "parameters": True,
    "convention": "network_with_loss",
    "options": {"ask": "params", "construct": {"input_dim": 3, "classes": 4}},
}


def net(**params):
    class Net:
        def __init__(self, input_dim, classes):
            self.params = params

    return Net


W1, b1 = np.zeros((3, 4)), np.zeros(4)


class TestParameters:
    def test_the_course_itself_passes(self, ask):
        assert ask("structure", "Net", PARAMETERS).outcome is Outcome.PASSED

    def test_further_parameters_are_advice(self, ask):
        result = ask("structure", "Net", PARAMETERS, Net=net(W1=W1, b1=b1, W2=W1, gamma=b1))
        assert result.outcome is Outcome.PASSED
        assert result.advice == ("Net has further parameters: 'W2', 'gamma'.",)

    @pytest.mark.parametrize("b", [b1[None], b1[:, None]])
    def test_a_vector_with_an_axis_of_length_one_is_accepted_with_advice(self, ask, b):
        result = ask("structure", "Net", PARAMETERS, Net=net(W1=W1, b1=b))
        assert (result.outcome, result.credit) == (Outcome.PASSED, 1.0)
        assert result.advice == (
            f"params['b1'] has shape {b.shape} where (4,) is documented; accepted.",
        )

    @pytest.mark.parametrize(
        ("params", "said"),
        [
            ({"W1": W1}, "params has no 'b1'"),
            ({"w1": W1, "b1": b1}, "params has no 'W1'"),
            ({"W1": W1.T, "b1": b1}, "params['W1'] has shape (4, 3), not (3, 4)"),
            ({"W1": W1[None], "b1": b1}, "params['W1'] has shape (1, 3, 4), not (3, 4)"),
            ({"W1": W1, "b1": b1[:3]}, "params['b1'] has shape (3,), not (4,)"),
            ({"W1": W1, "b1": np.zeros((2, 2))}, "params['b1'] has shape (2, 2), not (4,)"),
            ({"W1": None, "b1": b1}, "params['W1'] is None"),
            ({"W1": [[0.0] * 4] * 3, "b1": b1}, "params['W1'] is a list of 3"),
            ({}, "params has no 'W1'; params has no 'b1'"),
        ],
    )
    def test_a_wrong_parameter_fails_and_is_told(self, ask, params, said):
        result = ask("structure", "Net", PARAMETERS, Net=net(**params))
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert result.message == f"Net has wrong parameters after construction: {said}."
        assert result.hint == "The docstring names every parameter and its shape."

    def test_a_parameter_of_python_objects_is_told_as_such(self, ask):
        result = ask("structure", "Net", PARAMETERS, Net=net(W1=W1, b1=b1.astype(object)))
        assert "params['b1'] is an array of Python objects with shape (4,)." in result.message

    def test_many_problems_are_counted(self, ask):
        reference = {"Net": net(**{f"W{n}": W1 for n in range(5)})}
        result = ask("structure", "Net", PARAMETERS, reference=reference, Net=net())
        assert result.message.endswith("params has no 'W2'; and 2 more.")

    @pytest.mark.parametrize(
        ("params", "said"),
        [
            ({"b1": np.zeros(6), "gamma1": np.ones(6)}, ""),  # a width that is charged elsewhere
            ({"gamma1": np.ones(4)}, ""),
            (
                {"b1": np.zeros(6), "gamma1": np.ones(4)},
                "params['gamma1'] has shape (4,), not (6,)",
            ),
            ({"b1": np.zeros(6)}, "params has no 'gamma1'"),
            ({"b1": 0.5, "gamma1": 0.5}, "params['gamma1'] has shape (), not (4,)"),
            ({"gamma1": np.ones(6)}, "params['gamma1'] has shape (6,), not (4,)"),
        ],
    )
    def test_a_vector_may_have_to_be_as_long_as_another_of_the_student_s(self, ask, params, said):
        data = {**PARAMETERS, "as_long_as": {"gamma1": "b1"}}
        reference = {"Net": net(W1=W1, b1=b1, gamma1=np.ones(4))}
        result = ask("structure", "Net", data, reference=reference, Net=net(**params))
        assert (result.outcome is Outcome.PASSED) is (not said)
        assert said in result.message

    def test_a_constructor_that_raises_is_told(self, ask):
        result = ask("structure", "Net", PARAMETERS, Net=lambda **_: 1 / 0)
        assert (result.outcome, result.message) == (
            Outcome.ERRORED,
            "Net raised ZeroDivisionError: 'division by zero'.",
        )

    def test_parameters_that_are_no_dictionary_are_told(self, ask):
        class Net:
            def __init__(self, input_dim, classes):
                self.params = [W1, b1]

        result = ask("structure", "Net", PARAMETERS, Net=Net)
        assert result.message == (
            "Net.params is not a dictionary; expected one from parameter names to arrays."
        )

    def test_a_reference_that_raises_is_our_fault(self, ask):
        with pytest.raises(ReferenceFault, match="the reference itself failed: Net raised Zero"):
            ask("structure", "Net", PARAMETERS, reference={"Net": lambda **_: 1 / 0})

    def test_one_case_may_fail_and_is_named(self, ask, course):
        cases = [{"name": "a"}, {"name": "b", "options": {"construct": {"input_dim": 5}}}]
        fixed = net(W1=W1, b1=b1)
        result = ask("structure", "Net", {**PARAMETERS, "cases": cases},
                     Net=lambda input_dim=3, classes=4: fixed(3, 4))  # fmt: skip
        assert "has shape (3, 4), not (5, 4) (b)." in result.message


def facts(*imports, origin="handin"):
    return SourceFacts("layers", origin, None, imports, {})


class TestBans:
    DATA = {"bans": ["torch", "jax"]}  # noqa: RUF012  # read only

    def test_sources_without_the_libraries_pass(self, ask):
        found = {
            "layers.py": facts(("numpy", 1), ("torchvision", 2)),
            "solver.py": facts(("torch", 1), origin="provided"),
        }
        assert ask("structure", "layers", self.DATA, facts=found).outcome is Outcome.PASSED

    def test_every_banned_import_is_told_with_its_place(self, ask):
        found = {"layers.py": facts(("numpy", 1), ("torch", 4)), "a\x1b.py": facts(("jax", 2))}
        result = ask("structure", "layers", self.DATA, facts=found)
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert result.message == (
            "The assignment bans torch, jax: layers.py, line 4, imports torch; "
            "'a\\x1b.py', line 2, imports jax."
        )
        assert result.hint == "Write the layer with NumPy and remove the import."

    def test_bans_and_parameters_are_asked_together(self, ask):
        data = {**PARAMETERS, **self.DATA}
        assert ask("structure", "Net", data).outcome is Outcome.PASSED
        result = ask("structure", "Net", data, facts={"layers.py": facts(("jax", 1))}, Net=net())
        assert (result.outcome, result.message) == (
            Outcome.FAILED,
            "The assignment bans torch, jax: layers.py, line 1, imports jax.",
        )
        assert [case["outcome"] for case in result.evidence["cases"]] == ["failed", "failed"]


def test_lengths_without_parameters_are_refused():
    data = {"bans": ["torch"], "as_long_as": {"gamma1": "b1"}}
    with pytest.raises(ValueError, match=r"Add parameters: true\."):
        CHECK_KINDS["structure"].parse(data)


def test_a_check_that_asks_nothing_is_refused():
    with pytest.raises(ValueError, match="Nothing is asked") as caught:
        CHECK_KINDS["structure"].parse({"parameters": False})
    assert str(caught.value) == "Nothing is asked. Add parameters: true, or a list of bans."
