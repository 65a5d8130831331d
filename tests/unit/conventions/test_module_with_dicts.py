"""Modules with dictionaries: constructed anew, set by shape, and every wrong form is read."""

import numpy as np
import pytest

from grader.conventions import CONVENTIONS
from grader.conventions.convention import Call, Computed, Subject
from grader.conventions.module_with_dicts import class_path
from grader.worker.inside import drivers
from grader.worker.program import FaultKind

MODULES = CONVENTIONS["module_with_dicts"]
X = np.arange(6.0).reshape(2, 3)
W = np.arange(12.0).reshape(4, 3)
B = np.arange(4.0)
DOUT = np.linspace(-1, 1, 8).reshape(2, 4)


class Linear:
    """Right, with its weight as (in, out)."""

    def __init__(self, n_in, n_out):
        self.params = {"weight": np.ones((n_in, n_out)), "bias": np.zeros((1, n_out))}
        self.grads = {}

    def forward(self, x):
        self.x = x
        return x @ self.params["weight"] + self.params["bias"]

    def backward(self, dout):
        self.grads = {"weight": self.x.T @ dout, "bias": dout.sum(0)}
        return dout @ self.params["weight"].T


@pytest.fixture(autouse=True)
def _drivers():
    drivers.load("")


@pytest.fixture
def ask(in_process):
    """Runs one call on a class and returns the answer."""

    def run(runner, cls, inputs, upstream=None, wrt=(), names=None, **options):
        session = in_process({"m.C": cls, **(names or {})})
        call = Call(inputs, upstream, tuple(wrt), options)
        (answer,) = runner(session, Subject("m.C.backward", "m.C.forward"), [call])
        return answer

    return run


INPUTS = {"x": X, "weight": W, "bias": B}
SIZES = [3, 4]


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("modules.Linear.forward", "modules.Linear"),
        ("modules.Linear.backward", "modules.Linear"),
        ("modules.Linear", "modules.Linear"),
    ],
)
def test_a_method_belongs_to_its_class(path, owner):
    assert class_path(path) == owner


class TestModules:
    def test_forward_uses_the_parameters_that_were_set(self, ask):
        answer = ask(MODULES.forward, Linear, INPUTS, construct=SIZES)
        np.testing.assert_array_equal(answer.outputs["out"], X @ W.T + B)
        assert answer.mutated == ()

    def test_backward_returns_dx_and_what_the_module_keeps(self, ask):
        answer = ask(
            MODULES.backward, Linear, INPUTS, DOUT, ["x", "weight", "bias"], construct=SIZES
        )
        np.testing.assert_allclose(answer.gradients["x"], DOUT @ W)
        np.testing.assert_allclose(answer.gradients["weight"], DOUT.T @ X)
        np.testing.assert_allclose(answer.gradients["bias"], DOUT.sum(0))
        np.testing.assert_array_equal(answer.outputs["out"], X @ W.T + B)

    def test_another_batch_may_have_gone_through_before(self, ask):
        class FirstKept(Linear):
            def forward(self, x):
                first = getattr(self, "x", x)
                out = super().forward(x)
                self.x = first
                return out

        def dw(cls, **options):
            answer = ask(
                MODULES.backward, cls, INPUTS, DOUT, ["weight"], construct=SIZES, **options
            )
            return answer.gradients["weight"]

        np.testing.assert_allclose(dw(FirstKept), DOUT.T @ X)
        np.testing.assert_allclose(dw(Linear, warm=1), DOUT.T @ X)
        np.testing.assert_allclose(dw(FirstKept, warm=1), DOUT.T @ (0.5 - 2 * X))

    def test_parameters_are_read_as_constructed(self, ask):
        answer = ask(MODULES.forward, Linear, INPUTS, construct=SIZES, ask="params")
        assert answer.outputs["weight"].tolist() == np.ones((4, 3)).tolist()
        assert answer.outputs["bias"].tolist() == [0, 0, 0, 0]
        assert list(answer.outputs) == ["weight", "bias"]

    def test_every_call_constructs_an_object_of_its_own(self, in_process):
        class Counter:
            def forward(self, x):
                self.calls = getattr(self, "calls", 0) + 1
                return x * self.calls

        session = in_process({"m.C": Counter})
        calls = [Call({"x": np.ones(1)}), Call({"x": np.full(1, 5.0)})]
        answers = MODULES.forward(session, Subject("m.C.forward"), calls)
        assert [float(answer.outputs["out"][0]) for answer in answers] == [1, 5]
        assert len(session.programs) == 1

    def test_an_argument_may_have_another_name(self, ask):
        class Renamed(Linear):
            def __init__(self, fan_in, n_out):
                super().__init__(fan_in, n_out)

        options = {"construct": {"n_in": 3, "n_out": 4}, "rename": {"n_in": ["fan_in"]}}
        assert isinstance(ask(MODULES.forward, Renamed, INPUTS, **options), Computed)

    def test_an_input_that_forward_changes_is_named(self, ask):
        class Greedy(Linear):
            def forward(self, x):
                x[0] = 0
                return super().forward(x)

        assert ask(MODULES.forward, Greedy, INPUTS, construct=SIZES).mutated == ("x",)

    def test_a_gradient_that_is_not_kept_is_none(self, ask):
        class Forgetful(Linear):
            def backward(self, dout):
                return dout @ self.params["weight"].T

        answer = ask(MODULES.backward, Forgetful, INPUTS, DOUT, ["x", "bias"], construct=SIZES)
        assert answer.gradients["bias"] is None
        assert answer.gradients["x"].shape == (2, 3)

    def test_a_module_without_parameters_says_so(self, ask):
        class Bare:
            def __init__(self, *sizes):
                self.weight = np.ones(sizes)

        answer = ask(MODULES.forward, Bare, INPUTS, construct=SIZES)
        assert answer.kind is FaultKind.MISSING
        assert answer.message == (
            "m.C: No weight of shape (4, 3) or (3, 4) was found in `params` after construction; "
            "there is no array in it."
        )
        assert answer.hint.startswith("Make one linear module for each layer that is asked for")

    def test_a_method_that_is_not_there_is_named(self, ask):
        class Half:
            def forward(self, x):
                return x

        answer = ask(MODULES.backward, Half, {"x": X}, X, ["x"])
        assert (answer.kind, answer.about) == (FaultKind.MISSING, "m.C.backward")
        assert answer.message == "`m.C` has no method `backward`."
        assert answer.hint == "Write the method as the template has it: `def backward(self, ...)`."
        answer = ask(MODULES.forward, object, {"x": X})
        assert answer.message == "`m.C` has no method `forward`."

    def test_a_fault_of_forward_is_not_one_of_backward(self, ask):
        class Broken(Linear):
            def forward(self, x):
                raise ValueError("not today")

        answer = ask(MODULES.backward, Broken, INPUTS, DOUT, ["x"], construct=SIZES)
        assert (answer.kind, answer.about) == (FaultKind.RAISED, "m.C.forward")

    def test_a_fault_of_backward_is_its_own(self, ask):
        class Broken(Linear):
            def backward(self, dout):
                raise ValueError("not today")

        answer = ask(MODULES.backward, Broken, INPUTS, DOUT, ["x"], construct=SIZES)
        assert (answer.kind, answer.about) == (FaultKind.RAISED, "m.C.backward")
        assert answer.said == "not today"

    def test_a_constructor_that_raises_is_a_fault_of_forward(self, ask):
        answer = ask(MODULES.backward, Linear, INPUTS, DOUT, ["x"], construct=[3])
        assert (answer.exception, answer.about) == ("TypeError", "m.C.forward")

    def test_a_class_that_is_not_there_is_missing(self, in_process):
        call = Call({"x": X}, X, ("x",))
        for runner in (MODULES.forward, MODULES.backward):
            (answer,) = runner(in_process({}), Subject("m.C.backward"), [call])
            assert answer.kind is FaultKind.MISSING
            assert answer.about == ""

    def test_backward_alone_gets_the_right_output(self, ask):
        class Doubled:
            def forward(self, x):
                self.y = 2 * np.exp(x)
                return self.y

            def backward(self, dout):
                return dout * self.y

        inputs = {"x": X, "out": np.exp(X)}
        for runner, times in ((MODULES.backward, 2), (MODULES.backward_alone, 1)):
            answer = ask(runner, Doubled, inputs, X, ["x"], cache=["out"])
            np.testing.assert_allclose(answer.gradients["x"], times * X * np.exp(X))

    @pytest.mark.parametrize("shared", ["params", "x"])
    def test_what_one_object_keeps_is_not_the_others(self, ask, shared):
        class Sharing(Linear):
            def __init__(self, n_in, n_out):
                super().__init__(n_in, n_out)
                if shared == "params":
                    vars(Sharing).get("common", {}).update(self.params)
                    Sharing.common = self.params = vars(Sharing).get("common", self.params)

            def forward(self, x):
                out = super().forward(x)
                Sharing.last = x
                return out

            def backward(self, dout):
                self.x = Sharing.last if shared == "x" else self.x
                return super().backward(dout)

        for cls, right in ((Linear, True), (Sharing, False)):
            answer = ask(
                MODULES.backward, cls, INPUTS, DOUT, ["x", "weight"], construct=SIZES, beside=1
            )
            same = np.allclose(answer.gradients["weight"], DOUT.T @ X)
            same = same and np.allclose(answer.gradients["x"], DOUT @ W)
            assert same is right, cls


class TestLending:
    def test_a_lent_function_takes_the_place_of_the_class(self, ask):
        class Module:
            pass

        def linear_is_lent(*_):
            raise AssertionError("it is wrapped into a class")

        module = Module()
        module.Linear = linear_is_lent

        class Net:
            def __init__(self):
                self.layer = module.Linear(3, 4)

            def forward(self, x):
                return self.layer.forward(x)

        names = {
            "modules": module,
            "stand_ins.construct": lambda name, a, b: {"weight": np.zeros((b, a))},
            "stand_ins.forward": lambda name, params, x: x @ params["weight"].T,
            "stand_ins.backward": lambda name, params, x, dout: (dout @ params["weight"], {}),
        }
        inputs = {"x": X, "weight": W}
        answer = ask(MODULES.forward, Net, inputs, names=names, parts=["modules.Linear"])
        np.testing.assert_array_equal(answer.outputs["out"], X @ W.T)

    def test_nothing_happens_where_nothing_is_lent(self, ask):
        answer = ask(MODULES.forward, Linear, INPUTS, construct=SIZES, parts=["modules.Linear"])
        assert isinstance(answer, Computed)
