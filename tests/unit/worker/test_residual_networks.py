"""The residual networks that stand in for torchvision's, in a worker with PyTorch and without."""

import sys

import pytest

torch = pytest.importorskip("torch")

from grader.worker.inside import lookalikes  # noqa: E402  # needs torch below
from grader.worker.inside.drivers import residual_networks  # noqa: E402  # as above
from grader.worker.inside.hollow import StandIn  # noqa: E402  # as above

pytestmark = pytest.mark.torch

NAMES = ["conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4", "avgpool", "fc"]
MODELS = lookalikes.CONTENTS["torchvision.models"]


def numbers(module):
    return sum(each.numel() for each in module.parameters())


# He et al. 2016, table 1; the counts are those that torchvision documents.
@pytest.mark.parametrize(("name", "count"), [("resnet18", 11_689_512), ("resnet34", 21_797_672)])
def test_they_have_the_size_and_the_names_that_are_known(name, count):
    network = MODELS[name](pretrained=True)
    assert numbers(network) == count
    assert [each for each, _ in network.named_children()] == NAMES


@pytest.mark.parametrize("side", [224, 112, 32])
def test_images_of_any_size_get_scores(side):
    network = MODELS["resnet18"](weights="DEFAULT", num_classes=10).eval()
    with torch.no_grad():
        assert network(torch.zeros(2, 3, side, side)).shape == (2, 10)


def test_five_convolutions_are_in_the_last_stage():
    layers = residual_networks.resnet18().layer4.modules()
    assert sum(isinstance(each, torch.nn.Conv2d) for each in layers) == 5


def test_without_pytorch_there_is_nothing_to_make(monkeypatch):
    monkeypatch.delitem(sys.modules, residual_networks.__name__)
    assert isinstance(MODELS["resnet18"](pretrained=True), StandIn)
