"""Technion's two initializations, the MLP for MAGIC and the CNN for Imagenette."""

import math

import pytest

from reference.initializers import kaiming_std, xavier_bound

torch = pytest.importorskip("torch")

from reference.handins.technion_046211_hw2.hw2 import hw2  # noqa: E402
from reference.models.group_norm_convnet import GroupNormConvNet, Stage  # noqa: E402
from reference.models.tabular_perceptron import TabularPerceptron  # noqa: E402

pytestmark = pytest.mark.torch
FANS = [(512, 512), (300, 700), (700, 300)]


@pytest.fixture(autouse=True)
def _seeded():
    with torch.random.fork_rng():
        torch.manual_seed(211)
        yield


def test_the_scales_worked_by_hand():
    assert xavier_bound(1, 5) == 1
    assert xavier_bound(512, 512) == pytest.approx(math.sqrt(6 / 1024))
    assert kaiming_std(512) == 0.0625


@pytest.mark.parametrize("fans", [(0, 3), (3, 0), (-1, 3)])
def test_fans_that_are_not_positive_are_refused(fans):
    with pytest.raises(ValueError, match=r"is (0|-1); a layer has at least one input and one"):
        xavier_bound(*fans)


def test_a_fan_in_of_none_is_refused_by_name():
    with pytest.raises(ValueError, match="fan_in is 0; a layer has at least one input"):
        kaiming_std(0)


@pytest.mark.parametrize(("fan_in", "fan_out"), FANS)
def test_xavier_is_the_law_of_pytorch(fan_in, fan_out):
    found, known = hw2.xavier_init(fan_in, fan_out), torch.empty(fan_out, fan_in)
    torch.nn.init.xavier_uniform_(known)
    assert found.shape == (fan_in, fan_out)
    # The largest of 200,000 uniform numbers is within 1e-4 of the bound but once in 10^8 draws.
    assert found.abs().max().item() == pytest.approx(known.abs().max().item(), rel=2e-4)
    # The standard error of either deviation is 0.1 %.
    assert found.std().item() == pytest.approx(known.std().item(), rel=0.01)


@pytest.mark.parametrize(("fan_in", "fan_out"), FANS)
def test_kaiming_is_the_law_of_pytorch(fan_in, fan_out):
    found, known = hw2.kaiming_init(fan_in, fan_out), torch.empty(fan_out, fan_in)
    torch.nn.init.kaiming_normal_(known, mode="fan_in", nonlinearity="relu")
    assert found.shape == (fan_in, fan_out)
    # The standard error of either deviation is 0.16 %.
    assert found.std().item() == pytest.approx(known.std().item(), rel=0.012)


@pytest.mark.parametrize(
    ("init", "activation"), [(hw2.xavier_init, torch.tanh), (hw2.kaiming_init, torch.relu)]
)
def test_a_hundred_layers_neither_explode_nor_vanish(init, activation):
    x = torch.randn(512)
    for _ in range(100):
        x = activation(init(512, 512) @ x)
    assert 1e-3 < x.std().item() < 1e3


def test_the_perceptron_is_its_formula():
    model = TabularPerceptron(4, (6, 5), 2).double()
    with torch.no_grad():
        for buffer in model.buffers():
            if buffer.is_floating_point():
                buffer.uniform_(0.5, 1.5)
    x = torch.randn(3, 4, dtype=torch.float64)
    h = x
    for at in (0, 4):
        linear, norm = model[at], model[at + 1]
        h = h @ linear.weight.T + linear.bias
        h = (h - norm.running_mean) / (norm.running_var + norm.eps).sqrt()
        h = torch.relu(h * norm.weight + norm.bias)
    expected = h @ model[8].weight.T + model[8].bias
    torch.testing.assert_close(model.eval()(x), expected, rtol=1e-12, atol=1e-12)
    assert hw2.MLP()(torch.randn(5, 10)).shape == (5, 1)


def test_a_stage_halves_the_side_and_adds_its_residual():
    stage = Stage(8, 16).double()
    x = torch.randn(2, 8, 6, 6, dtype=torch.float64)
    h = torch.nn.functional.max_pool2d(stage.widen(x), 2)
    assert stage(x).shape == (2, 16, 3, 3)
    torch.testing.assert_close(stage(x) - h, stage.residual(h))
    with torch.no_grad():
        stage.residual[1].weight.zero_()
        stage.residual[1].bias.zero_()
    torch.testing.assert_close(stage(x), h)


def test_the_convnet_has_no_batch_normalization_and_as_many_parameters_as_it_says():
    model = hw2.CNN()
    assert not any("BatchNorm" in type(part).__name__ for part in model.modules())
    assert sum(each.numel() for each in model.parameters()) == 1_168_042
    assert "1,168,042 parameters" in (GroupNormConvNet.__doc__ or "")


def test_an_image_is_classified_without_a_look_at_the_others():
    model = hw2.CNN().train()
    x = torch.randn(3, 3, 64, 64)
    mixed = torch.cat((x[:1], torch.randn(2, 3, 64, 64)))
    outs = []
    for batch in (x, mixed):
        torch.manual_seed(1)  # of dropout
        outs.append(model(batch))
    assert outs[0].shape == (3, 10)
    torch.testing.assert_close(outs[0][0], outs[1][0], rtol=1e-5, atol=1e-5)
