"""MAGIC from its table, and the part that is drawn for testing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from grader.datasets.faults import DataSetError
from grader.datasets.magic import read_magic

DATA = Path(__file__).parents[4] / "shared" / "data"


def test_a_fifth_of_each_class_is_drawn_for_testing(magic: Path) -> None:
    found = read_magic(magic)
    assert found.classes == ("gamma", "hadron")
    assert found.train.inputs.shape == (40, 10)
    assert found.test.inputs.dtype == np.float64
    assert np.bincount(found.train.labels).tolist() == [24, 16]
    assert np.bincount(found.test.labels).tolist() == [6, 4]


def test_every_row_is_in_one_part_with_its_label(magic: Path) -> None:
    found = read_magic(magic)
    told = {
        (tuple(row), int(label))
        for part in (found.train, found.test)
        for row, label in zip(part.inputs.tolist(), part.labels, strict=True)
    }
    lines = [line.split(",") for line in magic.read_text().splitlines()]
    assert told == {(tuple(map(float, line[:-1])), "gh".index(line[-1])) for line in lines}


def test_the_draw_is_always_the_same_and_mixes_the_classes(magic: Path) -> None:
    first, second = read_magic(magic), read_magic(magic)
    np.testing.assert_array_equal(first.test.inputs, second.test.inputs)
    for part in (first.train, first.test):
        labels = part.labels.tolist()
        assert labels not in (sorted(labels), sorted(labels, reverse=True))


def test_the_notes_state_the_split_and_the_count(magic: Path) -> None:
    assert read_magic(magic).notes == (
        "The publisher gives no test part: 20 % of each class were drawn for it, always the same.",
        "There are 30 rows of class g and 20 of class h; 12,332 and 6,688 were published.",
    )


def test_a_folder_and_an_archive_that_hold_the_file_are_read(
    magic: Path, pack: Callable[[Path, str], Path]
) -> None:
    folder = magic.parent / "uci"
    folder.mkdir()
    magic.rename(folder / magic.name)
    for source in (folder, pack(folder, ".zip"), pack(folder, ".tar.gz")):
        assert len(read_magic(source).train) == 40


def test_blank_lines_are_passed_over(magic: Path) -> None:
    magic.write_text(magic.read_text().replace("\n", "\r\n\r\n") + " \n")
    assert len(read_magic(magic).train) == 40


def test_a_folder_without_the_file_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "uci"
    folder.mkdir()
    sentence = (
        "'uci' does not hold 'magic04.data'. Give the one file, from "
        "https://archive.ics.uci.edu/dataset/159/magic[+]gamma[+]telescope."
    )
    with pytest.raises(DataSetError, match=sentence):
        read_magic(folder)


def test_two_files_are_refused(magic: Path) -> None:
    (magic.parent / "copy").mkdir()
    (magic.parent / "copy" / magic.name).write_text(magic.read_text())
    with pytest.raises(DataSetError, match=r"holds 2 files 'magic04.data'. Give the one file"):
        read_magic(magic.parent)


@pytest.mark.parametrize(
    "line",
    [
        "1,2,3,4,5,6,7,8,9,g",
        "1,2,3,4,5,6,7,8,9,10,x",
        "1,2,3,4,5,6,7,8,9,ten,g",
        "1,2,3,4,5,6,7,8,9,nan,g",
        "1,2,3,4,5,6,7,8,9,inf,h",
        "1,2,3,4,5,6,7,8,9,10,11,h",
        "words",
    ],
)
def test_a_line_of_another_form_is_shown(magic: Path, line: str) -> None:
    lines = magic.read_text().splitlines()
    magic.write_text("\n".join([*lines[:6], line, *lines[6:]]))
    sentence = (
        f"Line 7 of 'magic04.data' is '{line}', not 10 numbers and then g or h. Download it again."
    )
    with pytest.raises(DataSetError, match=sentence):
        read_magic(magic)


def test_a_file_cut_off_within_a_line_is_refused(magic: Path) -> None:
    magic.write_text(magic.read_text()[:-7])
    with pytest.raises(DataSetError, match=r"Line 50 of 'magic04.data'"):
        read_magic(magic)


@pytest.mark.parametrize("content", ["", "0,1,2,3,4,5,6,7,8,9,h\n" * 3 + "0,1,2,3,4,5,6,7,8,9,g\n"])
def test_a_class_without_rows_is_refused(magic: Path, content: str) -> None:
    magic.write_text(content)
    with pytest.raises(DataSetError, match="both are needed for training and for testing"):
        read_magic(magic)


@pytest.mark.skipif(not DATA.is_dir(), reason="the real data sets are not beside the repository")
def test_the_published_file_is_read_whole() -> None:
    found = read_magic(DATA / "magic04.data")
    assert (len(found.train), len(found.test)) == (15_216, 3_804)
    assert np.bincount(found.test.labels).tolist() == [2_466, 1_338]
    assert len(found.notes) == 1  # and none of another count
    # The largest first feature of the table, in metres to the fourth digit.
    largest = max(part.inputs[:, 0].max() for part in (found.train, found.test))
    assert largest == pytest.approx(334.177)
