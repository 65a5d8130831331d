import pickle
import struct
import zlib

import numpy as np
import pytest


def write_cifar_batch(path, first, count=2):
    data = (
        np.full((count, 3072), 0, np.uint8)
        + np.arange(first, first + count, dtype=np.uint8)[:, None]
    )
    data[:, 1024] = 99  # the first pixel of the green plane
    path.write_bytes(pickle.dumps({"data": data, "labels": list(range(count))}))


def test_cifar_is_read_in_its_published_layout_and_split(filled, tmp_path):
    for i in range(1, 6):
        write_cifar_batch(tmp_path / f"data_batch_{i}", 10 * i)
    write_cifar_batch(tmp_path / "test_batch", 60)
    load = filled("data_utils").get_CIFAR10_data
    data = load(7, 2, 1, subtract_mean=False, folder=tmp_path)
    shapes = {key: len(value) for key, value in data.items()}
    assert shapes == {"X_train": 7, "y_train": 7, "X_val": 2, "y_val": 2, "X_test": 1, "y_test": 1}
    assert data["X_train"].shape[1:] == (3, 32, 32)
    assert data["X_train"][3, 0, 0, 0] == 21
    assert data["X_train"][3, 1, 0, 0] == 99
    assert data["X_val"][0, 2, 5, 5] == 41
    data = load(7, 2, 1, folder=tmp_path)
    np.testing.assert_allclose(data["X_train"].mean(axis=0), 0, atol=1e-12)
    assert data["X_test"][0, 0, 0, 0] == pytest.approx(60 - np.mean([10, 11, 20, 21, 30, 31, 40]))


def test_a_missing_data_set_is_named_with_the_place_to_get_it_from(filled, tmp_path):
    data_utils = filled("data_utils")
    with pytest.raises(FileNotFoundError, match=r"data_batch_1 is not there.*www.cs.toronto.edu"):
        data_utils.get_CIFAR10_data(folder=tmp_path)
    with pytest.raises(
        FileNotFoundError, match=r"train.airplane is not there.*CINIC-10.*datashare"
    ):
        data_utils.get_CINIC10_data(folder=tmp_path)
    with pytest.raises(FileNotFoundError, match=r"ece662_filled.datasets.cifar-10-batches-py"):
        data_utils.get_CIFAR10_data()
    with pytest.raises(FileNotFoundError, match=r"ece662_filled.datasets.CINIC-10"):
        data_utils.get_CINIC10_data()


def paeth(left, up, corner):
    """Predict a byte as the PNG specification words it."""
    p = left + up - corner
    pa, pb, pc = abs(p - left), abs(p - up), abs(p - corner)
    if pa <= pb and pa <= pc:
        return left
    return up if pb <= pc else corner


def png(pixels, filters=(0,), colour=2, depth=8, interlaced=0):
    """Encode an image (H, W, channels) as PNG, the filters taking turns by row."""
    height, width, channels = pixels.shape
    wide = np.zeros((height + 1, (width + 1) * channels), int)
    wide[1:, channels:] = pixels.reshape(height, -1)
    raw = b""
    for y in range(1, height + 1):
        kind = filters[(y - 1) % len(filters)]
        raw += bytes([kind])
        for i in range(channels, wide.shape[1]):
            left, up, corner = wide[y, i - channels], wide[y - 1, i], wide[y - 1, i - channels]
            guess = [0, left, up, (left + up) // 2, paeth(left, up, corner)][kind]
            raw += bytes([(wide[y, i] - guess) % 256])

    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    packed = zlib.compress(raw)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"tEXt", b"a\0b")
    return content + chunk(b"IDAT", packed[:9]) + chunk(b"IDAT", packed[9:]) + chunk(b"IEND", b"")


@pytest.mark.parametrize("filters", [(0,), (1,), (2,), (3,), (4,), (4, 1, 3, 0, 2)])
def test_a_png_is_read_whatever_its_filters(filled, rng, tmp_path, filters):
    pixels = rng.integers(256, size=(5, 4, 3))
    (tmp_path / "a.png").write_bytes(png(pixels, filters))
    np.testing.assert_array_equal(filled("data_utils").read_png(tmp_path / "a.png"), pixels)


def test_grey_becomes_three_equal_channels_and_transparency_is_left_out(filled, rng, tmp_path):
    read, path = filled("data_utils").read_png, tmp_path / "a.png"
    pixels = rng.integers(256, size=(3, 2, 4))
    path.write_bytes(png(pixels, (4,), colour=6))
    np.testing.assert_array_equal(read(path), pixels[..., :3])
    path.write_bytes(png(pixels[..., :1], (3,), colour=0))
    np.testing.assert_array_equal(read(path), pixels[..., [0, 0, 0]])
    path.write_bytes(png(pixels[..., :2], (1,), colour=4))
    np.testing.assert_array_equal(read(path), pixels[..., [0, 0, 0]])


@pytest.mark.parametrize("settings", [{"colour": 3}, {"depth": 16}, {"interlaced": 1}])
def test_a_png_that_cinic_does_not_have_is_refused(filled, tmp_path, settings):
    path = tmp_path / "odd.png"
    path.write_bytes(png(np.zeros((2, 2, 3), int), **settings))
    with pytest.raises(ValueError, match=r"odd.png is not an 8-bit grey or colour PNG without"):
        filled("data_utils").read_png(path)


def test_what_is_not_a_png_is_refused(filled, tmp_path):
    path = tmp_path / "not.png"
    path.write_bytes(b"GIF89a")
    with pytest.raises(ValueError, match=r"not.png is not an 8-bit grey or colour PNG"):
        filled("data_utils").read_png(path)


def test_cinic_is_read_in_its_published_layout(filled, tmp_path):
    for part, shade in (("train", 10), ("valid", 50), ("test", 90)):
        for label, name in enumerate(("cat", "dog")):
            folder = tmp_path / part / name
            folder.mkdir(parents=True)
            for i in range(2):
                pixels = np.full((32, 32, 3), shade + label)
                pixels[0, 1] = 200, 100, i
                (folder / f"{i}.png").write_bytes(png(pixels, (2,)))
    load = filled("data_utils").get_CINIC10_data
    data = load(tmp_path, classes=("dog", "cat"), subtract_mean=False)
    assert data["X_train"].shape == (4, 3, 32, 32)
    assert data["y_train"].tolist() == [0, 0, 1, 1]
    # Rows stay rows: row 0, column 1 is the marked pixel.
    np.testing.assert_array_equal(data["X_val"][1, :, 0, 1], [200, 100, 1])
    np.testing.assert_array_equal(data["X_test"][:, 0, 3, 3], [91, 91, 90, 90])
    data = load(tmp_path, classes=("dog", "cat"), per_class=1)
    assert [len(data[f"X_{part}"]) for part in ("train", "val", "test")] == [2, 2, 2]
    np.testing.assert_allclose(data["X_train"].mean(axis=0), 0, atol=1e-12)
