"""Parameters of PyTorch modules are counted by role and shape."""

import pytest

from grader.checks import CHECK_KINDS
from grader.errors import ReferenceFault
from tests.unit.conventions.test_torch_module import nets

pytestmark = pytest.mark.torch
__all__ = ["nets"]

DATA = {
    "convention": "torch_module",
    "parameter_count": True,
    "options": {"construct": [2, 3], "free": ["conv_bias"]},
}
IMAGES = {"x": {"normal": {"shape": [2, 2, 5, 5]}}}


@pytest.fixture
def counted(ask, nets):
    def count(name, **data):
        made = nets.get(name)
        return ask(
            "structure",
            "Net",
            {**DATA, **data},
            Net=made,
            reference={"Net": nets["Reference"], "Big": nets["Extra"]},
        )

    return count


class TestCounting:
    @pytest.mark.parametrize("name", ["Reference", "Other"])
    def test_the_right_number_passes_in_any_style(self, counted, name):
        result = counted(name)
        assert result.outcome == "passed"
        # 2*3*3*4 weights, a scale and a shift of 4, 4*3 weights and 3 biases; no bias of the conv
        assert result.evidence["cases"][0]["parameters"] == 72 + 8 + 12 + 3

    def test_a_wrong_number_is_explained(self, counted):
        result = counted("Extra")
        assert result.outcome == "failed"
        assert result.message == (
            "Net has 135 parameters; the assignment's architecture has 95 (each without any bias "
            "of a convolution). 1 too many: weight of shape (5, 7); 1 too many: bias of shape (5)."
        )

    def test_layers_that_are_not_used_cost_nothing_and_are_named(self, counted):
        result = counted("Extra", inputs=IMAGES)
        assert result.outcome == "passed"
        assert result.advice == (
            "Net makes layers that its forward does not use, which costs nothing: weight of shape "
            "(5, 7), bias of shape (5). Delete them.",
        )

    @pytest.mark.parametrize("name", ["Used", "UsedDetached", "Broken"])
    def test_further_layers_that_are_used_are_too_many(self, counted, name):
        result = counted(name, inputs=IMAGES)
        assert result.outcome == "failed"
        assert "1 too many: weight of shape (5, 7); 1 too many: bias of shape" in result.message

    def test_layers_that_take_their_shape_from_the_input_are_counted(self, counted):
        assert counted("Lazy", inputs=IMAGES).outcome == "passed"

    def test_several_numbers_may_be_right(self, counted):
        assert counted("Extra", also=["Big"]).outcome == "passed"
        assert counted("Reference", also=["Big"]).outcome == "passed"

    def test_what_does_not_construct_is_the_hand_ins_fault(self, counted):
        message = counted("NotAModule").message
        assert message == "Net made something that is not a torch.nn.Module."

    def test_a_broken_reference_is_ours(self, ask, nets):
        with pytest.raises(
            ReferenceFault, match="the reference failed: Net could not be constructed"
        ):
            ask("structure", "Net", DATA, Net=nets["Other"], reference={"Net": nets["NotAModule"]})


def test_only_modules_of_pytorch_are_counted():
    data = {"subject": "Net", "parameter_count": True, "convention": "network_with_loss"}
    with pytest.raises(ValueError, match="this check's convention is network_with_loss"):
        CHECK_KINDS["structure"].parse(data)
