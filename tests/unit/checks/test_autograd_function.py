"""An autograd function computes and keeps only what is needed."""

import pytest

from grader.checks import CHECK_KINDS
from grader.errors import ReferenceFault
from grader.worker.host import SourceFacts
from tests.unit.conventions.test_torch_function import functions

pytestmark = pytest.mark.torch
__all__ = ["functions"]

DATA = {
    "convention": "torch_function",
    "inputs": {"x": {"normal": {"shape": [4, 3]}}, "gamma": {"normal": {"shape": [3]}}},
}


@pytest.fixture
def judged(ask, functions):
    def judge(name, **data):
        scale = functions["Scale"]
        return ask(
            "autograd_function",
            "F",
            {**DATA, **data},
            F=functions.get(name),
            reference={"F": scale},
        )

    return judge


class TestAsking:
    def test_a_thrifty_one_passes(self, judged):
        assert judged("Scale", needs=True, saved=True).outcome == "passed"

    def test_what_is_kept_for_nothing_is_named(self, judged):
        result = judged("Wasteful", saved=True)
        assert result.outcome == "failed"
        assert result.message == (
            "The forward of F keeps 'saved tensor 3 of 3', 'ctx.mask' for backward, which computes "
            "the same gradients without them."
        )
        assert "save_for_backward" in result.hint

    def test_what_lies_in_containers_is_looked_at_too(self, ask, functions, torch):
        class Boxed(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x, gamma):
                out = x * gamma
                ctx.kept = {"both": (x, [gamma, out])}
                return out

            @staticmethod
            def backward(ctx, upstream):
                x, (gamma, _) = ctx.kept["both"]
                return upstream * gamma, (upstream * x).sum(0)

        result = ask(
            "autograd_function",
            "F",
            {**DATA, "saved": True},
            F=Boxed,
            reference={"F": functions["Scale"]},
        )
        assert result.outcome == "failed"
        assert result.message == (
            "The forward of F keeps \"ctx.kept['both'][1][1]\" for backward, which computes the "
            "same gradients without it."
        )

    def test_a_gradient_for_nothing_is_named(self, judged):
        result = judged("Wasteful", needs=True)
        assert result.outcome == "failed"
        assert "returns a gradient for gamma although only x needs one" in result.message
        assert "needs_input_grad" in result.hint

    @pytest.mark.parametrize("name", ["Scale", "AllOrNone", "NoneAtAll"])
    def test_a_gradient_that_is_left_out_because_another_is_not_needed(
        self, ask, functions, torch, name
    ):
        class AllOrNone(functions["Scale"]):
            @staticmethod
            def backward(ctx, upstream):
                if not all(ctx.needs_input_grad):
                    return None, None
                return functions["Scale"].backward(ctx, upstream)

        class NoneAtAll(AllOrNone):
            """What it never gives is charged where gradients are compared."""

            @staticmethod
            def backward(ctx, upstream):
                return None, None

        made = {"AllOrNone": AllOrNone, "NoneAtAll": NoneAtAll, **functions}[name]
        data = {**DATA, "needs": True}
        scale = {"F": functions["Scale"]}
        result = ask("autograd_function", "F", data, F=made, reference=scale)
        assert result.outcome == ("failed" if name == "AllOrNone" else "passed")
        if name == "AllOrNone":
            said = "The backward of F returns None for x where only x needs a gradient"
            assert said in result.message
            assert "for each input by itself" in result.hint

    def test_what_is_no_such_class_is_a_fault_of_the_hand_in(self, judged):
        result = judged("stack", needs=True, saved=True)
        assert result.outcome == "errored"

    def test_a_reference_that_fails_is_ours(self, ask, functions):
        with pytest.raises(ReferenceFault, match="the reference itself failed"):
            ask(
                "autograd_function",
                "F",
                {**DATA, "saved": True},
                F=functions["Scale"],
                reference={"F": lambda x: 1 / 0},
            )


class TestReading:
    def parse(self, **data):
        return CHECK_KINDS["autograd_function"].parse({"subject": "F", **DATA, **data})

    def test_nothing_asked(self):
        with pytest.raises(
            ValueError, match=r"Nothing is asked\. Add needs: true, saved: true, or bans_names"
        ):
            self.parse()

    def test_another_convention(self):
        with pytest.raises(ValueError, match="by the convention functions_with_cache"):
            self.parse(needs=True, convention="functions_with_cache")


def test_a_forward_without_a_result_is_told(ask, functions):
    scale = functions["Scale"]

    class Unfinished(scale):
        @staticmethod
        def forward(ctx, x, gamma):
            return None

    result = ask("autograd_function", "F", {**DATA, "saved": True}, F=Unfinished,
                 reference={"F": scale})  # fmt: skip
    assert "forward returned NoneType, which is no tensor" in result.message


def test_nothing_may_be_kept_in_place_of_a_tensor_and_numbers_need_no_gradient(
    ask, functions, torch
):
    class WithEps(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, gamma, eps):
            needs_x, needs_gamma, _ = ctx.needs_input_grad
            ctx.save_for_backward(x if needs_gamma else None, gamma if needs_x else None)
            return x * gamma + eps

        @staticmethod
        def backward(ctx, upstream):
            x, gamma = ctx.saved_tensors
            dx = None if gamma is None else upstream * gamma
            return dx, None if x is None else (upstream * x).sum(0), None

    result = ask(
        "autograd_function",
        "F",
        {**DATA, "inputs": {**DATA["inputs"], "eps": {"value": 0.5}}, "needs": True, "saved": True},
        F=WithEps,
        reference={"F": WithEps},
    )
    assert result.outcome == "passed"


def test_a_gradient_left_out_at_the_end_is_judged_elsewhere(ask, functions):
    class WithEps(functions["Scale"]):
        @staticmethod
        def forward(ctx, x, gamma, eps):
            ctx.save_for_backward(x, gamma)
            return x * gamma + eps

    result = ask(
        "autograd_function",
        "F",
        {**DATA, "inputs": {**DATA["inputs"], "eps": {"value": 0.5}}, "needs": True, "saved": True},
        F=WithEps,
        reference={"F": WithEps},
    )
    assert result.outcome == "passed"


def test_a_gradient_of_a_wrong_shape_is_judged_elsewhere(ask, functions):
    scale = functions["Scale"]

    class SummedToANumber(scale):
        @staticmethod
        def backward(ctx, upstream):
            x, gamma = ctx.saved_tensors
            dx = upstream * gamma if ctx.needs_input_grad[0] else None
            return dx, (upstream * x).sum() if ctx.needs_input_grad[1] else None

    data = {**DATA, "needs": True, "saved": True}
    result = ask("autograd_function", "F", data, F=SummedToANumber, reference={"F": scale})
    assert result.outcome == "passed"


class TestByHand:
    BANS = {"bans_names": ["layer_norm", "enable_grad"]}  # noqa: RUF012

    def judged(self, ask, functions, name, where):
        uses = {"F": frozenset({"Base"}), "Base": frozenset()}
        told = ((where, "enable_grad", 12),)
        fact = SourceFacts("own", "handin", None, (), {}, (), told, uses)
        given = {"own.F": functions[name]}
        return ask(
            "autograd_function",
            "own.F",
            {**DATA, **self.BANS},
            facts={"own.py": fact},
            reference={"own.F": functions["Scale"]},
            **given,
        )

    def test_a_function_that_lets_autograd_work_fails(self, ask, functions):
        for where in ("F", "Base"):
            result = self.judged(ask, functions, "Scale", where)
            assert result.message == (
                "The assignment bans layer_norm, enable_grad: own.py, line 12, uses enable_grad."
            )

    def test_what_a_test_of_it_uses_is_its_own_affair(self, ask, functions):
        assert self.judged(ask, functions, "Scale", "check").outcome == "passed"

    def test_a_backward_that_is_not_filled_in_earns_nothing(self, ask, functions, torch):
        class Unfinished(functions["Scale"]):
            @staticmethod
            def backward(ctx, upstream):
                return None, None

        result = self.judged(ask, {**functions, "Unfinished": Unfinished}, "Unfinished", "check")
        assert (result.outcome, result.credit) == ("failed", 0.0)
        assert "returns no gradient; it is not filled in yet" in result.message
