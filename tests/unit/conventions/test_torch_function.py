"""Functions on tensors and autograd functions: arguments, gradients, and what is kept."""

import numpy as np
import pytest

from grader.conventions.convention import Call, Computed, Subject
from grader.conventions.torch_function import TORCH_FUNCTION
from grader.worker.program import FaultKind

pytestmark = pytest.mark.torch


@pytest.fixture
def functions(torch):
    class Scale(torch.autograd.Function):
        """Multiplies by a vector, and keeps what it needs."""

        @staticmethod
        def forward(ctx, x, gamma):
            ctx.save_for_backward(x, gamma)
            return x * gamma

        @staticmethod
        def backward(ctx, upstream):
            x, gamma = ctx.saved_tensors
            dx = upstream * gamma if ctx.needs_input_grad[0] else None
            dgamma = (upstream * x).sum(0) if ctx.needs_input_grad[1] else None
            return dx, dgamma

    class Wasteful(Scale):
        @staticmethod
        def forward(ctx, x, gamma):
            out = x * gamma
            ctx.save_for_backward(x, gamma, out)
            ctx.mask = x > 0
            return out

        @staticmethod
        def backward(ctx, upstream):
            x, gamma, _ = ctx.saved_tensors
            return upstream * gamma, (upstream * x).sum(0)

    def stack(x, params):
        w1, w2 = params
        return x.mm(w1).clamp(min=0).mm(w2)

    def changes(x, params):
        x *= 1.5
        return x.mm(params[0])

    return {
        "Scale": Scale,
        "Wasteful": Wasteful,
        "stack": stack,
        "changes": changes,
        "loses": lambda x, params: stack(x, [each.detach() for each in params]),
        "single": lambda x, params: stack(x.float(), params),
        "converts": lambda x, params: stack(x.float(), [each.float() for each in params]),
        "number": lambda x, params: 3.0,
        "kinds": lambda *given: [float(isinstance(each, np.ndarray)) for each in given],
    }


def weights():
    rng = np.random.default_rng(1)
    shapes = {"x": (4, 3), "w1": (3, 5), "w2": (5, 2)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


LISTS = {"lists": {"params": ["w1", "w2"]}}


class TestForward:
    def test_inputs_may_make_up_a_list(self, in_process, functions):
        given = weights()
        call = Call(given, options=LISTS)
        (answer,) = TORCH_FUNCTION.forward(in_process(functions), Subject("stack"), [call])
        expected = np.maximum(given["x"] @ given["w1"], 0) @ given["w2"]
        np.testing.assert_allclose(answer.outputs["out"], expected, rtol=1e-12)
        assert answer.mutated == ()

    def test_a_changed_argument_is_noted_and_a_number_comes_back_as_it_is(
        self, in_process, functions
    ):
        call = Call(weights(), options=LISTS)
        session = in_process(functions)
        (answer,) = TORCH_FUNCTION.forward(session, Subject("changes"), [call])
        assert answer.mutated == ("x",)
        assert TORCH_FUNCTION.forward(session, Subject("number"), [call])[0].outputs["out"] == 3.0

    def test_single_precision_is_given_to_what_insists_on_it(self, in_process, functions):
        call = Call(weights(), options=LISTS)
        (answer,) = TORCH_FUNCTION.forward(in_process(functions), Subject("single"), [call])
        assert answer.outputs["out"].dtype == np.float32


class TestBackward:
    def ask(self, session, name, wrt=("w1", "w2")):
        call = Call(weights(), np.ones((4, 2)), wrt, LISTS)
        return TORCH_FUNCTION.backward(session, Subject(name), [call])[0]

    def test_gradients_by_what_is_wanted(self, in_process, functions):
        answer = self.ask(in_process(functions), "stack")
        given = weights()
        hidden = np.maximum(given["x"] @ given["w1"], 0)
        np.testing.assert_allclose(answer.gradients["w2"], hidden.T @ np.ones((4, 2)))
        assert set(answer.gradients) == {"w1", "w2"}

    def test_gradients_of_what_converts_to_single_precision_say_so(self, in_process, functions):
        session = in_process(functions)
        assert self.ask(session, "converts").gradients["w1"].dtype == np.float32
        assert self.ask(session, "stack").gradients["w1"].dtype == np.float64

    def test_what_is_detached_is_told(self, in_process, functions):
        fault = self.ask(in_process(functions), "loses")
        assert fault.message == "No gradient of what loses returned reaches w1, w2."
        assert fault.hint == (
            "Use each of them as it was given, and look for detach(), .data, item(), "
            "torch.no_grad(), a new nn.Parameter or a conversion to NumPy between it and the "
            "output."
        )
        assert self.ask(in_process(functions), "number").gradients == {"w1": None, "w2": None}

    def test_what_backward_of_a_class_leaves_out_is_none(self, in_process, functions):
        class Half(functions["Scale"]):
            @staticmethod
            def backward(ctx, upstream):
                return upstream * ctx.saved_tensors[1], None

        call = Call({"x": np.ones((4, 3)), "gamma": np.ones(3)}, np.ones((4, 3)), ("x", "gamma"))
        session = in_process({"Half": Half})
        (answer,) = TORCH_FUNCTION.backward(session, Subject("Half"), [call])
        assert answer.gradients["gamma"] is None
        assert answer.gradients["x"].shape == (4, 3)

    def test_an_autograd_function_is_called_by_apply(self, in_process, functions):
        inputs = {"x": weights()["x"], "gamma": np.array([1.0, 2, 3])}
        call = Call(inputs, np.ones((4, 3)), ("x", "gamma"))
        (answer,) = TORCH_FUNCTION.backward(in_process(functions), Subject("Scale"), [call])
        assert isinstance(answer, Computed)
        np.testing.assert_allclose(answer.gradients["gamma"], inputs["x"].sum(0))

    def test_what_forward_keeps_belongs_to_one_call(self, in_process, functions):
        class Shared(functions["Scale"]):
            kept = ()

            @staticmethod
            def forward(ctx, x, gamma):
                Shared.kept = (x, gamma)
                return x * gamma

            @staticmethod
            def backward(ctx, upstream):
                x, gamma = Shared.kept
                return upstream * gamma, (upstream * x).sum(0)

        inputs = {"x": weights()["x"], "gamma": np.array([1.0, 2, 3])}
        for name, right in (("Scale", True), ("Shared", False)):
            session = in_process({**functions, "Shared": Shared})
            call = Call(inputs, np.ones((4, 3)), ("x", "gamma"), {"in_between": 1})
            (answer,) = TORCH_FUNCTION.backward(session, Subject(name), [call])
            assert np.allclose(answer.gradients["gamma"], inputs["x"].sum(0)) is right, name

    def test_some_inputs_may_stay_arrays(self, in_process, functions):
        inputs = {"predictions": np.ones((2, 3)), "targets": np.array([1, 0])}
        for arrays in ([], ["targets"], ["predictions", "targets"]):
            call = Call(inputs, options={"arrays": arrays})
            (answer,) = TORCH_FUNCTION.forward(in_process(functions), Subject("kinds"), [call])
            assert answer.outputs["out"] == [float(name in arrays) for name in inputs]

    def test_an_exception_is_the_hand_ins(self, in_process, functions):
        call = Call(
            {"x": np.ones((2, 2)), "w1": np.ones((3, 3)), "w2": np.ones((3, 3))}, options=LISTS
        )
        (answer,) = TORCH_FUNCTION.forward(in_process(functions), Subject("stack"), [call])
        assert answer.kind is FaultKind.RAISED
        assert answer.exception == "RuntimeError"
