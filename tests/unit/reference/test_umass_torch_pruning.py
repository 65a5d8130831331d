"""Pruning of a network: the right weights, the right fraction, and nothing else."""

import pytest

torch = pytest.importorskip("torch")

from torch.nn.utils import prune  # noqa: E402

from reference.handins.umass_ece697ls_a1_torch.pytorch_part import (  # noqa: E402
    alternatives,
    q6_pruning,
)
from reference.pruning import prune_filters, prune_smallest  # noqa: E402

pytestmark = pytest.mark.torch


@pytest.fixture
def model():
    torch.manual_seed(6)
    features = torch.nn.Sequential(
        torch.nn.Conv2d(3, 10, 3), torch.nn.ReLU(), torch.nn.Conv2d(10, 20, 3, bias=False)
    )
    return torch.nn.Sequential(features, torch.nn.Flatten(), torch.nn.Linear(20, 5))


def layers(model):
    return [m for m in model.modules() if isinstance(m, (torch.nn.Conv2d, torch.nn.Linear))]


@pytest.mark.parametrize("percent", range(10, 81, 10))
def test_single_weights_agree_with_pytorchs_own_pruning(model, percent):
    pruned = q6_pruning.prune_unstructured(model, percent / 100)
    targets = [(each, "weight") for each in layers(model)]
    prune.global_unstructured(targets, prune.L1Unstructured, amount=percent / 100)
    for own, theirs in zip(layers(pruned), layers(model), strict=True):
        assert torch.equal(own.weight, theirs.weight)
    count = sum(int((each.weight == 0).sum()) for each in layers(pruned))
    assert count == round(percent / 100 * sum(each.weight.numel() for each in layers(pruned)))


@pytest.mark.parametrize("amount", [0.1, 0.2, 0.3, 0.8])
def test_filters_agree_with_pytorchs_own_pruning(model, amount):
    pruned = q6_pruning.prune_structured(model, amount)
    for own, theirs in zip(layers(pruned), layers(model), strict=True):
        if isinstance(theirs, torch.nn.Conv2d):
            prune.ln_structured(theirs, "weight", amount, n=1, dim=0)
        assert torch.equal(own.weight, theirs.weight)


def test_pruning_worked_by_hand():
    model = torch.nn.Linear(2, 2)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[-4.0, 1.0], [2.0, -3.0]]))
        model.bias.copy_(torch.tensor([0.5, 5.0]))
    assert prune_smallest(model, 0.5).weight.tolist() == [[-4, 0], [0, -3]]
    assert prune_smallest(model, 0.5).bias.tolist() == [0.5, 5]
    # With biases there are six numbers; the three smallest are 0.5, 1 and 2.
    both = prune_smallest(model, 0.5, biases=True)
    assert (both.weight.tolist(), both.bias.tolist()) == ([[-4, 0], [0, -3]], [0, 5])


def test_filters_worked_by_hand():
    model = torch.nn.Conv2d(1, 2, 2)
    with torch.no_grad():
        # L1 norms 4 and 6; without magnitudes the sums would be 4 and 0.
        model.weight.copy_(torch.tensor([[[[1.0, 1], [1, 1]]], [[[-3.0, 3], [0, 0]]]]))
        model.bias.copy_(torch.tensor([7.0, 8.0]))
    pruned = prune_filters(model, 0.5)
    assert pruned.weight.abs().sum(dim=(1, 2, 3)).tolist() == [0, 6]
    assert pruned.bias.tolist() == [7, 8]
    assert prune_filters(model, 0.5, biases=True).bias.tolist() == [0, 8]


@pytest.mark.parametrize(
    "function",
    [
        q6_pruning.prune_unstructured,
        q6_pruning.prune_structured,
        alternatives.prune_unstructured_with_biases,
        alternatives.prune_structured_with_biases,
    ],
)
def test_the_model_itself_is_left_alone_and_zeros_are_all_that_changes(model, function):
    before = [each.clone() for each in model.parameters()]
    pruned = function(model, 0.4)
    for old, same, new in zip(before, model.parameters(), pruned.parameters(), strict=True):
        assert torch.equal(old, same)
        assert torch.equal(new[new != 0], old[new != 0])
    assert any(bool((each == 0).any()) for each in pruned.parameters())


@pytest.mark.parametrize("function", [prune_smallest, prune_filters])
def test_an_amount_that_is_no_fraction_is_refused(model, function):
    with pytest.raises(ValueError, match="amount is 30") as caught:
        function(model, 30)
    assert str(caught.value) == (
        "amount is 30; it is the fraction that is set to zero. Pass a number from 0 to 1, such as "
        "0.1 for 10 %."
    )
