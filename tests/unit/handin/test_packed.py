"""A listing goes through plain values and comes out as it was."""

import io
import os
import zipfile
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from grader.errors import HandInError, HandInTooLarge, UnsafeArchive
from grader.handin.archive import open_archive
from grader.handin.model import IntakeLimits, Listing
from grader.handin.packed import read_packed, unpack

LIMITS = IntakeLimits()
FILES = {
    "hw/layers.py": b"def f():\n    return 1\n",
    "hw/empty.py": b"",
    "hw/zo\u00eb.py": b"x = '\xc3\xab'\n",
    "hw/report.pdf": b"%PDF-1.4",
    "hw/.git/config": b"[core]",
}


def packed_file(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def read(path: Path, limits: IntakeLimits = LIMITS) -> Listing:
    packed = read_packed(os.open(path, os.O_RDONLY), path.name, asdict(limits))
    return unpack(packed, path.stem)


def described(listing: Listing) -> tuple[object, ...]:
    return (listing.kind, listing.name, listing.sources, listing.others, listing.ignored)


def test_a_listing_comes_out_as_it_is_read_in_this_process(tmp_path: Path) -> None:
    path = packed_file(tmp_path / "hw.zip", FILES)
    there = read(path)
    with open_archive(io.FileIO(path), path, LIMITS) as here:
        assert described(there) == described(here)
        assert there.sources == ("hw/empty.py", "hw/layers.py", "hw/zo\u00eb.py")
        assert [there.read(name) for name in there.sources] == list(map(here.read, here.sources))


def test_an_archive_without_any_file_is_an_empty_listing(tmp_path: Path) -> None:
    listing = read(packed_file(tmp_path / "hw.zip", {}))
    assert described(listing) == ("zip", "hw", (), (), ())


def test_a_refusal_is_raised_again_with_its_words(tmp_path: Path) -> None:
    path = tmp_path / "hw.zip"
    path.write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(UnsafeArchive, match=r"^'hw.zip' is damaged \(File is not a zip file\)"):
        read(path)


def test_a_file_that_cannot_be_read_is_refused_when_it_is_asked_for(tmp_path: Path) -> None:
    path = packed_file(tmp_path / "hw.zip", {"a.py": b"#" * 100, "b.py": b"1\n"})
    limits = IntakeLimits(max_file_bytes=10)
    listing = read(path, limits)
    assert listing.read("b.py") == b"1\n"
    with pytest.raises(HandInTooLarge, match=r"^'a.py' is .*100 bytes"):
        listing.read("a.py")


def test_a_descriptor_is_closed_whatever_happens(tmp_path: Path) -> None:
    for path in (packed_file(tmp_path / "hw.zip", FILES), tmp_path / "damaged.zip"):
        path.touch()
        descriptor = os.open(path, os.O_RDONLY)
        read_packed(descriptor, path.name, asdict(LIMITS))
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(descriptor)


EMPTY = np.zeros(0, dtype=np.uint8)


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ([1], "the sizes are not those of the contents"),
        ([2, -1], "the sizes are not those of the contents"),
        ([3, 3], "the sizes are not those of the contents"),
        ([0.5, 0.5], "the sizes are no whole numbers"),
        ([1.0, np.inf], "the sizes are no whole numbers"),
    ],
)
def test_sizes_that_are_not_those_of_the_contents_are_refused(
    sizes: list[float], said: str
) -> None:
    forged = {
        "sources": np.frombuffer(b"a.py\0b.py", dtype=np.uint8),
        "others": EMPTY,
        "ignored": EMPTY,
        "sizes": np.array(sizes),
        "contents": np.zeros(1, dtype=np.uint8),
        "faults": {},
    }
    with pytest.raises(ValueError, match=said):
        unpack(forged, "hw")


def test_a_refusal_of_an_unknown_kind_is_still_one_and_its_words_are_cleaned() -> None:
    with pytest.raises(HandInError) as caught:
        unpack({"refused": ("SystemExit", "red \x1b[31m")}, "hw")
    assert type(caught.value) is HandInError
    assert "\x1b" not in caught.value.message
