"""Kind `output`: right values pass, and everything else fails with a sentence that says why."""

import numpy as np
import pytest

from grader.checks import CHECK_KINDS
from grader.errors import ReferenceFault
from grader.records import Outcome


def off_by(amount, at=(1, 2)):
    def affine_forward(x, w, b):
        out = x.reshape(len(x), -1) @ w + b
        out[at] += amount
        return out, None

    return affine_forward


def returning(value):
    return lambda x, w, b: (value, None)


class TestRightAnswers:
    def test_the_course_itself_passes(self, ask, affine):
        result = ask("output", "affine_forward", affine)
        assert (result.outcome, result.credit, result.message) == (Outcome.PASSED, 1.0, "")
        (case,) = result.evidence["cases"]
        assert case == {
            "case": "",
            "outcome": "passed",
            "credit": 1.0,
            "relative_error": {},
            "of_allowed": {"out": 0.0},
            "tolerance": {"rtol": 1e-8, "atol": 1e-9},
        }

    def test_another_order_of_summation_passes(self, ask, affine):
        def affine_forward(x, w, b):
            return np.einsum("nd,dm->nm", x.reshape(len(x), -1)[:, ::-1], w[::-1]) + b, None

        for seed in range(50):
            assert ask("output", "affine_forward", affine, seed=seed,
                       affine_forward=affine_forward).outcome is Outcome.PASSED  # fmt: skip

    def test_a_list_in_place_of_the_tuple_passes(self, ask, affine, course):
        def affine_forward(*args):
            return list(course["affine_forward"](*args))

        assert ask("output", "affine_forward", affine, affine_forward=affine_forward).credit == 1


class TestWrongAnswers:
    def test_one_element_off_by_a_millionth_fails(self, ask, affine):
        result = ask("output", "affine_forward", affine, affine_forward=off_by(1e-6))
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert result.message.startswith(
            "affine_forward gave a wrong value. out: 1 of 20 elements differ (5 %); "
            "largest difference 1e-06 at index (1, 2) (got "
        )
        assert 0 < result.evidence["cases"][0]["relative_error"]["out"] < 1e-5

    @pytest.mark.parametrize(
        ("value", "said"),
        [
            (None, "out is None; expected an array of shape (4, 5)"),
            ([[1.0] * 5] * 4, "out is a list of 4; expected an array of shape (4, 5)"),
            ((), "out is a tuple of 0; expected an array of shape (4, 5)"),
            (np.zeros((5, 4)), "out has shape (5, 4); expected (4, 5)"),
            (np.zeros(20), "out has shape (20,); expected (4, 5)"),
            (np.zeros((4, 5, 1)), "out has shape (4, 5, 1); expected (4, 5)"),
            (3.5, "out has shape (); expected (4, 5)"),
            (np.full((4, 5), np.nan), "out: 20 of 20 elements are NaN or infinite, the first at"),
            (np.full((4, 5), np.inf), "out: 20 of 20 elements are NaN or infinite, the first at"),
            (
                np.zeros((4, 5), complex),
                "out is an array of shape (4, 5) and dtype complex128; expected real numbers of "
                "shape (4, 5)",
            ),
            (
                np.full((4, 5), None),
                "out is an array of Python objects with shape (4, 5); expected",
            ),
            (
                np.full((4, 5), "a"),
                "out is an array of dtype <U1 with 2 axes; expected an array of",
            ),
            (object(), "out is a value of type object; expected an array of shape (4, 5)"),
            ("text", "out is a value of type str; expected an array of shape (4, 5)"),
            ({"a": 1}, "out is a value of type dict; expected an array of shape (4, 5)"),
        ],
    )
    def test_a_value_that_is_no_such_array_fails_with_what_it_is(self, ask, affine, value, said):
        result = ask("output", "affine_forward", affine, affine_forward=returning(value))
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        verdict = "is not filled in yet" if value is None else "gave a wrong value"
        assert result.message.startswith(f"affine_forward {verdict}. {said}")

    @pytest.mark.parametrize(
        ("value", "hint"),
        [
            (None, "Compute it in the part marked for your code, and return it."),
            ([1.0], "Turn it into an array with `np.array(out)`."),
            (1j * np.ones((4, 5)), "Gradients and outputs are real numbers. Look for where"),
            (np.full((4, 5), None), "Give it a number type, such as float64; look where it is"),
        ],
    )
    def test_some_mistakes_come_with_a_hint(self, ask, affine, value, hint):
        result = ask("output", "affine_forward", affine, affine_forward=returning(value))
        assert result.hint.startswith(hint)

    def test_the_rubrics_hint_is_given_where_there_is_no_better_one(self, ask, affine):
        wrong = ask("output", "affine_forward", affine, hint="Add b.", affine_forward=off_by(1))
        right = ask("output", "affine_forward", affine, hint="Add b.")
        assert (wrong.hint, right.hint) == ("Add b.", "")

    def test_the_rubrics_hint_is_kept_back_where_no_value_was_compared(self, ask, affine):
        for function in (lambda x, w, b: 1 / 0, lambda x, w, b: x):
            result = ask("output", "affine_forward", affine, hint="Add b.", affine_forward=function)
            assert result.outcome in (Outcome.ERRORED, Outcome.FAILED)
            assert "Add b." not in result.hint

    def test_what_it_raises_is_told_with_its_name(self, ask, affine):
        def affine_forward(x, w, b):
            raise NotImplementedError

        result = ask("output", "affine_forward", affine, affine_forward=affine_forward)
        assert (result.outcome, result.credit) == (Outcome.ERRORED, 0.0)
        assert result.message == "affine_forward raised NotImplementedError."
        assert result.hint == "Replace the `raise NotImplementedError` by your code."

    def test_a_missing_function_is_told(self, ask, affine):
        result = ask("output", "affine_fwd", affine, reference={"affine_fwd": off_by(0)})
        assert (result.outcome, result.message) == (
            Outcome.FAILED,
            "the hand-in has no `affine_fwd`.",
        )

    def test_a_changed_input_is_advice_and_no_mistake(self, ask, affine):
        def affine_forward(x, w, b):
            out = x.reshape(len(x), -1) @ w + b
            x *= 2
            b[0] = np.nan
            return out, None

        result = ask("output", "affine_forward", affine, affine_forward=affine_forward)
        assert result.outcome is Outcome.PASSED
        assert result.advice == (
            "affine_forward changed its input x and b in place, which its caller may still need; "
            "work on a copy.",
        )

    def test_the_array_that_is_compared_with_cannot_be_reached_through_the_input(self, ask):
        # The identity on a drawn input, handed back changed: the grader keeps its own copy.
        def identity(x):
            x += 1
            return x, None

        data = {"inputs": {"x": {"normal": {"shape": [3]}}}}
        reference = {"identity": lambda x: (x, None)}
        assert ask("output", "identity", data, reference=reference, identity=identity).credit == 0


class TestCases:
    CASES = (
        {"name": "as printed"},
        {"name": "a batch of one", "sizes": {"N": 1}},
        {"name": "wide", "inputs": {"x": {"normal": {"mean": 50}}}},
    )

    def test_the_worst_case_counts_and_is_named(self, ask, affine, course):
        def affine_forward(x, w, b):
            out, cache = course["affine_forward"](x, w, b)
            return (out.squeeze() if len(x) == 1 else out), cache

        data = {**affine, "cases": self.CASES}
        result = ask("output", "affine_forward", data, affine_forward=affine_forward)
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert result.message == (
            "affine_forward gave a wrong value. out has shape (5,); expected (1, 5) "
            "(a batch of one)."
        )
        outcomes = [case["outcome"] for case in result.evidence["cases"]]
        assert outcomes == ["passed", "failed", "passed"]

    @pytest.mark.parametrize("given", [{3}, set()])
    def test_what_gives_a_value_in_another_case_is_filled_in(self, ask, affine, given):
        def affine_forward(x, w, b):
            out = x.reshape(len(x), -1) @ w + b
            return (out if len(out) in given else None), None

        cases = [{"sizes": {"N": 3}}, {"sizes": {"N": 2}}]
        message = ask(
            "output", "affine_forward", {**affine, "cases": cases}, affine_forward=affine_forward
        ).message
        verdict = "gave nothing" if given else "is not filled in yet"
        assert message.startswith(f"affine_forward {verdict}. out is None; expected an array")

    def test_several_failing_cases_are_counted(self, ask, affine):
        data = {**affine, "cases": self.CASES}
        result = ask("output", "affine_forward", data, affine_forward=returning(None))
        assert result.message.endswith(" (as printed). 3 of 3 cases fail; this is the first.")

    def test_a_case_beyond_the_text_gives_advice_only(self, ask, affine, course):
        def affine_forward(x, w, b):
            if len(x) == 1:
                raise ValueError("too few")
            return course["affine_forward"](x, w, b)

        cases = [{"name": "plain"}, {"name": "one", "beyond_text": True, "sizes": {"N": 1}}]
        data = {**affine, "cases": cases}
        result = ask("output", "affine_forward", data, affine_forward=affine_forward)
        assert (result.outcome, result.credit, result.message) == (Outcome.PASSED, 1.0, "")
        assert result.advice == (
            "Beyond the text, no points: affine_forward raised ValueError: 'too few' (one).",
        )

    def test_every_case_has_draws_of_its_own(self, ask, affine):
        seen = []

        def affine_forward(x, w, b):
            seen.append(float(x[0, 0, 0]))
            return None, None

        data = {**affine, "cases": [{}, {}]}
        ask("output", "affine_forward", data, affine_forward=affine_forward)
        ask("output", "affine_forward", data, affine_forward=affine_forward)
        ask("output", "affine_forward", data, seed=1, affine_forward=affine_forward)
        assert seen[:2] == seen[2:4]
        assert len(set(seen)) == 4


class TestPrecision:
    FLOAT32 = (
        {"x": {"normal": {"dtype": "float32"}}, "w": {"normal": {"dtype": "float32"}}},
        {"b": {"normal": {"dtype": "float32"}}},
    )

    def test_float32_inputs_are_judged_as_float32(self, ask, affine):
        inputs = {**self.FLOAT32[0], **self.FLOAT32[1]}
        data = {**affine, "cases": [{"inputs": inputs}]}
        assert ask("output", "affine_forward", data).outcome is Outcome.PASSED
        result = ask("output", "affine_forward", data, affine_forward=off_by(1e-2))
        assert result.outcome is Outcome.FAILED

    def test_the_rubrics_tolerance_replaces_the_table(self, ask, affine):
        tolerance = {"rtol": 0.0, "atol": 1e-2, "because": "printed with two digits"}
        data = {**affine, "tolerance": tolerance}
        near, far = off_by(1e-3), off_by(1.0)
        assert ask("output", "affine_forward", data, affine_forward=near).credit == 1
        assert ask("output", "affine_forward", data, affine_forward=far).credit == 0


class TestExpectedNumbers:
    DATA = {  # noqa: RUF012  # read only
        "inputs": {"x": {"array": [[1.0, -2.0]]}},
        "expect": {"out": [[1.0, 0.0]]},
        "tolerance": {"rtol": 1e-7, "atol": 1e-8, "because": "printed with nine digits"},
    }

    def test_printed_numbers_are_compared_with(self, ask):
        assert ask("output", "relu_forward", self.DATA).outcome is Outcome.PASSED

    def test_the_reference_is_not_asked(self, ask):
        broken = {"relu_forward": lambda x: 1 / 0}
        assert ask("output", "relu_forward", self.DATA, reference=broken).credit == 1

    def test_a_number_off_by_a_millionth_fails(self, ask):
        def relu_forward(x):
            return np.maximum(x, 1e-6), None

        result = ask("output", "relu_forward", self.DATA, relu_forward=relu_forward)
        assert "1 of 2 elements differ (50 %)" in result.message

    def test_without_a_tolerance_they_are_refused(self):
        data = {key: value for key, value in self.DATA.items() if key != "tolerance"}
        with pytest.raises(ValueError, match="expect gives printed numbers, which are") as caught:
            CHECK_KINDS["output"].parse(data)
        assert str(caught.value).endswith("Add a tolerance with a because.")


class TestOtherConventions:
    def test_steps_and_state_of_a_rule_are_compared(self, ask):
        data = {
            "convention": "update_rule",
            "inputs": {"w": {"normal": {"shape": [3]}}, "dw": {"normal": {"shape": [4, 3]}}},
            "options": {"steps": 4, "state": ["velocity"]},
        }
        assert ask("output", "momentum", data).outcome is Outcome.PASSED

        def momentum(w, dw, config=None):
            config = {} if config is None else config
            config["velocity"] = 0.9 * config.get("velocity", 0.0) - 0.1 * dw
            return w + config["velocity"], {"velocity": config["velocity"] + 1e-6}

        result = ask("output", "momentum", data, momentum=momentum)
        assert result.message.startswith("momentum gave a wrong value. next_w: ")

        def forgetful(w, dw, config=None):
            velocity = -0.1 * dw
            return w + velocity, {"velocity": velocity}

        assert ask("output", "momentum", data, momentum=forgetful).outcome is Outcome.FAILED

    def test_a_state_that_is_not_written_back_leaves_no_function_unfilled(self, ask):
        def norm_forward(x, param):
            param["mean"] = x.mean(axis=0)
            return x - x.mean(axis=0), None

        data = {
            "outputs": ["param.mean"],
            "inputs": {"x": {"normal": {"shape": [4, 3]}}, "param": {"value": {"mode": "train"}}},
            "options": {"watch": ["param.mean"]},
        }
        result = ask(
            "output",
            "norm_forward",
            data,
            reference={"norm_forward": norm_forward},
            norm_forward=lambda x, param: (x - x.mean(axis=0), None),
        )
        assert result.message.startswith("norm_forward gave a wrong value. param.mean is None; ")
        unwritten = ask(
            "output",
            "norm_forward",
            data,
            reference={"norm_forward": norm_forward},
            norm_forward=lambda x, param: (None, None),
        )
        assert unwritten.message.startswith("norm_forward is not filled in yet. param.mean is ")

    def test_only_the_named_outputs_are_compared(self, ask):
        data = {
            "convention": "network_with_loss",
            "outputs": ["b1"],
            "options": {"ask": "params", "construct": {"input_dim": 2}},
        }

        class Net:
            def __init__(self, input_dim=1):
                self.params = {"W1": None, "b1": np.zeros((1, 4))}

        result = ask("output", "Net", data, Net=Net)
        assert result.outcome is Outcome.PASSED
        assert result.advice == ("b1 has shape (1, 4) where (4,) is documented; accepted.",)


class TestReferenceFaults:
    DATA = {"inputs": {"x": {"normal": {"shape": [3]}}}}  # noqa: RUF012  # read only

    @pytest.mark.parametrize("value", [None, np.array([np.nan, 1, 2]), "text"])
    def test_a_reference_without_a_finite_value_is_our_fault(self, ask, value):
        with pytest.raises(ReferenceFault) as caught:
            ask("output", "f", self.DATA, reference={"f": lambda x: (value, None)})
        assert str(caught.value) == (
            "In check criterion/output the reference gave no finite value for one of out. "
            "This is a fault of the rubric or the reference."
        )

    def test_a_reference_that_raises_is_our_fault(self, ask):
        with pytest.raises(ReferenceFault) as caught:
            ask("output", "f", self.DATA, reference={"f": lambda x: 1 / 0})
        assert str(caught.value) == (
            "In check criterion/output the reference itself failed: f raised ZeroDivisionError: "
            "'division by zero'. This is a fault of the course's reference, not of the hand-in."
        )

    def test_an_output_that_the_reference_does_not_give_is_our_fault(self, ask):
        data = {**self.DATA, "outputs": ["out", "mean"]}
        with pytest.raises(ReferenceFault, match="no finite value for one of out, mean"):
            ask("output", "f", data, reference={"f": lambda x: (x, None)})


class TestSeveralReadings:
    """The assignment can be read in two ways, and the reference has both."""

    data = {  # noqa: RUF012
        "convention": "update_rule",
        "also": ["as_sum"],
        "options": {"state": ["loss"]},
        "inputs": {"w": {"normal": {"shape": [4]}}, "dw": {"normal": {"shape": [4]}}},
    }

    def judge(self, ask, rule):
        def as_mean(w, dw, config=None):
            return w - dw, {"loss": dw.mean()}

        def as_sum(w, dw, config=None):
            return w - 2 * dw, {"loss": dw.sum()}

        readings = {"rule": as_mean, "as_sum": as_sum}
        return ask("output", "rule", self.data, reference=readings, rule=rule)

    @pytest.mark.parametrize("times", [1, 2])
    @pytest.mark.parametrize("reduce", [np.mean, np.sum])
    def test_each_output_may_follow_either(self, ask, times, reduce):
        result = self.judge(ask, lambda w, dw, config=None: (w - times * dw, {"loss": reduce(dw)}))
        assert (result.outcome, result.message) == (Outcome.PASSED, "")

    def test_what_follows_neither_is_compared_with_the_first(self, ask):
        result = self.judge(ask, lambda w, dw, config=None: (w - 3 * dw, {"loss": dw.sum()}))
        assert result.outcome is Outcome.FAILED
        assert "next_w: 4 of 4 elements differ" in result.message

    def test_a_second_reading_that_fails_is_our_fault(self, ask):
        with pytest.raises(ReferenceFault, match="the reference itself failed"):
            ask("output", "sgd", {**self.data, "options": {}, "also": ["no_such"]},
                sgd=lambda w, dw, config=None: (w, {}))  # fmt: skip


class TestRaising:
    data = {"raises": True, "inputs": {"x": {"normal": {"shape": [2, 3]}}}}  # noqa: RUF012

    def judge(self, ask, f):
        return ask("output", "relu_forward", self.data, relu_forward=f)

    @pytest.mark.parametrize("error", [AssertionError, ValueError, RuntimeError, TypeError])
    def test_any_exception_will_do(self, ask, error):
        def refuse(x):
            raise error("wrong shape")

        assert self.judge(ask, refuse).outcome is Outcome.PASSED

    def test_a_value_is_a_mistake(self, ask):
        result = self.judge(ask, lambda x: (x, None))
        assert result.outcome is Outcome.FAILED
        assert result.message == (
            "relu_forward returned a value; it has to raise an exception here."
        )

    def test_a_function_that_is_not_written_has_not_refused_anything(self, ask):
        def unwritten(x):
            raise NotImplementedError

        assert "is not filled in yet" in self.judge(ask, unwritten).message

    def test_a_function_that_is_not_there_neither(self, ask):
        assert ask("output", "absent", self.data).outcome is Outcome.FAILED

    def test_outputs_make_no_sense_beside_it(self):
        with pytest.raises(ValueError, match="A subject that has to raise has no outputs"):
            CHECK_KINDS["output"].parse({"subject": "f", **self.data, "outputs": ["out"]})
