"""Opening and verifying: what was truncated, changed or lost since is refused and listed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.datasets import facts as facts_module
from grader.datasets.adding import add
from grader.datasets.faults import DataSetError, DataSetMissing
from grader.datasets.store import facts_of, names, open_dataset
from grader.datasets.synthetic import make_synthetic
from grader.datasets.verification import verify


@pytest.fixture
def data(magic: Path, tmp_path: Path) -> Path:
    """A data folder that holds MAGIC: 40 training rows, 10 test rows."""
    folder = tmp_path / "data"
    add("magic", str(magic), folder)
    return folder


@pytest.fixture
def change_facts(data: Path) -> Callable[..., None]:
    def change(**items: Any) -> None:
        path = data / "magic" / "facts.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | items))

    return change


def test_the_inputs_are_a_map_of_the_file_and_read_only(data: Path) -> None:
    train = open_dataset("magic", data).train
    assert isinstance(train.inputs, np.memmap)
    assert train.file == data / "magic" / "train_inputs.npy"
    np.testing.assert_array_equal(np.load(train.file), train.inputs)
    assert not isinstance(train.labels, np.memmap)
    for array in (train.inputs, train.labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_a_validation_part_is_kept(data: Path) -> None:
    # MAGIC has none: its test part stands for one here.
    facts = json.loads((data / "magic" / "facts.json").read_text())
    facts["parts"]["validation"] = facts["parts"]["test"]
    (data / "magic" / "facts.json").write_text(json.dumps(facts))
    for what in ("inputs", "labels"):
        raw = (data / "magic" / f"test_{what}.npy").read_bytes()
        (data / "magic" / f"validation_{what}.npy").write_bytes(raw)
    opened = open_dataset("magic", data)
    assert opened.validation is not None
    assert [(part, len(split)) for part, split in opened.parts()] == [
        ("train", 40),
        ("validation", 10),
        ("test", 10),
    ]


def test_the_synthetic_one_is_always_there(tmp_path: Path, data: Path) -> None:
    assert names(tmp_path / "nowhere") == ("synthetic",)
    assert names(data) == ("magic", "synthetic")
    assert open_dataset("synthetic", tmp_path / "nowhere") is make_synthetic()
    assert verify("synthetic", tmp_path / "nowhere") == ()


def test_one_that_is_not_there_can_be_told_from_one_that_is_damaged(data: Path) -> None:
    sentence = (
        "The data set 'cifar10' is not in '.*/data'. Add it: `grader data add cifar10 SOURCE`, "
        "where SOURCE is cifar-10-batches-py or cifar-10-python.tar.gz."
    )
    for ask in (open_dataset, verify):
        with pytest.raises(DataSetMissing, match=sentence):
            ask("cifar10", data)


def test_a_name_that_there_is_not_lists_those_that_there_are(data: Path) -> None:
    for name in ("mnist", "../data/magic", ""):
        with pytest.raises(DataSetMissing, match=r"There are: cifar10, .*, magic, synthetic."):
            open_dataset(name, data)


def test_what_is_as_it_was_added_has_no_problems(data: Path) -> None:
    assert verify("magic", data) == ()


def refused(data: Path, why: str) -> None:
    sentence = (
        f"The data set 'magic' cannot be used: {why}. Run `grader data verify magic` to see all "
        "that is wrong, or add it again: `grader data add magic SOURCE --replace`."
    )
    with pytest.raises(DataSetError, match=sentence):
        open_dataset("magic", data)


def test_a_truncated_file_is_refused(data: Path) -> None:
    path = data / "magic" / "train_inputs.npy"
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[:1_000])
    refused(data, f"'train_inputs.npy' has 1,000 bytes, not the {size:,} it had")
    assert verify("magic", data) == (
        f"'train_inputs.npy' is truncated: it has 1,000 of {size:,} bytes.",
    )


def test_a_missing_file_is_refused(data: Path) -> None:
    (data / "magic" / "test_labels.npy").unlink()
    refused(data, "'test_labels.npy' cannot be read: No such file or directory")
    assert verify("magic", data) == ("'test_labels.npy' is missing.",)


def test_a_folder_in_the_place_of_a_file_is_refused(data: Path) -> None:
    path = data / "magic" / "test_labels.npy"
    path.unlink()
    path.mkdir()
    with pytest.raises(DataSetError, match=r"'test_labels.npy' "):
        open_dataset("magic", data)
    (problem,) = verify("magic", data)
    assert problem.startswith("'test_labels.npy' ")


def test_a_file_that_may_not_be_read_is_listed(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path, *arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    facts = facts_of("magic", data)
    monkeypatch.setattr("grader.datasets.verification.facts_of", lambda name, folder: facts)
    monkeypatch.setattr(Path, "open", denied)
    assert "'test_inputs.npy' cannot be read: Permission denied." in verify("magic", data)


def test_every_problem_is_listed(data: Path) -> None:
    folder = data / "magic"
    (folder / "train_inputs.npy").write_bytes(b"")
    (folder / "train_labels.npy").write_bytes((folder / "train_labels.npy").read_bytes() + b"x")
    content = bytearray((folder / "test_inputs.npy").read_bytes())
    content[-1] ^= 1
    (folder / "test_inputs.npy").write_bytes(content)
    open_size = len((folder / "train_labels.npy").read_bytes())
    assert verify("magic", data) == (
        f"'train_inputs.npy' is truncated: it has 0 of {40 * 80 + 128:,} bytes.",
        f"'train_labels.npy' has {open_size} bytes; it had {open_size - 1} when it was added.",
        "'test_inputs.npy' was changed: its SHA-256 is not the one that it had when it was added.",
    )


def test_a_changed_byte_of_the_inputs_is_left_to_verify(data: Path) -> None:
    path = data / "magic" / "train_inputs.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert len(open_dataset("magic", data).train) == 40
    assert len(verify("magic", data)) == 1


def put(data: Path, file: str, array: np.ndarray) -> None:
    """Writes an array in the place of another one, and makes the facts fit its bytes."""
    path = data / "magic" / file
    np.save(path, array)
    facts = json.loads((data / "magic" / "facts.json").read_text())
    part, what = file.removesuffix(".npy").split("_")
    from hashlib import sha256

    raw = path.read_bytes()
    facts["parts"][part][what] = {"sha256": sha256(raw).hexdigest(), "size": len(raw)}
    (data / "magic" / "facts.json").write_text(json.dumps(facts))


@pytest.mark.parametrize(
    ("file", "array", "why"),
    [
        ("test_labels.npy", np.full(10, 2), "a label is 2, but the 2 classes are numbered from 0"),
        ("test_labels.npy", np.full(10, -1), "a label is -1, but the 2 classes are numbered"),
        ("test_labels.npy", np.zeros(9, dtype=int), r"the labels have type int64 and shape \(9,\)"),
        ("test_labels.npy", np.zeros(10), r"the labels have type float64 and shape \(10,\)"),
        ("test_inputs.npy", np.zeros((9, 10)), r"the inputs have type float64 and shape \(9, 10\)"),
        ("test_inputs.npy", np.zeros((10, 9)), r"the inputs have type float64 and shape \(10, 9\)"),
        ("test_inputs.npy", np.zeros((10, 10), np.uint8), "the inputs have type uint8 and shape"),
    ],
)
def test_arrays_that_fit_their_hashes_alone_are_refused(
    data: Path, file: str, array: np.ndarray, why: str
) -> None:
    put(data, file, array)
    with pytest.raises(DataSetError, match=f"in its test part {why}"):
        open_dataset("magic", data)
    (problem,) = verify("magic", data)
    assert "cannot be used: in its test part" in problem


def test_a_part_without_rows_is_refused(data: Path, change_facts: Callable[..., None]) -> None:
    put(data, "test_labels.npy", np.zeros(0, dtype=int))
    put(data, "test_inputs.npy", np.zeros((0, 10)))
    facts = json.loads((data / "magic" / "facts.json").read_text())
    facts["parts"]["test"]["count"] = 0
    change_facts(parts=facts["parts"])
    with pytest.raises(DataSetError, match="The data set 'magic' cannot be used: "):
        open_dataset("magic", data)


def test_a_file_that_is_no_array_is_refused(data: Path) -> None:
    path = data / "magic" / "train_inputs.npy"
    path.write_bytes(b"x" * path.stat().st_size)
    refused(data, "'train_inputs.npy' cannot be read: it is no file of arrays")


def test_an_array_of_objects_is_refused(data: Path) -> None:
    put(data, "test_inputs.npy", np.array([[{}] * 10] * 10, dtype=object))
    refused(data, "'test_inputs.npy' cannot be read: it is no file of arrays")


def test_a_header_that_describes_less_than_the_file_holds_is_refused(data: Path) -> None:
    path = data / "magic" / "train_inputs.npy"
    path.write_bytes(path.read_bytes().replace(b"(40, 10)", b"(30, 10)"))
    refused(data, "the header of 'train_inputs.npy' does not fit its size")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        "\udcff",
        "[" * 100_000,
        '{"format": 1}',
        '{"format": 1, "name": 3}',
    ],
)
def test_facts_that_cannot_be_read_are_refused(data: Path, text: str) -> None:
    path = data / "magic" / "facts.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    sentence = (
        "'facts.json' of the data set 'magic' is damaged or was changed. Add it again: `grader "
        "data add magic SOURCE --replace`."
    )
    with pytest.raises(DataSetError, match=sentence):
        open_dataset("magic", data)
    assert verify("magic", data) == (sentence,)


@pytest.mark.parametrize(
    "items",
    [
        {"classes": [1]},
        {"shape": [-1]},
        {"shape": [True]},
        {"parts": []},
        {"parts": {"train": {"count": 1}}},
        {"title": None},
    ],
)
def test_facts_of_another_form_are_refused(
    data: Path, change_facts: Callable[..., None], items: dict[str, Any]
) -> None:
    change_facts(**items)
    with pytest.raises(DataSetError, match=r"'facts.json' .* is damaged or was changed"):
        facts_of("magic", data)


def test_facts_that_are_too_long_are_not_read_whole(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts_module, "MAX_BYTES", 100)
    with pytest.raises(DataSetError, match=r"'facts.json' .* is damaged or was changed"):
        facts_of("magic", data)


def test_facts_of_another_version_are_refused(
    data: Path, change_facts: Callable[..., None]
) -> None:
    change_facts(format=2)
    sentence = (
        "The data set 'magic' was added by another version of the grader: its facts have format "
        "2, this version reads 1. Add it again: "
    )
    with pytest.raises(DataSetError, match=sentence):
        open_dataset("magic", data)


def test_facts_of_another_data_set_are_refused(
    data: Path, change_facts: Callable[..., None]
) -> None:
    change_facts(name="cifar10")
    sentence = "'facts.json' of the data set 'magic' describes another one: 'cifar10' with 'train'"
    with pytest.raises(DataSetError, match=sentence):
        open_dataset("magic", data)
    facts = json.loads((data / "magic" / "facts.json").read_text())
    change_facts(name="magic", parts={"train": facts["parts"]["train"]})
    with pytest.raises(DataSetError, match=r"describes another one: 'magic' with 'train'. Add it"):
        open_dataset("magic", data)
