"""Networks with a loss: constructed anew for every call, and every wrong form is read."""

from typing import ClassVar

import numpy as np
import pytest

from grader.conventions import CONVENTIONS
from grader.conventions.convention import Call, Computed, Subject
from grader.worker.inside import operations as ops
from grader.worker.program import Fault, FaultKind, Replies

NETS = CONVENTIONS["network_with_loss"]


@pytest.fixture
def one(in_process):
    """Runs one call of a convention on one function and returns its answer."""

    def run(runner, f, inputs=None, backward=None, upstream=None, wrt=(), **options):
        session = in_process({"f": f, "f_backward": backward} if backward else {"f": f})
        subject = Subject("f_backward", "f") if backward else Subject("f")
        (answer,) = runner(session, subject, [Call(inputs or {}, upstream, tuple(wrt), options)])
        return answer

    return run


class Net:
    """Keeps what it was constructed with."""

    calls = 0

    def __init__(self, input_dim=1, scale=1.0, dtype=np.float64, dropout=1.0):
        self.made = (input_dim, scale, dtype, dropout)
        self.reg = 0.0
        self.params = {"W1": np.full(input_dim, scale, dtype), "gamma1": np.ones(2)}

    def loss(self, X, y=None):
        self.calls += 1
        if y is None:
            return X * self.params["W1"].sum()
        return self.reg + self.calls + self.params["W1"].sum(), {"W1": X, "extra": y}


DATA = {"X": np.arange(2.0), "y": np.arange(2)}


class TestNetworks:
    def test_parameters_are_read_as_constructed(self, one):
        construct = {"input_dim": 3, "scale": 2.0, "dtype": {"numpy": "float32"}}
        answer = one(NETS.forward, Net, ask="params", construct=construct)
        assert answer.outputs["W1"].tolist() == [2, 2, 2]
        assert answer.outputs["W1"].dtype == np.float32
        assert list(answer.outputs) == ["W1", "gamma1"]

    def test_only_some_parameters_may_be_asked_for(self, one):
        answer = one(NETS.forward, Net, ask="params", only=["W1", "b9"])
        assert list(answer.outputs) == ["W1", "b9"]
        assert answer.outputs["b9"] is None

    def test_scores_are_those_of_the_parameters_that_were_set(self, one):
        inputs = {**DATA, "W1": np.array([5.0, 5.0])}
        assert one(NETS.forward, Net, inputs, ask="scores").outputs["scores"].tolist() == [0, 10]

    def test_the_loss_comes_with_the_gradients_that_are_wanted(self, one):
        inputs = {**DATA, "W1": np.array([3.0])}
        answer = one(NETS.forward, Net, inputs, attributes={"reg": 10.0})
        assert answer.outputs["loss"] == 14
        assert sorted(answer.gradients) == ["W1", "extra"]
        wanted = one(NETS.forward, Net, inputs, wrt=["W1", "b1"])
        assert wanted.gradients["W1"].tolist() == [0, 1]
        assert wanted.gradients["b1"] is None

    def test_warming_up_calls_the_same_network_before(self, one):
        assert one(NETS.forward, Net, DATA, warm=3).outputs["loss"] == 5

    @pytest.mark.parametrize("where", ["body", "rebound", "default"])
    def test_networks_that_share_their_parameters_are_told(self, one, where):
        class Shared:
            params: ClassVar = {}

            def __init__(self, params={}):  # noqa: B006 - the mistake
                if where == "rebound":
                    Shared.params = {}
                if where == "default":
                    self.params = params
                self.params["W1"] = np.ones(2)

        answer = one(NETS.forward, Shared, ask="params", second="W1")
        assert isinstance(answer, Fault)
        assert answer.message.startswith("All networks of the class f have one and the same")
        assert answer.hint.startswith("Begin __init__ with self.params = {}.")

    def test_a_second_network_of_its_own_parameters_leaves_the_first_as_it_is(self, one):
        answer = one(NETS.forward, Net, ask="params", second="W1")
        assert list(answer.outputs) == ["W1", "gamma1"]
        assert answer.outputs["W1"].tolist() == [1.0]

    def test_a_second_network_without_the_parameter_is_told(self, one):
        answer = one(NETS.forward, Net, ask="params", second="W2")
        assert answer.message == "f has no parameter 'W2' in `params` after construction."

    def test_every_call_constructs_a_network_of_its_own(self, in_process):
        calls = [Call({**DATA, "W1": np.array([float(n)])}) for n in range(3)]
        answers = NETS.forward(in_process({"f": Net}), Subject("f"), calls)
        assert [answer.outputs["loss"] for answer in answers] == [1, 2, 3]

    @pytest.mark.parametrize("name", ["dropout", "keep", "ratio"])
    def test_an_argument_that_has_had_several_names_gets_the_one_it_has(self, in_process, name):
        made = type("Own", (Net,), {})
        source = f"def __init__(self, {name}=1.0): self.params = {{'p': {name}}}"
        namespace = {}
        exec(source, namespace)  # noqa: S102  # a parameter whose name the test chooses
        made.__init__ = namespace["__init__"]
        options = {
            "ask": "params",
            "construct": {"dropout": 0.25},
            "rename": {"dropout": ["keep", "ratio"]},
        }
        (answer,) = NETS.forward(in_process({"f": made}), Subject("f"), [Call({}, options=options)])
        assert answer.outputs == {"p": 0.25}

    def test_an_argument_that_has_none_of_the_names_is_told_by_python(self, one):
        answer = one(NETS.forward, lambda: None, construct={"dropout": 1},
                     rename={"dropout": ["keep"]})  # fmt: skip
        assert "unexpected keyword argument 'dropout'" in answer.message

    def test_a_constructor_that_is_missing_or_has_no_signature_is_asked_by_the_first_name(
        self, in_process
    ):
        options = {"construct": {"dropout": 1}, "rename": {"dropout": ["keep"]}}
        (answer,) = NETS.forward(in_process({}), Subject("f"), [Call(DATA, options=options)])
        assert answer.kind is FaultKind.MISSING

    @pytest.mark.parametrize(
        ("attributes", "message", "hint"),
        [
            (
                {"params": {"w1": 0}},
                "f has no parameter 'W1' in `params` after construction.",
                "Name the parameters as the class's docstring does: W1, b1, W2, b2 and so on.",
            ),
            (
                {},
                "raised AttributeError: \"'Bare' object has no attribute 'params'\".",
                "The class has nothing of that name. Is it spelt otherwise, not indented like the "
                "other methods, or not set in `__init__`?",
            ),
            (
                {"params": None},
                "f.params is not a dictionary; expected one from parameter names to arrays.",
                "",
            ),
        ],
    )
    def test_a_network_without_a_parameter_is_a_fault(self, one, attributes, message, hint):
        bare = type("Bare", (), attributes)
        answer = one(NETS.forward, bare, {**DATA, "W1": np.ones(1)})
        assert (answer.message, answer.hint) == (message, hint)

    @pytest.mark.parametrize(
        ("ask", "params", "loss", "message"),
        [
            ("params", [1], None, "f.params is not a dictionary; expected one from parameter"),
            ("loss", {}, 3.0, "f.loss(X, y) returned a value of type float; expected the 2 values"),
            ("loss", {}, None, "f.loss(X, y) returned None; expected the 2 values (loss, grads)."),
            ("loss", {}, (1.0, [2]), "The second value that f.loss(X, y) returned is not a dict"),
        ],
    )
    def test_another_form_is_a_fault(self, one, ask, params, loss, message):
        made = type("Odd", (), {"params": params, "loss": lambda self, X, y: loss})
        answer = one(NETS.forward, made, DATA, ask=ask)
        assert answer.kind is FaultKind.MALFORMED
        assert answer.message.startswith(message)

    def test_a_loss_that_takes_other_arguments_is_told_by_python(self, one):
        made = type("Odd", (), {"params": {}, "loss": lambda self, X: 0.0})
        answer = one(NETS.forward, made, DATA)
        assert answer.kind is FaultKind.RAISED
        assert "takes 2 positional arguments but 3 were given" in answer.message
        assert answer.hint == (
            "Keep the parameters that the function was given with, in their order."
        )

    def test_a_loss_that_raises_is_a_fault(self, one):
        made = type("Odd", (), {"params": {}, "loss": lambda self, X, y: 1 / 0})
        assert one(NETS.forward, made, DATA).kind is FaultKind.RAISED

    @pytest.mark.parametrize("ask", ["params", "scores", "loss"])
    def test_a_process_that_lies_about_its_replies_is_a_fault_and_no_crash(self, ask):
        class Liar:
            def __init__(self, payload):
                self.payload = payload

            def run(self, program):
                codes = [operation[0] for operation in program.operations]
                entries = [
                    (ops.VALUE, ("tuple", 2) if code == ops.DESCRIBE else self.payload)
                    for code in codes
                ]
                return Replies(program, entries)

        for payload in (None, 3, (1,), [1, 2, 3], "text"):
            (answer,) = NETS.forward(
                Liar(payload), Subject("f"), [Call(DATA, options={"ask": ask})]
            )
            assert isinstance(answer, Computed if ask == "scores" else Fault)

    def test_a_process_that_keeps_the_value_back_is_a_fault(self):
        class Silent:
            def run(self, program):
                return Replies(program, [(ops.DONE, None)] * len(program.operations))

        (answer,) = NETS.forward(Silent(), Subject("f"), [Call(DATA)])
        assert answer.message == "The hand-in's process sent no value where one was asked for."


class TestCompletingNetworks:
    def complete(self, in_process, cls, inputs=None, **options):
        call, rng = Call(inputs or {}, options=options), np.random.default_rng(0)
        return NETS.complete(in_process({"f": cls}), Subject("f"), call, rng)

    def test_parameters_are_drawn_in_the_shapes_that_the_network_has(self, in_process):
        drawn = self.complete(in_process, Net, {"X": 1}, params_std=0.5,
                              construct={"input_dim": 2000})  # fmt: skip
        assert list(drawn) == ["X", "W1", "gamma1"]
        assert drawn["W1"].std() == pytest.approx(0.5, rel=0.1)
        assert drawn["gamma1"].shape == (2,)

    def test_scales_of_normalization_are_drawn_around_one(self, in_process):
        made = type("N", (), {"params": {"gamma1": np.ones(4000), "beta1": np.ones(4000)}})
        drawn = self.complete(in_process, made, params_std=0.1)
        assert drawn["gamma1"].mean() == pytest.approx(1, abs=0.01)
        assert drawn["beta1"].mean() == pytest.approx(0, abs=0.01)

    def test_without_a_deviation_nothing_is_added(self, in_process):
        inputs = {"X": 1}
        assert self.complete(in_process, None, inputs) is inputs

    def test_a_network_that_cannot_be_constructed_is_told(self, in_process):
        with pytest.raises(ValueError, match="f could not be constructed") as caught:
            self.complete(in_process, lambda: 1 / 0, params_std=1)
        assert str(caught.value) == (
            "f could not be constructed: it raised ZeroDivisionError: 'division by zero'."
        )
