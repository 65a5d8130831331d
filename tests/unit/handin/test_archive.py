"""Zip archives: what is listed, and every way in which one is refused."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import HandInError, HandInTooLarge, UnsafeArchive, UnsafePath
from grader.handin.archive import open_archive
from grader.handin.model import IntakeLimits, Listing

LIMITS = IntakeLimits()
# Offsets in a record of the central directory (APPNOTE 4.3.12).
FLAGS, METHOD, CRC, COMPRESSED, INFLATED, HEADER_AT = 8, 10, 16, 20, 24, 42


def zipped(*members: tuple[str | zipfile.ZipInfo, str | bytes], comment: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
        archive.comment = comment
    return buffer.getvalue()


def forged(data: bytes, field: int, value: int, *, which: int = 0, size: int = 4) -> bytes:
    """Overwrites one number in the central directory."""
    at = -1
    for _ in range(which + 1):
        at = data.index(b"PK\x01\x02", at + 1)
    return data[: at + field] + value.to_bytes(size, "little") + data[at + field + size :]


def member(name: str, mode: int = 0, **fields: object) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    for field, value in fields.items():
        setattr(info, field, value)
    return info


@contextmanager
def opened(top: Path, data: bytes, limits: IntakeLimits = LIMITS) -> Iterator[Listing]:
    path = top / "hw.zip"
    path.write_bytes(data)
    with open_archive(io.FileIO(path), path, limits) as listing:
        yield listing


def refusal(top: Path, data: bytes, kind: type[HandInError], limits: IntakeLimits = LIMITS) -> str:
    with pytest.raises(kind) as caught, opened(top, data, limits):
        pass
    assert type(caught.value) is kind
    return caught.value.message


def refusal_to_read(
    top: Path, data: bytes, kind: type[HandInError], limits: IntakeLimits = LIMITS
) -> str:
    with opened(top, data, limits) as listing, pytest.raises(kind) as caught:
        listing.read("layers.py")
    assert type(caught.value) is kind
    return caught.value.message


def test_members_are_listed_and_read(tmp_path: Path) -> None:
    data = zipped(
        ("my hw/", ""), ("my hw/layers.py", "x = 1"), ("./b//c.py", ""), ("data.npz", b"\0" * 9)
    )
    with opened(tmp_path, data) as listing:
        assert (listing.kind, listing.name) == ("zip", "hw")
        assert listing.sources == ("b/c.py", "my hw/layers.py")
        assert listing.others == ("data.npz",)
        assert listing.read("my hw/layers.py") == b"x = 1"
        assert listing.read("b/c.py") == b""


def test_stored_members_and_large_ones_are_read(tmp_path: Path) -> None:
    source = "".join(f"x{n} = {n * n}\n" for n in range(20_000))
    data = zipped(
        (member("a.py", compress_type=zipfile.ZIP_STORED), source),
        (member("b.py", compress_type=zipfile.ZIP_DEFLATED), source),
    )
    with opened(tmp_path, data) as listing:
        assert listing.read("a.py") == listing.read("b.py") == source.encode()


def test_an_archive_with_a_comment_or_without_members_is_read(tmp_path: Path) -> None:
    with opened(tmp_path, zipped(("a.py", ""), comment=b"from me")) as listing:
        assert listing.sources == ("a.py",)
    with opened(tmp_path, zipped()) as listing:
        assert listing.sources == ()


def test_litter_is_ignored_even_where_its_names_collide(tmp_path: Path) -> None:
    data = zipped(
        ("a/layers.py", ""),
        ("__MACOSX/a/._layers.py", ""),
        ("__MACOSX/A/._layers.py", ""),
        ("a/.DS_Store", ""),
        ("a/.ds_store", ""),
        ("a/._layers.py", ""),
        ("a/Icon\r", ""),
        ("a/.git/", ""),
        ("venv/lib/x.py", ""),
    )
    with opened(tmp_path, data) as listing:
        assert listing.sources == ("a/layers.py",)
        assert listing.others == ("a/.ds_store",)
        assert listing.ignored == (".git", "__MACOSX", "venv")


def test_utf8_names_are_read_with_and_without_the_flag_that_says_so(tmp_path: Path) -> None:
    marked = zipped(("Übung/layers.py", "x"))
    plain = marked.replace(b"\x00\x08\x08\x00", b"\x00\x00\x08\x00")  # in both headers
    assert plain != marked
    for data in (marked, plain):
        with opened(tmp_path, data) as listing:
            assert listing.sources == ("Übung/layers.py",)
            assert listing.read("Übung/layers.py") == b"x"


def test_a_name_in_an_old_code_page_is_read_as_such(tmp_path: Path) -> None:
    data = zipped(("Xb/layers.py", "x")).replace(b"Xb/", b"\x9ab/")  # Ü in code page 437
    with opened(tmp_path, data) as listing:
        assert listing.sources == ("Üb/layers.py",)


def test_a_name_from_the_unicode_extra_field_is_vetted_as_well(tmp_path: Path) -> None:
    hidden = b"../../evil.py"
    field = struct.pack("<BI", 1, zlib.crc32(b"layers.py")) + hidden
    extra = struct.pack("<HH", 0x7075, len(field)) + field
    path = tmp_path / "hw.zip"
    path.write_bytes(zipped((member("layers.py", extra=extra), "x")))
    seen: tuple[str, ...] | str
    try:  # a Python that reads the field refuses; one that does not sees the plain name
        with open_archive(io.FileIO(path), path, LIMITS) as listing:
            seen = listing.sources
    except UnsafePath as error:
        seen = error.message
    assert seen == ("layers.py",) or "climbs out of its folder" in seen


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("/etc/passwd", "is an absolute path"),
        ("C:/windows/layers.py", "is an absolute path"),
        ("c:layers.py", "is an absolute path"),
        ("../layers.py", r"climbs out of its folder with '..'"),
        ("a/b/../../../layers.py", "climbs out of its folder with '..'"),
        ("__MACOSX/../../x", "climbs out of its folder with '..'"),
        ("..\\layers.py", "holds a backslash, which is a folder separator on some machines only"),
        ("\\\\server\\x.py", "holds a backslash, which is a folder separator on some machines"),
        ("a\x1b[2Jb.py", "holds a control character"),
        ("a\nb/x.py", "holds a control character"),
        ("a\u2028b.py", "holds a control character"),
        (".", "names no file"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str, why: str) -> None:
    message = refusal(tmp_path, zipped(("layers.py", ""), (name, "x")), UnsafePath)
    assert message.startswith("The archive's member '")
    assert why in message
    assert message.endswith("Make the zip again with your system's own compress command.")
    assert message.isprintable()


def from_windows(name: str) -> bytes:
    """An archive as PowerShell's `Compress-Archive` made it for years."""
    return zipped(("hw/optim.py", ""), (member(name, create_system=0), "x"))


def test_separators_of_windows_are_read_as_such(tmp_path: Path) -> None:
    with opened(tmp_path, from_windows("hw\\classifiers\\cnn.py")) as listing:
        assert listing.sources == ("hw/classifiers/cnn.py", "hw/optim.py")
    with opened(tmp_path, from_windows("hw\\data\\")) as listing:
        assert (listing.sources, listing.others) == (("hw/optim.py",), ())


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("..\\layers.py", "climbs out of its folder with '..'"),
        ("hw\\..\\..\\layers.py", "climbs out of its folder with '..'"),
        ("\\\\server\\x.py", "is an absolute path"),
        ("C:\\layers.py", "is an absolute path"),
        ("hw\\optim.py", "The hand-in has both 'hw/optim.py' and 'hw/optim.py'"),
    ],
)
def test_separators_of_windows_lead_nowhere_else(tmp_path: Path, name: str, why: str) -> None:
    assert why in refusal(tmp_path, from_windows(name), UnsafePath)


def test_a_name_cut_short_by_a_nul_is_refused(tmp_path: Path) -> None:
    data = zipped(("layers.pyX.jpg", "x")).replace(b"pyX.jpg", b"py\0.jpg")
    message = refusal(tmp_path, data, UnsafePath)
    assert r"'layers.py\x00.jpg' holds a control character" in message


def test_names_in_messages_are_cleaned(tmp_path: Path) -> None:
    message = refusal(tmp_path, zipped(("../\x1b[31m\u202e", "")), UnsafePath)
    assert r"'../\x1b[31m\u202e'" in message


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped(("layers.py", "good"), ("layers.py", "bad"))
    assert "both 'layers.py' and 'layers.py'" in refusal(tmp_path, data, UnsafePath)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("a/Layers.py", "A/layers.PY"),
        ("stra\u00dfe.txt", "STRASSE.txt"),
        ("\u00fcbung.py", "u\u0308bung.py"),
        ("a/./b.py", "a/b.py"),
        ("layers.py/", "layers.py"),
    ],
)
def test_two_names_that_some_machine_takes_for_one_are_refused(
    tmp_path: Path, one: str, two: str
) -> None:
    message = refusal(tmp_path, zipped((one, ""), (two, "")), UnsafePath)
    assert "which are one file on many machines" in message
    assert "Rename or remove one." in message


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        (stat.S_IFLNK | 0o777, "'x.py' is a link. Put the file itself in its place"),
        (stat.S_IFIFO, "'x.py' is a device, pipe or socket. Leave it out"),
        (stat.S_IFCHR, "'x.py' is a device, pipe or socket. Leave it out"),
        (stat.S_IFBLK, "'x.py' is a device, pipe or socket. Leave it out"),
        (stat.S_IFSOCK, "'x.py' is a device, pipe or socket. Leave it out"),
    ],
)
def test_a_member_that_is_no_file_is_refused(tmp_path: Path, mode: int, why: str) -> None:
    assert why in refusal(tmp_path, zipped((member("x.py", mode), "/etc/passwd")), UnsafeArchive)


def test_a_folder_known_by_its_mode_only_is_a_folder(tmp_path: Path) -> None:
    data = zipped((member("x.py", stat.S_IFDIR | 0o755), ""), ("x.py/y.py", ""))
    with opened(tmp_path, data) as listing:
        assert listing.sources == ("x.py/y.py",)


@pytest.mark.parametrize("flag", [0x1, 0x41, 0x2000])
def test_an_encrypted_member_is_refused(tmp_path: Path, flag: int) -> None:
    data = forged(zipped(("layers.py", "x")), FLAGS, flag, size=2)
    message = refusal(tmp_path, data, UnsafeArchive)
    assert "'layers.py' is encrypted. Make the zip again without a password." in message


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 9, 93, 99])
def test_a_method_that_inflates_without_bounds_is_refused(tmp_path: Path, method: int) -> None:
    data = forged(zipped(("layers.py", "x")), METHOD, method, size=2)
    message = refusal(tmp_path, data, UnsafeArchive)
    assert f"is compressed by method {method}; only 'stored' (0) and 'deflate' (8)" in message


def test_a_member_that_inflates_too_much_is_refused_before_it_is(tmp_path: Path) -> None:
    data = zipped(("zeros.npy", b"\0" * 3 * 2**20))
    message = refusal(tmp_path, data, UnsafeArchive)
    assert "to 3,145,728, more than 200-fold, as a zip bomb does" in message
    with opened(tmp_path, zipped(("zeros.npy", b"\0" * 2**20))) as listing:
        assert listing.others == ("zeros.npy",)


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    data = zipped(*((f"{n}.jpg", "") for n in range(6)))
    message = refusal(tmp_path, data, HandInTooLarge, IntakeLimits(max_entries=5))
    assert "The archive has 6 members; the limit is 5. Leave data sets" in message
    with opened(tmp_path, data, IntakeLimits(max_entries=6)) as listing:
        assert len(listing.others) == 6


def test_a_table_of_contents_too_large_to_parse_is_refused_before_that(tmp_path: Path) -> None:
    data = zipped(*((member(f"{n}.py", comment=b"x" * 65_000), "") for n in range(3)))
    message = refusal(tmp_path, data, HandInTooLarge, IntakeLimits(max_entries=10))
    assert "table of contents is larger than 0.1 MiB (131,072 bytes), more than 10 files" in message


def test_members_too_large_together_are_refused(tmp_path: Path) -> None:
    data = zipped(("a.npz", "x" * 60), ("b.npz", "x" * 60))
    message = refusal(tmp_path, data, HandInTooLarge, IntakeLimits(max_total_bytes=100))
    assert "holds 0.0 MiB (120 bytes) when inflated; the limit is 0.0 MiB (100 bytes)" in message


def test_a_python_file_too_large_is_refused_when_read(tmp_path: Path) -> None:
    data = zipped(("layers.py", "x" * 60), ("big.npz", "x" * 60))
    message = refusal_to_read(tmp_path, data, HandInTooLarge, IntakeLimits(max_file_bytes=59))
    assert "'layers.py' is 0.0 MiB (60 bytes); the limit for a Python file is" in message


def test_a_path_too_deep_or_too_long_is_refused(tmp_path: Path) -> None:
    data = zipped(("a/b/c/", ""), ("a/b/c.py", ""))
    with opened(tmp_path, data, IntakeLimits(max_depth=3, max_path_chars=8)) as listing:
        assert listing.sources == ("a/b/c.py",)
    for limits in (IntakeLimits(max_depth=2), IntakeLimits(max_path_chars=6)):
        assert "'a/b/c" in refusal(tmp_path, data, HandInTooLarge, limits)


@pytest.mark.parametrize("declared", [0, 5, 6])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_member_larger_than_it_declares_is_refused(
    tmp_path: Path, declared: int, method: int
) -> None:
    source = b"x = 1\nimport evil\n"
    data = zipped((member("layers.py", compress_type=method), source))
    data = forged(data, INFLATED, declared)
    data = forged(data, CRC, zlib.crc32(source[:declared]))  # what zipfile alone would accept
    message = refusal_to_read(tmp_path, data, UnsafeArchive)
    assert "is damaged (Bad CRC-32" in message or "holds more than the" in message


def test_a_bomb_that_declares_little_stops_at_the_first_piece_too_many(tmp_path: Path) -> None:
    data = forged(zipped(("layers.py", b"x" * 2**24)), INFLATED, 100)
    message = refusal_to_read(tmp_path, data, UnsafeArchive)
    assert "'layers.py' holds more than the 100 bytes that the archive declares" in message


def test_a_member_smaller_than_it_declares_is_refused(tmp_path: Path) -> None:
    message = refusal_to_read(
        tmp_path, forged(zipped(("layers.py", "x = 1")), INFLATED, 9), UnsafeArchive
    )
    assert "'layers.py' holds less than the 9 bytes that the archive declares" in message


def test_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    message = refusal_to_read(
        tmp_path, forged(zipped(("layers.py", "x = 1")), CRC, 7), UnsafeArchive
    )
    assert "'layers.py' is damaged (Bad CRC-32 for file 'layers.py'), perhaps by" in message


def test_a_local_header_with_another_name_is_refused(tmp_path: Path) -> None:
    data = zipped(("layers.py", "x = 1")).replace(b"layers.py", b"evilll.py", 1)
    message = refusal_to_read(tmp_path, data, UnsafeArchive)
    assert "File name in directory 'layers.py' and header b'evilll.py' differ" in message


def test_members_that_share_bytes_are_refused(tmp_path: Path) -> None:
    data = forged(zipped(("a.py", "x" * 90), ("b.py", "x" * 90)), HEADER_AT, 0, which=1)
    message = refusal(tmp_path, data, UnsafeArchive)
    assert "'b.py' shares its bytes with another one, as in a zip bomb" in message


def test_a_quoted_overlap_is_refused(tmp_path: Path) -> None:
    data = zipped(("a.py", "x" * 90), ("b.py", "y" * 90))
    second = data.index(b"PK\x03\x04", 4)
    message = refusal(tmp_path, forged(data, COMPRESSED, second), UnsafeArchive)
    assert "'b.py' shares its bytes with another one" in message


def test_a_member_that_runs_into_the_table_of_contents_is_refused(tmp_path: Path) -> None:
    data = forged(zipped(("layers.py", "x = 1")), COMPRESSED, 500)
    message = refusal(tmp_path, data, UnsafeArchive)
    assert "The archive is damaged (a member runs into the table of contents)" in message


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9])
def test_a_truncated_archive_is_refused(tmp_path: Path, keep: float) -> None:
    data = zipped(("layers.py", "x = 1\n" * 100), ("optim.py", "y = 1\n" * 100))
    message = refusal(tmp_path, data[: int(len(data) * keep)], UnsafeArchive)
    assert message == (
        "'hw.zip' is damaged (File is not a zip file), perhaps by an upload that was cut short. "
        "Make the zip again, open it once yourself, and hand that in."
    )


def test_a_name_that_is_not_utf8_though_it_says_so_is_refused(tmp_path: Path) -> None:
    data = zipped(("Übung.py", "x")).replace("Ü".encode(), b"\xff\xff")
    assert "'hw.zip' is damaged ('utf-8' codec" in refusal(tmp_path, data, UnsafeArchive)


def try_all(top: Path, data: bytes) -> None:
    message = ""
    try:
        with opened(top, data) as listing:
            for source in listing.sources:
                listing.read(source)
    except HandInError as error:
        message = error.message
    assert message.isprintable()


@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06"]))
def test_random_bytes_raise_nothing_but_a_hand_in_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, start: bytes
) -> None:
    try_all(tmp_path_factory.getbasetemp(), start + data)


SOUND = zipped(
    ("ece662/layers.py", "import numpy as np\n" * 9),
    (member("optim.py", compress_type=zipfile.ZIP_STORED), "x = 1\n"),
    ("Übung.py", "x = 1\n"),
)


@given(
    st.lists(
        st.tuples(st.integers(0, len(SOUND) - 1), st.binary(min_size=1, max_size=8)), max_size=6
    )
)
def test_a_mangled_archive_raises_nothing_but_a_hand_in_error(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, bytes]]
) -> None:
    data = bytearray(SOUND)
    for at, new in changes:
        data[at : at + len(new)] = new
    try_all(tmp_path_factory.getbasetemp(), bytes(data))
