import numpy as np
import pytest

torch = pytest.importorskip("torch")

from grader.worker.inside.drivers.torch_batches import Batches  # noqa: E402  # needs PyTorch

pytestmark = pytest.mark.torch

MEAN, STD = [0.2, 0.4, 0.6], [0.1, 0.2, 0.3]


@pytest.fixture
def images():
    """Ten images of 6 by 5 that differ in every pixel, which nobody may write to."""
    made = np.random.default_rng(0).integers(0, 256, (10, 3, 6, 5)).astype(np.uint8)
    made.setflags(write=False)
    return made


@pytest.fixture
def batches(images):
    def make(inputs=images, size=4, seed=7, **how):
        return Batches(inputs, np.arange(len(inputs)), size, torch.device("cpu"), seed, **how)

    return make


def normalized(images):
    axes = (1, 3, 1, 1)
    return (images / 255 - np.reshape(MEAN, axes)) / np.reshape(STD, axes)


@pytest.mark.parametrize("size", [1, 2, 5, 10])
def test_every_example_comes_once_in_an_epoch(batches, size):
    source = batches(size=size)
    for _ in range(3):
        seen = np.concatenate([source.next()[1].numpy() for _ in range(10 // size)])
        assert sorted(seen) == list(range(10))


def test_what_fills_no_batch_is_dropped(batches):
    source = batches(size=4)
    for _ in range(5):
        seen = np.concatenate([source.next()[1].numpy() for _ in range(2)])
        assert len(set(seen)) == 8


def test_data_that_fills_no_batch_is_one(batches):
    source = batches(size=64)
    assert sorted(source.next()[1].tolist()) == list(range(10))


def test_epochs_differ_in_their_order_and_a_seed_gives_the_same_again(batches):
    first, again, other = batches(size=10), batches(size=10), batches(size=10, seed=8)
    orders = [first.next()[1].tolist() for _ in range(3)]
    assert orders == [again.next()[1].tolist() for _ in range(3)]
    assert len({tuple(order) for order in orders}) == 3
    assert orders[0] != other.next()[1].tolist()


@pytest.mark.parametrize("channels_last", [True, False])
def test_images_are_normalized_by_channel_and_go_with_their_labels(batches, images, channels_last):
    x, labels = batches(mean=MEAN, std=STD, channels_last=channels_last).next()
    assert x.dtype == torch.float32
    assert x.is_contiguous(memory_format=torch.channels_last) is channels_last
    np.testing.assert_allclose(x.numpy(), normalized(images)[labels.numpy()], rtol=1e-5, atol=1e-6)


def test_features_are_normalized_by_column(batches):
    x = np.random.default_rng(1).normal([0, 5e3], [1, 2], (10, 2)).astype(np.float32)
    found, labels = batches(x, mean=[0, 5e3], std=[1, 2]).next()
    np.testing.assert_allclose(found.numpy(), (x[labels] - [0, 5e3]) / [1, 2], rtol=1e-5, atol=1e-6)


def test_neither_flip_nor_crop_is_done_to_features(batches):
    x = np.arange(20, dtype=np.float32).reshape(10, 2)
    found, labels = batches(x, flip=True, crop=1).next()
    assert np.array_equal(found.numpy(), x[labels])


def test_an_image_is_flipped_whole_or_not_at_all(batches, images):
    source, flipped = batches(mean=MEAN, std=STD, flip=True), []
    for _ in range(20):
        x, labels = source.next()
        for found, wanted in zip(x.numpy(), normalized(images)[labels.numpy()], strict=True):
            flipped.append(bool(np.allclose(found, wanted[:, :, ::-1], atol=1e-5)))
            assert flipped[-1] or np.allclose(found, wanted, atol=1e-5)
    assert 20 < sum(flipped) < 60  # of 80: outside with a probability below 1e-5


def test_a_crop_moves_the_image_and_fills_in_the_mean(batches, images):
    source, moves = batches(mean=MEAN, std=STD, crop=2), set()
    padded = np.pad(normalized(images), ((0, 0), (0, 0), (2, 2), (2, 2)))
    windows = {(i, j): padded[:, :, i : i + 6, j : j + 5] for i in range(5) for j in range(5)}
    for _ in range(60):
        x, labels = source.next()
        assert x.shape == (4, 3, 6, 5)
        for found, label in zip(x.numpy(), labels.tolist(), strict=True):
            fitting = [
                move for move, all_ in windows.items() if np.allclose(found, all_[label], atol=1e-5)
            ]
            assert len(fitting) == 1
            moves.update(fitting)
    assert moves == set(windows)


def test_flip_and_crop_go_together(batches, images):
    source = batches(size=10, mean=MEAN, std=STD, flip=True, crop=1)
    padded = np.pad(normalized(images), ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = [padded[:, :, i : i + 6, j : j + 5] for i in range(3) for j in range(3)]
    windows += [each[..., ::-1] for each in windows]
    x, labels = source.next()
    for found, label in zip(x.numpy(), labels.tolist(), strict=True):
        assert sum(np.allclose(found, each[label], atol=1e-5) for each in windows) == 1
