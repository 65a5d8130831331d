"""Calling styles: what is called with what, and how every wrong form is read."""

import importlib
import pkgutil

import numpy as np
import pytest

from grader import conventions
from grader.conventions import CONVENTIONS, Convention
from grader.conventions.convention import Call, Computed, Subject
from grader.worker.program import FaultKind

PAIRS = CONVENTIONS["functions_with_cache"]
LOSSES = CONVENTIONS["loss_with_gradient"]
RULES = CONVENTIONS["update_rule"]


def test_every_convention_is_listed_and_describes_its_options():
    modules = [
        importlib.import_module(f"{conventions.__name__}.{module.name}")
        for module in pkgutil.iter_modules(conventions.__path__)
    ]
    made = {
        value.name
        for module in modules
        for value in vars(module).values()
        if isinstance(value, Convention)
    }
    assert set(CONVENTIONS) == made
    for name, convention in CONVENTIONS.items():
        assert convention.name == name
        assert convention.summary
        assert all("description" in schema for schema in convention.properties.values())


@pytest.fixture
def one(in_process):
    """Runs one call of a convention on one function and returns its answer."""

    def run(runner, f, inputs=None, backward=None, upstream=None, wrt=(), **options):
        session = in_process({"f": f, "f_backward": backward} if backward else {"f": f})
        subject = Subject("f_backward", "f") if backward else Subject("f")
        (answer,) = runner(session, subject, [Call(inputs or {}, upstream, tuple(wrt), options)])
        return answer

    return run


class TestFunctionsWithCache:
    def test_inputs_go_by_position_and_the_cache_stays_inside(self, one):
        secret = object()
        answer = one(PAIRS.forward, lambda a, b: (a - b, secret), {"x": 5.0, "w": 3.0})
        assert answer == Computed({"out": 2.0})

    def test_backward_gets_the_upstream_gradient_and_the_forwards_own_cache(self, one):
        secret = object()

        def backward(dout, cache):
            assert cache is secret
            return dout, 2 * dout

        answer = one(PAIRS.backward, lambda x, w: (x, secret), {"x": 1.0, "w": 2.0},
                     backward, np.ones(2), ["x", "w"])  # fmt: skip
        assert answer.outputs == {"out": 1.0}
        assert [answer.gradients[name].tolist() for name in ("x", "w")] == [[1, 1], [2, 2]]

    def test_many_calls_travel_in_one_frame(self, in_process):
        session = in_process({"f": lambda x: (x, None)})
        answers = PAIRS.forward(session, Subject("f"), [Call({"x": float(n)}) for n in range(5)])
        assert [answer.outputs["out"] for answer in answers] == [0, 1, 2, 3, 4]
        assert len(session.programs) == 1

    def test_one_call_that_raises_does_not_spoil_the_others(self, in_process):
        session = in_process({"f": lambda x: (1 / x, None)})
        bad, good = PAIRS.forward(session, Subject("f"), [Call({"x": 0.0}), Call({"x": 2.0})])
        assert bad.kind is FaultKind.RAISED
        assert good.outputs["out"] == 0.5

    def test_steps_are_calls_with_the_same_other_objects(self, one):
        def f(x, param):
            assert x.flags.c_contiguous
            param.setdefault("seen", []).append(x.tolist())
            param["modes"] = [*param.get("modes", []), param.get("mode")]
            return x, None

        inputs = {"x": np.arange(6.0).reshape(3, 2), "param": {"mode": "train"}}
        answer = one(PAIRS.forward, f, inputs, stepped=["x"],
                     watch=["param.seen", "param.modes", "param.absent"],
                     before_last={"param": {"mode": "test"}})  # fmt: skip
        assert answer.outputs["out"].tolist() == [4, 5]
        assert answer.outputs["param.seen"] == [[0, 1], [2, 3], [4, 5]]
        assert answer.outputs["param.modes"] == ["train", "train", "test"]
        assert answer.outputs["param.absent"] is None

    def test_changed_inputs_are_named(self, one):
        def f(x, w, param):
            x += 1
            param["mode"] = "other"
            return x, None

        inputs = {"x": np.zeros(2), "w": np.zeros(2), "param": {}}
        assert one(PAIRS.forward, f, inputs).mutated == ("x",)

    def test_the_upstream_gradient_may_be_changed(self, one):
        def backward(dout, cache):
            dout *= 2
            return dout

        answer = one(PAIRS.backward, lambda x: (x, None), {"x": np.zeros(2)},
                     backward, np.ones(2), ["x"])  # fmt: skip
        assert answer.gradients["x"].tolist() == [2, 2]
        assert answer.mutated == ()

    @pytest.mark.parametrize(
        ("value", "said"),
        [
            (None, "f returned None; expected the 2 values (out, cache)."),
            (np.zeros(2), "f returned one array; expected the 2 values (out, cache)."),
            ((1, 2, 3), "f returned a tuple of 3; expected the 2 values (out, cache)."),
            ({"out": 1}, "f returned a value of type dict; expected the 2 values (out, cache)."),
        ],
    )
    def test_a_forward_of_another_form_is_a_fault(self, one, value, said):
        for more in ({}, {"backward": lambda d, c: d, "wrt": ["x"]}):
            runner = PAIRS.backward if more else PAIRS.forward
            answer = one(runner, lambda x: value, {"x": 1.0}, **more)
            assert (answer.kind, answer.message) == (FaultKind.MALFORMED, said)

    @pytest.mark.parametrize(
        ("value", "said"),
        [
            (None, "f_backward returned None; expected the 2 values (dx, dw)."),
            (np.zeros(2), "f_backward returned one array; expected the 2 values (dx, dw)."),
            ((1, 2, 3), "f_backward returned a tuple of 3; expected the 2 values (dx, dw)."),
        ],
    )
    def test_a_backward_of_another_form_is_a_fault(self, one, value, said):
        answer = one(PAIRS.backward, lambda x, w: (x, None), {"x": 1.0, "w": 2.0},
                     lambda dout, cache: value, 1.0, ["x", "w"])  # fmt: skip
        assert (answer.kind, answer.message) == (FaultKind.MALFORMED, said)

    def test_a_tuple_of_one_gradient_is_a_fault_and_a_list_is_passed_on(self, one):
        def asked(runner, value, **options):
            return one(runner, lambda x: (x, None), {"x": 1.0}, lambda dout, cache: value,
                       1.0, ["x"], **options)  # fmt: skip

        for runner in (PAIRS.backward, PAIRS.backward_alone):
            answer = asked(runner, (1.0,), cache=["x"])
            assert (answer.kind, answer.about) == (FaultKind.MALFORMED, "f_backward")
            assert answer.message == "f_backward returned a tuple of 1; expected dx alone."
            assert answer.hint == (
                "A comma after the only value, as in `return dx,`, makes a tuple; remove it."
            )
            assert asked(runner, [1.0], cache=["x"]).gradients == {"x": [1.0]}
            assert asked(runner, (1.0, 2.0), cache=["x"]).gradients == {"x": (1.0, 2.0)}

    def test_a_missing_backward_is_told_before_a_forward_that_does_not_work(self, in_process):
        session = in_process({"f": lambda x: 1 / 0})
        (answer,) = PAIRS.backward(session, Subject("f_backward", "f"), [Call({"x": 1}, 1.0)])
        assert answer.message == "the hand-in has no `f_backward`."

    def test_a_forward_that_raises_is_told_although_backward_was_asked(self, one):
        answer = one(PAIRS.backward, lambda x: 1 / 0, {"x": 1.0}, lambda d, c: d, 1.0, ["x"])
        assert answer.message == "raised ZeroDivisionError: 'division by zero'."

    def test_a_backward_that_raises_is_told(self, one):
        answer = one(PAIRS.backward, lambda x: (x, None), {"x": 1.0},
                     lambda dout, cache: cache["x"], 1.0, ["x"])  # fmt: skip
        assert answer.message.startswith(
            "raised TypeError: \"'NoneType' object is not subscriptable"
        )


class TestBackwardAlone:
    """Backward on the cache that the assignment documents: the forward is not even looked at."""

    def alone(self, in_process, backward, cache, wrt=("x", "w"), names=None):
        session = in_process(names if names is not None else {"f_backward": backward})
        inputs = {"x": np.arange(2.0), "w": 3.0}
        call = Call(inputs, np.ones(2), wrt, {"cache": cache})
        (answer,) = PAIRS.backward_alone(session, Subject("f_backward", "f"), [call])
        return answer

    def test_several_inputs_make_a_tuple_in_the_documented_order(self, in_process):
        answer = self.alone(in_process, lambda dout, cache: (dout * cache[0], cache[1]), ["w", "x"])
        assert answer.outputs == {}
        assert answer.gradients["x"].tolist() == [3, 3]
        assert answer.gradients["w"].tolist() == [0, 1]
        assert answer.mutated == ()

    def test_a_single_input_is_the_cache_itself(self, in_process):
        answer = self.alone(in_process, lambda dout, x: dout * x, ["x"], ("x",))
        assert answer.gradients["x"].tolist() == [0, 1]

    def test_what_goes_wrong_is_the_backwards_own_fault(self, in_process):
        raised = self.alone(in_process, lambda dout, cache: 1 / 0, ["x", "w"])
        assert (raised.kind, raised.about) == (FaultKind.RAISED, "f_backward")
        short = self.alone(in_process, lambda dout, cache: dout, ["x", "w"])
        assert short.message == "f_backward returned one array; expected the 2 values (dx, dw)."
        missing = self.alone(in_process, None, ["x", "w"], names={})
        assert missing.message == "the hand-in has no `f_backward`."


class TestLossWithGradient:
    def test_loss_and_gradient_are_read(self, one):
        inputs = {"x": np.arange(3.0), "y": np.arange(3)}
        answer = one(LOSSES.forward, lambda x, y: (x.sum(), x * y), inputs)
        assert answer.outputs["loss"] == 3
        assert answer.gradients["x"].tolist() == [0, 1, 4]
        assert answer.mutated == ()

    def test_changed_inputs_are_named(self, one):
        def f(x, y):
            y[0] = 9
            return 0.0, x

        assert one(LOSSES.forward, f, {"x": np.ones(2), "y": np.arange(2)}).mutated == ("y",)

    @pytest.mark.parametrize(
        ("value", "said"),
        [
            (2.5, "f returned a value of type float; expected the 2 values (loss, dx)."),
            (None, "f returned None; expected the 2 values (loss, dx)."),
        ],
    )
    def test_another_form_is_a_fault(self, one, value, said):
        assert one(LOSSES.forward, lambda x: value, {"x": np.ones(2)}).message == said

    def test_what_it_raises_is_a_fault(self, one):
        answer = one(LOSSES.forward, lambda x: 1 / 0, {"x": np.ones(2)})
        assert answer.kind is FaultKind.RAISED


class TestUpdateRules:
    @staticmethod
    def rule(w, dw, config=None):
        config = {"t": 0} if config is None else config
        config["t"] += 1
        config["last"] = dw
        return w - dw, config

    def test_one_step_without_a_config_lets_the_rule_make_its_own(self, one):
        inputs = {"w": np.ones(2), "dw": np.full(2, 0.25)}
        answer = one(RULES.forward, self.rule, inputs, state=["t"])
        assert answer.outputs["next_w"].tolist() == [0.75, 0.75]
        assert answer.outputs["config.t"] == 1

    def test_many_steps_hand_on_weights_and_config(self, one):
        inputs = {"w": np.zeros(1), "dw": np.array([[1.0], [2.0], [4.0]]), "config": {"t": 10}}
        answer = one(RULES.forward, self.rule, inputs, steps=3, state=["t", "last", "absent"])
        assert answer.outputs["next_w"].tolist() == [-7]
        assert answer.outputs["config.t"] == 13
        assert answer.outputs["config.last"].tolist() == [4]
        assert answer.outputs["config.absent"] is None

    def test_a_rule_may_change_the_weights_in_place(self, one):
        def rule(w, dw, config=None):
            w -= dw
            return w, config

        inputs = {"w": np.zeros(1), "dw": np.ones((3, 1)), "config": {}}
        assert one(RULES.forward, rule, inputs, steps=3).outputs["next_w"].tolist() == [-3]

    def test_the_state_may_be_read_from_the_config_that_was_handed_in(self, one):
        def copying(w, dw, config):
            return w, {**config, "v": 1}

        inputs = {"w": np.zeros(1), "dw": np.ones(1), "config": {"v": 0}}
        returned = one(RULES.forward, copying, inputs, state=["v"])
        handed_in = one(RULES.forward, copying, inputs, state=["v"], in_place=True)
        assert (returned.outputs["config.v"], handed_in.outputs["config.v"]) == (1, 0)

    @pytest.mark.parametrize("step", [0, 2])
    def test_any_step_of_another_form_is_a_fault(self, one, step):
        calls = []

        def rule(w, dw, config=None):
            calls.append(1)
            return w if len(calls) == step + 1 else (w, config)

        inputs = {"w": np.zeros(1), "dw": np.ones((3, 1)), "config": {}}
        answer = one(RULES.forward, rule, inputs, steps=3)
        assert answer.message == "f returned one array; expected the 2 values (next_w, config)."

    def test_what_a_step_raises_is_a_fault(self, one):
        answer = one(RULES.forward, lambda w, dw: 1 / 0, {"w": np.ones(1), "dw": np.ones(1)})
        assert answer.kind is FaultKind.RAISED
