"""Modules of PyTorch: parameters by role and shape, whatever they are called."""

import numpy as np
import pytest

from grader.conventions.convention import Call, Computed, Subject
from grader.conventions.parameter_groups import draw, in_words
from grader.conventions.torch_module import TORCH_MODULE
from grader.worker.program import FaultKind

pytestmark = pytest.mark.torch


@pytest.fixture
def nets(torch):
    """Small networks: one as the reference has it, and the same in other styles."""
    nn = torch.nn

    class Reference(nn.Module):
        def __init__(self, channels=2, classes=3):
            super().__init__()
            self.conv = nn.Conv2d(channels, 4, 3, padding=1)
            self.norm = nn.BatchNorm2d(4)
            self.linear = nn.Linear(4, classes)

        def forward(self, x):
            return self.linear(torch.relu(self.norm(self.conv(x))).mean((2, 3)))

    class Other(nn.Module):
        """Other names, another order, a transposed weight, biases with two axes."""

        def __init__(self, in_channels=2, n_classes=3):
            super().__init__()
            self.W = nn.Parameter(torch.randn(4, n_classes))
            self.b = nn.Parameter(torch.zeros(1, n_classes))
            self.stack = nn.Sequential(
                nn.Conv2d(in_channels, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU()
            )

        def forward(self, image):
            return self.stack(image).mean(dim=(-1, -2)) @ self.W + self.b

    class NoSkip(Reference):
        def forward(self, x):
            return self.linear(self.norm(torch.relu(self.conv(x))).mean((2, 3)))

    class Detached(Reference):
        def forward(self, x):
            return self.linear(torch.relu(self.norm(self.conv(x).detach())).mean((2, 3)))

    class Extra(Reference):
        def __init__(self, channels=2, classes=3):
            super().__init__(channels, classes)
            self.idle = nn.Linear(7, 5)

    class Used(Extra):
        def forward(self, x):
            return super().forward(x) + self.idle(x.flatten()[:7]).mean()

    class UsedDetached(Extra):
        def forward(self, x):
            return super().forward(x) + self.idle(x.flatten()[:7]).mean().detach()

    class LeftOver(Reference):
        """A layer that was tried, of the same sizes as the one that is used."""

        def __init__(self, channels=2, classes=3):
            super().__init__(channels, classes)
            self.tried = nn.Linear(4, classes)

    class LeftOverDetached(LeftOver):
        def forward(self, x):
            return super().forward(x) + self.tried(x.flatten()[:4]).detach()

    class Broken(Extra):
        def forward(self, x):
            return super().forward(x / (1 // 0))

    class Lazy(Reference):
        def __init__(self, channels=2, classes=3):
            super().__init__(channels, classes)
            self.linear = nn.LazyLinear(classes)

    class Pointwise(Reference):
        """Its fully connected layer is a convolution over all that is left."""

        def __init__(self, channels=2, classes=3):
            super().__init__(channels, classes)
            self.linear = nn.Conv2d(4, classes, 1)

        def forward(self, x):
            out = torch.relu(self.norm(self.conv(x))).mean((2, 3), keepdim=True)
            return self.linear(out).flatten(1)

    class Single(Reference):
        def forward(self, x):
            return super().forward(x.float())

    class InPlace(Reference):
        def forward(self, x):
            return super().forward(x.mul_(2).div_(2).add_(0.5).sub_(0.5).round_(decimals=12))

    class NotAModule:
        def __init__(self, channels=2, classes=3):
            pass

    class Apart(Reference):
        """The convolution's weight and bias are kept by themselves, as long as a norm's."""

        def __init__(self, channels=2, classes=3):
            super().__init__(channels, classes)
            conv, self.conv = self.conv, None
            self.kept = nn.ParameterDict({"w": conv.weight, "b": conv.bias})

        def forward(self, x):
            out = torch.conv2d(x, self.kept["w"], self.kept["b"], padding=1)
            return self.linear(torch.relu(self.norm(out)).mean((2, 3)))

    class Two(Reference):
        def __init__(self, channels):
            super().__init__(channels, 3)

    class Unbegun(nn.Module):
        def __init__(self, channels=2, classes=3):
            super().__init__()
            self.channels = channels

        def forward(self, x):
            return x

    class InAList(Unbegun):
        def __init__(self, channels=2, classes=3):
            super().__init__()
            self.stages = [{"linear": nn.Linear(channels, classes)}]

    classes = (
        Reference,
        Unbegun,
        InAList,
        Apart,
        Two,
        Other,
        NoSkip,
        Detached,
        Extra,
        Used,
        UsedDetached,
        LeftOver,
        LeftOverDetached,
        Broken,
        Lazy,
        Pointwise,
        Single,
        InPlace,
        NotAModule,
    )
    return {each.__name__: each for each in classes}


FREE = {"construct": [2, 3], "free": ["conv_bias"]}


@pytest.fixture
def asked(in_process, nets):
    """Draws for the reference and asks a network of another style."""

    def ask(name, backward=False, seed=0, **options):
        session = in_process(nets)
        options = {**FREE, **options}
        rng = np.random.default_rng(seed)
        call = Call({"x": rng.normal(size=(3, 2, 5, 5))}, options=options)
        inputs = TORCH_MODULE.complete(session, Subject("Reference"), call, rng)
        upstream = rng.normal(size=(3, 3)) if backward else None
        call = Call(inputs, upstream, options=options)
        run = TORCH_MODULE.backward if backward else TORCH_MODULE.forward
        (answer,) = run(session, Subject(name), [call])
        return answer

    return ask


class TestUnbegun:
    @pytest.mark.parametrize("ask", ["out", "params", "shapes"])
    def test_a_module_without_layers_is_not_filled_in_yet(self, asked, in_process, nets, ask):
        fault = asked("Unbegun", **({} if ask == "out" else {"ask": ask}))
        if ask == "shapes":  # where nothing is known of what it should have, none may be right
            assert fault.outputs == {}
            call = Call({"bias 3": np.ones(3)}, options={**FREE, "ask": ask})
            (fault,) = TORCH_MODULE.forward(in_process(nets), Subject("Unbegun"), [call])
        assert fault.message == "Unbegun is not filled in yet: its constructor makes no layers."
        assert fault.hint == (
            "Make the layers in the constructor, and keep each in an attribute, as in "
            "`self.conv1 = nn.Conv2d(...)`."
        )

    def test_layers_that_pytorch_does_not_find_are_some(self, asked):
        assert "is not built of the layers" in asked("InAList").message
        assert asked("InAList", ask="params").outputs == {}


class TestForward:
    @pytest.mark.parametrize("mode", ["train", "eval"])
    @pytest.mark.parametrize("name", ["Other", "Lazy"])
    def test_the_style_does_not_matter(self, asked, name, mode):
        expected, answer = asked("Reference", mode=mode), asked(name, mode=mode)
        np.testing.assert_allclose(answer.outputs["out"], expected.outputs["out"], rtol=1e-12)

    def test_a_fully_connected_layer_may_be_a_convolution(self, asked):
        # With four classes, its bias is as long as that of the other convolution.
        how = {"construct": [2, 4], "free": [], "mode": "eval"}
        expected, answer = asked("Reference", **how), asked("Pointwise", **how)
        np.testing.assert_allclose(answer.outputs["out"], expected.outputs["out"], rtol=1e-12)

    def test_the_modes_differ_and_other_wiring_shows(self, asked):
        trained, evaluated = (asked("Reference", mode=m).outputs["out"] for m in ("train", "eval"))
        assert np.abs(trained - evaluated).max() > 1e-3
        assert np.abs(asked("NoSkip", mode="eval").outputs["out"] - evaluated).max() > 1e-3

    def test_a_method_can_be_called_in_place_of_the_module(self, asked):
        assert isinstance(asked("Reference", method="forward"), Computed)
        assert asked("Reference", method="backwards").kind is FaultKind.RAISED

    def test_a_module_that_insists_on_single_precision_gets_it(self, asked):
        answer = asked("Single", mode="eval")
        assert answer.outputs["out"].dtype == np.float32
        expected = asked("Reference", mode="eval").outputs["out"]
        np.testing.assert_allclose(answer.outputs["out"], expected, rtol=1e-4, atol=1e-5)

    def test_a_changed_input_is_noted(self, asked):
        assert asked("InPlace", mode="eval").mutated == ("x",)
        assert asked("Reference", mode="eval").mutated == ()

    @pytest.mark.parametrize("name", ["Used", "UsedDetached"])
    def test_layers_of_other_sizes_are_named(self, asked, name):
        answer = asked(name)
        assert answer.kind is FaultKind.MALFORMED
        assert answer.message == (
            f"{name} is not built of the layers that the assignment asks for: it has parameters "
            "that belong nowhere: 'idle.weight (5x7)', 'idle.bias (5)'."
        )

    @pytest.mark.parametrize("mode", ["train", "eval"])
    def test_layers_that_are_made_and_not_used_change_nothing(self, asked, mode):
        expected, answer = (asked(name, mode=mode) for name in ("Reference", "Extra"))
        np.testing.assert_array_equal(answer.outputs["out"], expected.outputs["out"])

    def test_what_forward_raises_is_said_where_leftovers_are_looked_for(self, asked):
        answer = asked("Broken")
        assert answer.exception == "ZeroDivisionError"

    def test_layers_that_take_their_shape_from_the_input_are_like_others(self, asked):
        expected, answer = (
            asked(name, mode="train").outputs["out"] for name in ("Reference", "Lazy")
        )
        np.testing.assert_allclose(answer, expected, rtol=1e-12)

    def test_missing_layers_are_named(self, asked):
        answer = asked("Reference", construct=[2, 4])
        assert isinstance(answer, Computed)
        fewer = asked("Reference", construct={"channels": 2, "classes": 3}, free=["bias"])
        assert isinstance(fewer, Computed)

    def test_what_is_no_module_is_said(self, asked):
        answer = asked("NotAModule")
        assert "made something that is not a torch.nn.Module" in answer.message
        assert answer.hint.endswith("or return the network from the function.")
        assert asked("Nothing").kind is FaultKind.MISSING

    def test_wrong_arguments_are_the_constructors_fault(self, asked):
        with pytest.raises(
            ValueError, match=r"Reference could not be constructed: it raised TypeE"
        ):
            asked("Reference", construct=[2, 3, 4, 5])
        assert asked("Two").exception == "TypeError"


class TestParts:
    def test_as_constructed_by_role_and_shape(self, asked):
        outputs = asked("Reference", ask="params").outputs
        assert {name: value.shape for name, value in outputs.items()} == {
            "weight 4x2x3x3": (1, 4, 2, 3, 3),
            "conv_bias 4": (1, 4),
            "scale 4": (1, 4),
            "shift 4": (1, 4),
            "weight 3x4": (1, 3, 4),
            "bias 3": (1, 3),
            "running_mean 4": (1, 4),
            "running_var 4": (1, 4),
        }
        assert (outputs["scale 4"] == 1).all()

    def test_counts(self, asked):
        assert asked("Reference", ask="shapes").outputs["weight 4x2x3x3"] == 1

    def test_the_words_for_a_group(self):
        assert in_words("weight 4x2x3x3") == "weight of shape (4, 2, 3, 3)"

    def test_drawn_weights_have_he_deviation(self):
        drawn = draw("weight 200x8x5x5", np.random.default_rng(0))
        assert drawn.std() == pytest.approx((2 / 200) ** 0.5, rel=0.02)
        assert 0.5 <= draw("scale 100", np.random.default_rng(0)).min()


class TestBackward:
    def test_gradients_are_those_of_autograd_in_any_style(self, asked):
        expected, answer = (
            asked(name, backward=True, mode="train") for name in ("Reference", "Other")
        )
        assert set(answer.gradients) == {
            "x",
            "weight 4x2x3x3",
            "scale 4",
            "shift 4",
            "weight 3x4",
            "bias 3",
        }
        for name, value in expected.gradients.items():
            np.testing.assert_allclose(answer.gradients[name], value, rtol=1e-9, atol=1e-11)

    def test_the_gradient_is_the_derivative(self, asked, in_process, nets):
        options = {**FREE, "mode": "eval"}
        rng = np.random.default_rng(5)
        session = in_process(nets)
        call = Call({"x": rng.normal(size=(2, 2, 4, 4))}, options=options)
        inputs = TORCH_MODULE.complete(session, Subject("Reference"), call, rng)
        upstream = rng.normal(size=(2, 3))
        (answer,) = TORCH_MODULE.backward(
            session, Subject("Reference"), [Call(inputs, upstream, options=options)]
        )
        step = 1e-6 * rng.normal(size=inputs["weight 3x4"].shape)
        sums = []
        for sign in (1, -1):
            moved = {**inputs, "weight 3x4": inputs["weight 3x4"] + sign * step}
            (one,) = TORCH_MODULE.forward(
                session, Subject("Reference"), [Call(moved, options=options)]
            )
            sums.append(float((one.outputs["out"] * upstream).sum()))
        slope = (sums[0] - sums[1]) / 2
        assert slope == pytest.approx(
            float((answer.gradients["weight 3x4"] * step).sum()), rel=1e-6
        )

    def test_a_parameter_that_no_gradient_reaches_is_named(self, asked):
        answer = asked("Detached", backward=True, mode="train")
        assert answer.kind is FaultKind.MALFORMED
        assert answer.message == ("No gradient reaches 'conv.weight' of Detached.")
        assert "detach()" in answer.hint

    def test_what_is_left_of_a_layer_needs_no_gradient_and_what_is_used_does(self, asked):
        expected = asked("Reference", backward=True, mode="eval")
        answer = asked("LeftOver", backward=True, mode="eval")
        for name, value in expected.gradients.items():
            np.testing.assert_allclose(answer.gradients[name], value, rtol=1e-9, atol=1e-11)
        fault = asked("LeftOverDetached", backward=True, mode="eval")
        assert fault.message.startswith("No gradient reaches 'tried.weight', 'tried.bias' of ")


def test_recording_of_gradients_that_was_turned_off_at_import_is_turned_on(torch, asked):
    with torch.no_grad():
        assert isinstance(asked("Reference", backward=True, mode="eval"), Computed)


def test_a_bias_that_is_kept_apart_is_told_from_one_of_the_same_length(asked):
    options = {"free": [], "mode": "eval"}
    expected, answer = (asked(name, **options).outputs["out"] for name in ("Reference", "Apart"))
    np.testing.assert_allclose(answer, expected, rtol=1e-12)
