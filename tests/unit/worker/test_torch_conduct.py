"""What a network of free design shows of itself: what is left over, and what small weights hide."""

import numpy as np
import pytest

pytestmark = pytest.mark.torch

X = np.random.default_rng(1).normal(size=(6, 5)).astype("float32")


@pytest.fixture
def conduct(torch):
    from grader.worker.inside.drivers.torch_conduct import conduct

    torch.manual_seed(3)
    return lambda network: conduct(network, X, [], ["activations"])


@pytest.fixture
def net(torch):
    nn = torch.nn

    class Net(nn.Module):
        def __init__(self, mode=""):
            super().__init__()
            self.mode = mode
            self.first, self.last = nn.Linear(5, 4), nn.Linear(4, 3)
            self.spare = nn.BatchNorm1d(4)

        def forward(self, x):
            hidden = torch.tanh(self.first(x))
            return self.last(hidden.detach() if self.mode == "detached" else hidden)

    return Net


def test_parameters_that_no_output_depends_on_are_counted(conduct, net):
    found = conduct(net())
    assert found["unreached"] == ["spare.weight", "spare.bias"]
    assert found["idle"] == 8


def test_parameters_that_outputs_depend_on_are_not_idle_without_a_gradient(conduct, net):
    found = conduct(net("detached"))
    assert found["unreached"] == ["first.weight", "first.bias", "spare.weight", "spare.bias"]
    assert found["idle"] == 0


def test_looking_for_leftovers_changes_no_parameter(torch, conduct, net):
    network = net("detached")
    before = {name: each.clone() for name, each in network.named_parameters()}
    conduct(network)
    assert all(torch.equal(each, before[name]) for name, each in network.named_parameters())


def test_an_output_that_is_no_tensor_leaves_nothing_idle(torch, conduct):
    class Pair(torch.nn.Linear):
        def forward(self, x):
            return (super().forward(x),)

    assert conduct(Pair(5, 3))["idle"] == 0


@pytest.mark.parametrize("deviation", [1e-4, 1e-2, 0.0])
def test_weights_that_begin_near_zero_hide_no_activation(torch, conduct, deviation):
    nn = torch.nn
    small = nn.Sequential(nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 3))
    with torch.no_grad():
        for each in small.parameters():
            each.mul_(deviation)
    found = conduct(small)
    bend = found["doubled"] - 2 * found["eval"] + found["zero"]
    assert bend.abs().max() > 0.01 * found["eval"].abs().max()


def test_weights_of_common_size_stay_as_they_are(torch, conduct):
    linear = torch.nn.Linear(5, 3)
    before = linear.weight.clone()
    conduct(linear)
    assert torch.equal(linear.weight, before)


def test_scores_are_asked_of_inputs_far_from_zero_on_both_sides(torch, net):
    from grader.worker.inside.drivers.torch_conduct import FAR, conduct

    linear = torch.nn.Linear(5, 3, bias=False)
    found = conduct(linear, X, [], ["scores"])
    out = found["far"].reshape(len(FAR), 2, *X.shape[:1], 3)
    assert torch.allclose(out[0, 0], linear(FAR[0] * torch.tensor(X)), rtol=1e-4)
    assert torch.equal(out[:, 0], -out[:, 1])
