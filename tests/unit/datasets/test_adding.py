"""Adding a data set: all of it is there at the end, or nothing is."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from grader.datasets import adding
from grader.datasets.adding import add
from grader.datasets.cifar10 import read_cifar10
from grader.datasets.faults import DataSetError
from grader.datasets.store import open_dataset


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "data"


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_what_is_added_can_be_opened_as_it_was_read(cifar: Path, data: Path) -> None:
    facts = add("cifar10", str(cifar), data)
    opened, read = open_dataset("cifar10", data), read_cifar10(cifar)
    assert (opened.name, opened.title, opened.classes) == ("cifar10", "CIFAR-10", read.classes)
    assert opened.notes == read.notes == facts.notes
    for (_, mine), (_, published) in zip(opened.parts(), read.parts(), strict=True):
        np.testing.assert_array_equal(mine.inputs, published.inputs)
        np.testing.assert_array_equal(mine.labels, published.labels)


def test_the_folder_holds_arrays_and_facts_and_nothing_else(cifar: Path, data: Path) -> None:
    facts = add("cifar10", str(cifar), data)
    files = content(data)
    assert set(files) == {
        f"cifar10/{name}"
        for name in (
            "facts.json",
            "test_inputs.npy",
            "test_labels.npy",
            "train_inputs.npy",
            "train_labels.npy",
        )
    }
    told = json.loads(files["cifar10/facts.json"])
    assert told["format"] == 1
    assert told["source"] == facts.source == str(cifar)
    assert told["shape"] == [3, 32, 32]
    assert told["parts"]["train"]["count"] == 100
    for part, what in (("train", "inputs"), ("test", "labels")):
        raw = files[f"cifar10/{part}_{what}.npy"]
        assert told["parts"][part][what] == {
            "sha256": hashlib.sha256(raw).hexdigest(),
            "size": len(raw),
        }
    assert facts.size == sum(len(raw) for name, raw in files.items() if name.endswith(".npy"))


def test_a_url_is_downloaded_and_its_file_is_not_kept(
    cifar: Path, data: Path, pack: Callable, serve: Callable
) -> None:
    packed = pack(cifar, ".tar.gz").read_bytes()
    url = "https://example.org/cifar-10-python.tar.gz"
    assert add("cifar10", url, data, opener=serve(packed)).source == url
    assert len(content(data)) == 5
    assert len(open_dataset("cifar10", data).train) == 100


def test_a_download_that_fails_leaves_nothing(data: Path, serve: Callable) -> None:
    with pytest.raises(DataSetError, match="ended after 4 of 9 bytes"):
        add("magic", "https://example.org/magic", data, opener=serve(b"text", 9))
    assert os.listdir(data) == []


def test_six_classes_are_a_data_set_of_their_own(cifar: Path, data: Path) -> None:
    add("cifar10", str(cifar), data)
    facts = add("cifar10_six", str(cifar), data)
    assert facts.classes == ("airplane", "automobile", "bird", "cat", "deer", "dog")
    assert len(open_dataset("cifar10_six", data).train) == 60
    assert len(open_dataset("cifar10", data).train) == 100


def test_features_are_kept_as_they_are(magic: Path, data: Path) -> None:
    facts = add("magic", str(magic), data)
    assert facts.shape == (10,)
    assert not facts.holds_images
    assert open_dataset("magic", data).train.inputs.dtype == np.float64


def test_what_is_there_is_not_replaced_unasked(cifar: Path, data: Path) -> None:
    add("cifar10", str(cifar), data)
    before = content(data)
    sentence = (
        "The data set 'cifar10' is there already: '.*/cache/data/cifar10'. Use it as it is, or "
        "give --replace to put this one in its place."
    )
    with pytest.raises(DataSetError, match=sentence):
        add("cifar10", str(cifar), data)
    assert content(data) == before


def test_replacing_leaves_the_new_one_alone(cifar: Path, magic: Path, data: Path) -> None:
    add("magic", str(magic), data)
    mapped = open_dataset("magic", data).train.inputs
    first = mapped.copy()
    magic.write_text("".join(f"{line}\n" for line in magic.read_text().splitlines()[10:]))
    add("magic", str(magic), data, replace=True)
    assert len(open_dataset("magic", data).train) == 32
    assert os.listdir(data) == ["magic"]
    np.testing.assert_array_equal(mapped, first)  # whoever has the old one open keeps it


def test_a_folder_of_somebody_else_is_never_replaced(magic: Path, data: Path) -> None:
    (data / "magic").mkdir(parents=True)
    (data / "magic" / "mine.txt").write_text("mine")
    sentence = (
        "/magic' is there already and is no data set that was added. Move it away, or name "
        "another folder with --data."
    )
    for replace in (False, True):
        with pytest.raises(DataSetError, match=sentence):
            add("magic", str(magic), data, replace=replace)
    assert content(data) == {"magic/mine.txt": b"mine"}


def test_a_source_that_is_refused_leaves_nothing_and_what_was_there(
    cifar: Path, data: Path
) -> None:
    add("cifar10", str(cifar), data)
    before = content(data)
    (cifar / "test_batch").write_bytes(b"cut")
    for replace, name in ((True, "cifar10"), (False, "cifar10_six")):
        with pytest.raises(DataSetError, match="'test_batch' is damaged"):
            add(name, str(cifar), data, replace=replace)
    assert content(data) == before
    assert os.listdir(data) == ["cifar10"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), MemoryError()])
@pytest.mark.parametrize("after", [0, 1, 3])
def test_an_add_that_is_interrupted_leaves_nothing(
    cifar: Path, data: Path, monkeypatch: pytest.MonkeyPatch, after: int, error: BaseException
) -> None:
    written = []
    write = adding._write_array

    def interrupted(array: np.ndarray, path: Path) -> object:
        if len(written) == after:
            path.write_bytes(b"half")
            raise error
        written.append(path)
        return write(array, path)

    monkeypatch.setattr(adding, "_write_array", interrupted)
    with pytest.raises(type(error)):
        add("cifar10", str(cifar), data)
    assert len(written) == after
    assert os.listdir(data) == []


def test_what_a_killed_process_left_is_removed_by_the_next(magic: Path, data: Path) -> None:
    for name in (".magic.0a1b.part", ".cifar10.0a1b.part"):
        (data / name).mkdir(parents=True)
        (data / name / "train_inputs.npy").write_bytes(b"half")
    add("magic", str(magic), data)
    assert sorted(os.listdir(data)) == [".cifar10.0a1b.part", "magic"]


def test_two_processes_may_remove_the_same_remains(magic: Path, data: Path) -> None:
    adding._remove_unless_locked(data / ".magic.0a1b.part")  # the other one was faster
    assert not data.exists()


def test_what_a_running_process_writes_is_left_alone(magic: Path, data: Path) -> None:
    running = data / ".magic.0a1b.part"
    running.mkdir(parents=True)
    descriptor = os.open(running, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        add("magic", str(magic), data)
    finally:
        os.close(descriptor)
    assert sorted(os.listdir(data)) == [".magic.0a1b.part", "magic"]


def test_a_disk_that_fails_is_told_and_leaves_nothing(
    magic: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    sentence = (
        "The data set 'magic' was not added: '.*/cache/data' could not be written to [(]No space "
        "left on device[)]. What was there before is unchanged. Make room, or name another folder"
    )
    with pytest.raises(DataSetError, match=sentence):
        add("magic", str(magic), data)
    assert os.listdir(data) == []


def test_the_old_one_comes_back_where_the_new_one_cannot_be_moved(
    magic: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add("magic", str(magic), data)
    before = content(data)
    rename, moved = os.rename, []

    def refused_once(source: Path, target: Path) -> None:
        moved.append(target)
        if len(moved) == 2:
            raise OSError(5, "Input/output error")
        rename(source, target)

    monkeypatch.setattr(os, "rename", refused_once)
    with pytest.raises(DataSetError, match=r"could not be written to [(]Input/output error[)]"):
        add("magic", str(magic), data, replace=True)
    assert content(data) == before


def test_a_first_one_that_cannot_be_moved_leaves_nothing(
    magic: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(source: Path, target: Path) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "rename", refused)
    with pytest.raises(DataSetError, match=r"could not be written to [(]Input/output error[)]"):
        add("magic", str(magic), data)
    assert os.listdir(data) == []


def test_a_data_folder_that_is_a_file_is_told(magic: Path, tmp_path: Path) -> None:
    with pytest.raises(DataSetError, match=r"magic04.data' could not be written to [(]File exists"):
        add("magic", str(magic), magic)


def test_names_that_there_are_not_are_refused(magic: Path, data: Path) -> None:
    sentence = (
        "There is no data set '../mnist'. Those that can be added are: cifar10, cifar10_six, "
        "cinic10, cinic10_six, imagenette, magic."
    )
    with pytest.raises(DataSetError, match=sentence):
        add("../mnist", str(magic), data)
    with pytest.raises(DataSetError, match="'synthetic' is made when it is used; there is nothing"):
        add("synthetic", str(magic), data)
    assert not data.exists()
