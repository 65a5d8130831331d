"""The networks, initial weights and training loops of the PyTorch part of the UMass assignment."""

import math

import pytest

torch = pytest.importorskip("torch")

from reference import kaiming  # noqa: E402
from reference.handins.umass_ece697ls_a1_torch.pytorch_part import q5_pytorch  # noqa: E402
from reference.models import gradient_descent, stacked_convnets  # noqa: E402

pytestmark = pytest.mark.torch
functional = torch.nn.functional


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(231)


def double(*shape):
    return torch.randn(*shape, dtype=torch.float64)


class TestBareNetworks:
    def test_two_layers_worked_by_hand(self):
        x = torch.tensor([[[1.0, -2.0]]])
        w1 = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
        w2 = torch.tensor([[3.0], [5.0]])
        # ReLU(1, -2) = (1, 0), and 1 * 3 + 0 * 5 = 3.
        assert q5_pytorch.two_layer_fc(x, [w1, w2]).tolist() == [[3.0]]
        assert q5_pytorch.flatten(torch.zeros(2, 3, 4)).shape == (2, 12)

    def test_three_layers_worked_by_hand(self):
        x = torch.ones(1, 1, 1, 1)
        ones_5, ones_3 = torch.ones(1, 1, 5, 5), torch.ones(1, 1, 3, 3)
        # A single pixel: the paddings of 2 and 1 keep it alone. (1 + 1) * 1 - 0.5 = 1.5, times 2.
        params = [ones_5, torch.ones(1), ones_3, -0.5 * torch.ones(1), 2 * torch.ones(1, 1)]
        out = q5_pytorch.three_layer_convnet(x, [*params, torch.ones(1)])
        assert out.tolist() == [[4.0]]

    def test_three_layers_agree_with_the_module(self):
        model = stacked_convnets.UnpooledConvNet(3, 4, 5, 6).double()
        x = double(2, 3, 32, 32)
        *filters, weight, bias = model.parameters()
        out = stacked_convnets.three_layer_scores(x, [*filters, weight.T, bias])
        torch.testing.assert_close(out, model(x), rtol=1e-12, atol=1e-12)

    def test_the_gradients_agree_with_differences(self):
        shapes = [(3, 2, 5, 5), (3,), (2, 3, 3, 3), (2,), (2 * 16, 4), (4,)]
        params = [double(*shape).requires_grad_() for shape in shapes]
        x = double(2, 2, 4, 4)
        assert torch.autograd.gradcheck(
            lambda *p: stacked_convnets.three_layer_scores(x, p), params
        )


class TestModules:
    def test_sizes_and_parameters_are_those_of_the_text(self):
        model = q5_pytorch.ThreeLayerConvNet(3, 12, 8, 6)
        assert model(torch.zeros(64, 3, 32, 32)).shape == (64, 6)
        sequential = q5_pytorch.make_sequential_convnet()
        assert isinstance(sequential, torch.nn.Sequential)
        shapes = [tuple(each.shape) for each in sequential.parameters()]
        assert shapes == [(32, 3, 5, 5), (32,), (16, 32, 3, 3), (16,), (6, 16 * 1024), (6,)]

    def test_initial_weights_are_normal_with_kaimings_deviation(self):
        model = q5_pytorch.ThreeLayerConvNet(3, 300, 20, 4)
        weights = [each for each in model.parameters() if each.dim() > 1]
        for weight, fan_in in zip(weights, (75, 2700, 20 * 1024), strict=True):
            n = weight.numel()
            assert weight.std().item() == pytest.approx(math.sqrt(2 / fan_in), rel=6 / math.sqrt(n))
            assert ((weight / weight.std()) ** 4).mean().item() == pytest.approx(3, abs=0.3)


class TestInitialWeights:
    @pytest.mark.parametrize(("shape", "fan_in"), [((300, 200), 300), ((60, 20, 5, 5), 500)])
    def test_random_weights_have_the_deviation_of_their_fan_in(self, shape, fan_in):
        weight = q5_pytorch.random_weight(shape)
        assert kaiming.fan_in(shape) == fan_in
        assert weight.shape == shape
        assert weight.requires_grad
        assert weight.is_leaf
        deviation = weight.std().item()
        assert deviation == pytest.approx(math.sqrt(2 / fan_in), rel=6 / math.sqrt(weight.numel()))

    def test_a_shape_of_another_kind_is_refused(self):
        with pytest.raises(ValueError, match="neither 2 nor 4 axes") as caught:
            kaiming.fan_in((3,))
        assert str(caught.value) == (
            "A weight of shape (3,) has neither 2 nor 4 axes, so its inputs cannot be counted. "
            "Give (inputs, outputs) or (filters, channels, height, width)."
        )

    def test_zero_weights_can_be_trained(self):
        weight = q5_pytorch.zero_weight((3, 2))
        assert weight.tolist() == [[0, 0], [0, 0], [0, 0]]
        assert weight.requires_grad
        assert weight.is_leaf


def data():
    return [(torch.randn(n, 3), torch.randint(4, (n,))) for n in (5, 5, 2)]


class TestLoops:
    def test_descent_by_hand_is_that_of_pytorchs_optimizer(self, monkeypatch):
        batches = data()
        monkeypatch.setattr(q5_pytorch, "loader_train", batches)
        own = [torch.randn(3, 6).requires_grad_(), torch.randn(6, 4).requires_grad_()]
        theirs = [each.detach().clone().requires_grad_() for each in own]
        monkeypatch.setattr(q5_pytorch, "loader_val", batches)
        q5_pytorch.train_part2(q5_pytorch.two_layer_fc, own, 0.1)
        optimizer = torch.optim.SGD(theirs, lr=0.1)
        for x, y in batches:
            optimizer.zero_grad()
            functional.cross_entropy(q5_pytorch.two_layer_fc(x, theirs), y).backward()
            optimizer.step()
        for a, b in zip(own, theirs, strict=True):
            torch.testing.assert_close(a, b)

    def test_one_step_worked_by_hand(self):
        w = torch.zeros(1, 2, requires_grad=True)
        batch = [(torch.tensor([[1.0]]), torch.tensor([0]))]
        (loss,) = gradient_descent.descend(lambda x, p: x @ p[0], [w], batch, 0.5)
        # Both probabilities are 1/2, so the gradient is (-1/2, 1/2).
        assert loss == pytest.approx(math.log(2))
        assert w.tolist() == [[0.25, -0.25]]

    def test_an_optimizer_trains_in_training_mode_whatever_happens_in_between(self):
        model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))
        modes = []
        model.register_forward_hook(lambda m, _inputs, _out: modes.append(m.training))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in gradient_descent.optimize(model, optimizer, data()):
            model.eval()
        assert modes == [True, True, True]

    def test_epochs_and_messages(self, monkeypatch, capsys):
        monkeypatch.setattr(q5_pytorch, "loader_train", data())
        monkeypatch.setattr(q5_pytorch, "loader_val", data())
        monkeypatch.setattr(q5_pytorch, "print_every", 2)
        model = torch.nn.Linear(3, 4)
        q5_pytorch.train_part34(model, torch.optim.SGD(model.parameters(), lr=0.1), epochs=2)
        said = capsys.readouterr().out.splitlines()
        assert [line.split()[0] for line in said] == ["loss", "Got"] * 4

    def test_what_is_printed_is_what_was_counted(self, capsys):
        batch = [(torch.eye(4), torch.tensor([0, 1, 3, 3]))]
        q5_pytorch.check_accuracy_part2(batch, lambda x, p: x, [])
        model = torch.nn.Identity()
        q5_pytorch.check_accuracy_part34(batch, model)
        assert capsys.readouterr().out == "Got 3 / 4 correct (75.00%)\n" * 2
        assert not model.training
