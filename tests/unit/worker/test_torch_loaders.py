"""Students' loops get images as they know them: normalized, in an ordinary `DataLoader`."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from grader.worker.inside.drivers import torch_loaders  # noqa: E402  # needs torch
from grader.worker.inside.drivers.torch_loaders import Images, loader  # noqa: E402  # as above

pytestmark = pytest.mark.torch

MEAN, STD = [0.5, 0.25, 0.0], [0.25, 0.5, 1.0]
PIXELS = np.random.default_rng(0).integers(256, size=(10, 3, 4, 5), dtype=np.uint8)
LABELS = np.arange(10) % 4


@pytest.fixture
def images():
    return Images(PIXELS, LABELS, MEAN, STD)


def normalized(pixels):
    mean, std = (np.asarray(each).reshape(3, 1, 1) for each in (MEAN, STD))
    return (pixels / 255 - mean) / std


def test_an_example_is_a_normalized_image_and_its_class(images):
    image, label = images[7]
    assert (type(label), label) == (int, 3)
    assert image.dtype == torch.float32
    np.testing.assert_allclose(image.numpy(), normalized(PIXELS[7]), atol=1e-6)
    assert (len(images), images.targets) == (10, LABELS.tolist())


def test_a_batch_is_the_same_examples_at_once(images):
    at_once = images.__getitems__([3, 0, 9])
    for (image, label), row in zip(at_once, [3, 0, 9], strict=True):
        assert torch.equal(image, images[row][0])
        assert label == images[row][1]


def test_features_are_normalized_each_by_its_own():
    features = np.random.default_rng(1).normal(5, 3, size=(20, 4))
    given = Images(features, np.zeros(20), features.mean(axis=0), features.std(axis=0))
    rows = given.rows(slice(None))
    assert (rows.shape, rows.dtype) == ((20, 4), torch.float32)
    np.testing.assert_allclose(rows.mean(dim=0), 0, atol=1e-5)
    np.testing.assert_allclose(rows.std(dim=0, correction=0), 1, atol=1e-5)


def test_a_loader_for_training_shuffles_and_drops_what_fills_no_batch(images):
    torch.manual_seed(0)
    batches = list(loader(images, 4, trains=True))
    assert [(x.shape, y.dtype) for x, y in batches] == [((4, 3, 4, 5), torch.int64)] * 2
    assert len(loader(images, 4, trains=True)) == 2
    orders = {tuple(y.tolist()) for _ in range(5) for _, y in loader(images, 10, trains=True)}
    assert len(orders) > 1


def test_a_loader_for_looking_keeps_order_and_rest(images):
    batches = list(loader(images, 4, trains=False))
    assert [len(y) for _, y in batches] == [4, 4, 2]
    assert torch.cat([y for _, y in batches]).tolist() == LABELS.tolist()


def test_fewer_examples_than_fill_a_batch_are_one(images):
    ((x, _),) = loader(images, 64, trains=True)
    assert len(x) == 10


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(60, 4)
        self.drop = torch.nn.Dropout(0.5)
        self.frozen = torch.nn.Parameter(torch.zeros(7), requires_grad=False)
        self.calls = []

    def forward(self, x):
        self.calls.append((len(x), self.training, torch.is_grad_enabled()))
        return self.linear(self.drop(x.flatten(1)))


class TestScores:
    def test_all_images_are_asked_in_evaluation_mode_without_gradients_in_parts(self):
        pixels = np.random.default_rng(2).integers(256, size=(510, 3, 4, 5), dtype=np.uint8)
        net = Net()
        found = torch_loaders.scores(net, Images(pixels, [0] * 510, MEAN, STD))
        assert net.calls == [(250, False, False), (250, False, False), (10, False, False)]
        x = torch.tensor(normalized(pixels), dtype=torch.float32).flatten(1)
        assert (found.shape, found.dtype) == ((510, 4), np.float32)
        np.testing.assert_allclose(found, net.linear(x).detach().numpy(), atol=1e-4)

    @pytest.mark.parametrize("training", [True, False])
    def test_the_network_s_mode_is_left_as_it_was(self, images, training):
        net = Net().train(training)
        torch_loaders.scores(net, images)
        assert net.training is training

    def test_half_precision_comes_back_as_single(self, images):
        found = torch_loaders.scores(Halving(), images)
        assert (found.shape, found.dtype) == ((10, 4), np.float32)


class Halving(torch.nn.Module):
    """Has no parameters and answers in bfloat16."""

    def forward(self, x):
        return x.flatten(1)[:, :4].bfloat16()


def test_only_numbers_that_are_learned_are_counted():
    assert torch_loaders.parameters(Net()) == 60 * 4 + 4


def test_threads_are_those_that_were_said():
    before = torch.get_num_threads()
    try:
        torch_loaders.use_threads(2)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
