"""The two networks for PyTorch: the pre-activation VGG, and the perceptron with ELU."""

import importlib.util
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from torch.nn import functional  # noqa: E402 - PyTorch may be missing

from reference.models.elu_perceptron import EluPerceptron  # noqa: E402
from reference.models.preactivation_vgg import PreActivationBlock, PreActivationVgg  # noqa: E402

HANDIN = Path(__file__).parents[3] / "reference" / "handins" / "uva_dl1_2020_p1" / "code"


@pytest.fixture(scope="module")
def alternatives():
    spec = importlib.util.spec_from_file_location(
        "alternatives_pytorch", HANDIN / "alternatives_pytorch.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def seeded():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        yield


def count(module):
    return sum(parameter.numel() for parameter in module.parameters())


def batch_norm(layer, x, train):
    statistics = (None, None) if train else (layer.running_mean, layer.running_var)
    return functional.batch_norm(x, *statistics, layer.weight, layer.bias, training=train)


def by_the_table(net, x, train):
    """The network written out a second time, from figure 5's table."""
    layers = list(net)

    def block(x):
        layer = layers.pop(0).residual
        out = functional.relu(batch_norm(layer[0], x, train))
        return x + functional.conv2d(out, layer[2].weight, layer[2].bias, padding=1)

    def conv(x, padding):
        layer = layers.pop(0)
        return functional.conv2d(x, layer.weight, layer.bias, padding=padding)

    def pool(x):
        layers.pop(0)
        return functional.max_pool2d(x, 3, stride=2, padding=1)

    x = block(conv(x, 1))
    for _ in range(3):
        x = block(block(pool(conv(x, 0))))
    x = pool(block(block(pool(x))))
    x = functional.relu(batch_norm(layers.pop(0), x, train)).flatten(1)
    return functional.linear(x, layers[-1].weight, layers[-1].bias)


def test_a_block_worked_out_by_hand():
    block = PreActivationBlock(1).double().eval()
    norm, _, conv = block.residual
    norm.running_mean.fill_(1)
    norm.running_var.fill_(4 - norm.eps)
    torch.nn.init.zeros_(conv.weight)
    with torch.no_grad():
        conv.weight[0, 0, 1, 1] = 3
        conv.bias.fill_(10)
    # (5 - 1) / 2 = 2, times 3, plus 10, plus 5; and (-5 - 1) / 2 is cut off
    image = torch.tensor([[[[5.0, -5.0]]]], dtype=torch.float64)
    torch.testing.assert_close(block(image), torch.tensor([[[[21.0, 5.0]]]], dtype=torch.float64))


def test_the_gradients_of_a_block_agree_with_differences(seeded):
    block = PreActivationBlock(2).double()
    x = torch.randn(2, 2, 3, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(block, (x,))


def test_the_number_of_parameters_is_that_of_the_table():
    assert count(PreActivationVgg(3, 10)) == 11_138_122


@pytest.mark.parametrize("train", [False, True], ids=["eval", "train"])
def test_the_network_is_the_table(seeded, train):
    net = PreActivationVgg(3, 10).double()
    x = torch.randn(4, 3, 32, 32, dtype=torch.float64)
    net.train()(x)  # so that the running averages are not those of a fresh network
    with torch.no_grad():
        wanted = by_the_table(net, x, train)
        torch.testing.assert_close(net.train(train)(x), wanted, rtol=1e-9, atol=1e-9)


def test_the_gradient_of_the_network_agrees_with_a_difference(seeded):
    net = PreActivationVgg(3, 10).double().eval()
    x = torch.randn(1, 3, 32, 32, dtype=torch.float64, requires_grad=True)
    direction = torch.randn_like(x)
    direction /= direction.norm()
    weights = torch.linspace(-1, 1, 10, dtype=torch.float64)
    (dx,) = torch.autograd.grad(net(x)[0] @ weights, x)
    h = 1e-6
    with torch.no_grad():
        slope = (net(x + h * direction) - net(x - h * direction))[0] @ weights / (2 * h)
    torch.testing.assert_close((dx * direction).sum(), slope, rtol=1e-5, atol=1e-9)


def test_other_numbers_of_channels_and_classes(seeded):
    with torch.no_grad():
        assert PreActivationVgg(1, 7)(torch.zeros(2, 1, 32, 32)).shape == (2, 7)


def test_the_perceptron_without_hidden_layers_is_one_linear_layer():
    net = EluPerceptron(4, [], 3)
    assert count(net) == 4 * 3 + 3
    x = torch.eye(4)
    torch.testing.assert_close(net(x), functional.linear(x, net[0].weight, net[0].bias))


def test_the_perceptron_worked_out_by_hand():
    net = EluPerceptron(1, [2], 1).double().eval()
    with torch.no_grad():
        for parameter, values in zip(
            (net[0].weight, net[0].bias, net[1].weight, net[3].weight, net[3].bias),
            ([[1.0], [-1.0]], [0.0, 0.0], [1.0, 1.0], [[1.0, 2.0]], [0.5]),
            strict=True,
        ):
            parameter.copy_(torch.tensor(values))
        net[1].running_var.fill_(1 - net[1].eps)
        # elu(2) = 2, elu(-2) = exp(-2) - 1
        wanted = 2 + 2 * (torch.exp(torch.tensor(-2.0, dtype=torch.float64)) - 1) + 0.5
        torch.testing.assert_close(net(torch.full((1, 1), 2.0, dtype=torch.float64))[0, 0], wanted)


@pytest.mark.parametrize("hidden", [[5], [7, 6], [4, 4, 4]])
def test_the_perceptron_agrees_with_its_parts(seeded, hidden):
    net = EluPerceptron(8, hidden, 3).double()
    x = torch.randn(6, 8, dtype=torch.float64)
    layers = list(net)
    wanted = x
    for _ in hidden:
        linear, norm, _ = (layers.pop(0) for _ in range(3))
        wanted = functional.elu(
            batch_norm(norm, functional.linear(wanted, linear.weight, linear.bias), True)
        )
    wanted = functional.linear(wanted, layers[0].weight, layers[0].bias)
    torch.testing.assert_close(net(x), wanted)


def test_the_gradients_of_the_perceptron_agree_with_differences(seeded):
    x = torch.randn(5, 4, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(EluPerceptron(4, [3, 6], 2).double(), (x,))


@pytest.mark.parametrize(
    ("name", "parameters", "end"),
    [
        ("ConvNetWithoutFinalReLU", 11_138_122, ["MaxPool2d", "BatchNorm2d", "Flatten", "Linear"]),
        ("ConvNetWithoutFinalNorm", 11_137_098, ["PreActivationBlock", "MaxPool2d", "Flatten"]),
        ("ConvNetWithFinalReLUAlone", 11_137_098, ["MaxPool2d", "ReLU", "Flatten", "Linear"]),
        ("ConvNetWithFinalReLUFirst", 11_138_122, ["MaxPool2d", "ReLU", "BatchNorm2d", "Flatten"]),
    ],
)
def test_the_alternatives_differ_at_the_end_alone(seeded, alternatives, name, parameters, end):
    net = getattr(alternatives, name)(3, 10)
    assert count(net) == parameters
    kinds = [type(layer).__name__ for layer in net]
    whole = [type(layer).__name__ for layer in PreActivationVgg(3, 10)]
    assert end == [kind for kind in kinds if kind in end][-len(end) :]
    assert kinds[: whole.index("BatchNorm2d")] == whole[: whole.index("BatchNorm2d")]
    with torch.no_grad():
        assert net(torch.zeros(2, 3, 32, 32)).shape == (2, 10)
