"""The residual network and the training loop of the Mila assignment, against PyTorch."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402 - PyTorch may be missing
from torch.utils.data import DataLoader, TensorDataset  # noqa: E402

from reference.models.epoch import descend  # noqa: E402
from reference.models.residual_network import (  # noqa: E402
    BasicBlock,
    ResidualNet18,
    ResidualNet18HalvingStem,
    ResidualNet18WideStem,
    parameter_count,
)

pytestmark = pytest.mark.torch


def images(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(6135))


def maps(network, x):
    found = []
    for block in network.stages:
        block.register_forward_hook(lambda _, __, out: found.append(tuple(out.shape[1:])))
    network(x)
    return found


def test_parameter_counts_are_those_of_both_readings_of_the_figure():
    assert parameter_count(ResidualNet18()) == 11_173_962
    assert parameter_count(ResidualNet18WideStem()) == 11_181_642
    assert parameter_count(ResidualNet18HalvingStem()) == 11_181_642


def test_the_stages_have_maps_of_32_16_8_and_4():
    expected = [(64, 32, 32)] * 2 + [(128, 16, 16)] * 2 + [(256, 8, 8)] * 2 + [(512, 4, 4)] * 2
    assert maps(ResidualNet18(), images(1, 3, 32, 32)) == expected
    assert maps(ResidualNet18WideStem(), images(1, 3, 32, 32)) == expected
    halved = [height for _, height, _ in maps(ResidualNet18HalvingStem(), images(2, 3, 32, 32))]
    assert halved == [8, 8, 4, 4, 2, 2, 1, 1]


def test_no_convolution_has_a_bias_and_each_has_a_normalization():
    modules = list(ResidualNet18().modules())
    convolutions = [each for each in modules if isinstance(each, nn.Conv2d)]
    assert len(convolutions) == 20
    assert all(each.bias is None for each in convolutions)
    assert sum(isinstance(each, nn.BatchNorm2d) for each in modules) == 20


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("name", ["relu", "tanh"])
def test_a_block_agrees_with_the_formula_in_functional_form(stride, name):
    torch.manual_seed(1)
    block = BasicBlock(3, 3 * stride, stride, name).double()
    x = images(2, 3, 6, 6).double()
    F = nn.functional

    def norm(z, layer):
        return F.batch_norm(z, None, None, layer.weight, layer.bias, training=True)

    (first, bn1), (second, bn2) = block.main
    out = getattr(torch, name)(norm(F.conv2d(x, first.weight, stride=stride, padding=1), bn1))
    out = norm(F.conv2d(out, second.weight, padding=1), bn2)
    if stride == 2:
        convolution, bn = block.shortcut
        x_of_same_shape = norm(F.conv2d(x, convolution.weight, stride=2), bn)
    else:
        x_of_same_shape = x
    expected = getattr(torch, name)(out + x_of_same_shape)
    assert torch.allclose(block(x), expected, rtol=1e-10, atol=1e-12)


def test_a_block_that_was_worked_by_hand():
    block = BasicBlock(1, 1)
    for convolution, _ in block.main:
        nn.init.zeros_(convolution.weight)
    # Without weights, BN of zeros is its shift: f(0 + x).
    assert block(torch.tensor([[[[-1.0, 2.0]]]])).tolist() == [[[[0.0, 2.0]]]]
    nn.init.constant_(block.main[1][1].bias, 0.5)
    assert block(torch.tensor([[[[-1.0, 2.0]]]])).tolist() == [[[[0.0, 2.5]]]]


def test_gradients_of_a_block_agree_with_differences():
    torch.manual_seed(2)
    block = BasicBlock(2, 4, 2, "tanh").double()
    assert torch.autograd.gradcheck(block, images(2, 2, 4, 4).double().requires_grad_())


def test_an_unknown_activation_is_refused_by_name():
    with pytest.raises(ValueError, match=r"'gelu' is not an activation; known are relu, tanh. Ch"):
        BasicBlock(1, 1, 1, "gelu")


def test_an_epoch_is_gradient_descent_worked_by_hand():
    model = nn.Linear(1, 2, bias=False)
    nn.init.zeros_(model.weight)
    data = TensorDataset(torch.tensor([[2.0], [2.0]]), torch.tensor([0, 1]))
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    loss, accuracy = descend(
        model, DataLoader(data, batch_size=1), nn.CrossEntropyLoss(), optimizer
    )
    # First step: p = (1/2, 1/2), so w = (1, -1). Then the scores are (2, -2), p1 = 1 / (1 + e^4).
    p = 1 / (1 + np.exp(-4.0))
    assert loss == pytest.approx((np.log(2) - np.log(1 - p)) / 2, rel=1e-5)
    assert accuracy == 0.5
    np.testing.assert_allclose(
        model.weight.detach().numpy().ravel(), [1 - 2 * p, -1 + 2 * p], rtol=1e-5
    )
    assert model.training
