"""Large arrays in anonymous memory that can no longer change."""

import fcntl
import os
import struct

import numpy as np
import pytest

from grader.worker.inside import values
from grader.worker.inside.sealed import WireError


def across(value):
    data, segments = values.encode(value)
    try:
        return values.decode(data, segments)
    finally:
        values.close_all(segments)


def same(before, after):
    if isinstance(before, np.ndarray):
        return (
            type(after) is np.ndarray
            and after.dtype == before.dtype
            and after.shape == before.shape
            and after.tobytes() == before.tobytes()
        )
    if isinstance(before, (list, tuple)):
        return (
            type(after) is type(before)
            and len(after) == len(before)
            and all(map(same, before, after))
        )
    return type(after) is type(before) and after == before


@pytest.fixture
def memory():
    """Makes anonymous memory with given bytes and seals, and closes it again."""
    made = []

    def make(data, seals=fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE):
        descriptor = os.memfd_create("test", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        made.append(descriptor)
        os.write(descriptor, data)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
        return descriptor

    yield make
    values.close_all(made)


def shared_frame(count, index=0):
    return (
        bytes([values.SHARED, values.DTYPE_CODES[np.dtype("uint8")], 1])
        + struct.pack("<Q", count)
        + struct.pack("<I", index)
    )


def open_descriptors():
    return set(os.listdir("/proc/self/fd"))


class TestSharedSegments:
    def test_an_array_above_a_megabyte_goes_through_sealed_memory(self):
        small, large = np.zeros(values.SHARED_FROM, "u1"), np.ones(values.SHARED_FROM + 1, "u1")
        data, segments = values.encode([small, large])
        try:
            assert len(segments) == 1
            assert len(data) < values.SHARED_FROM + 200
            seals = fcntl.fcntl(segments[0], fcntl.F_GET_SEALS)
            for seal in ("SEAL", "SHRINK", "GROW", "WRITE"):
                assert seals & getattr(fcntl, f"F_SEAL_{seal}")
            with pytest.raises(PermissionError):
                os.write(segments[0], b"x")
            assert same([small, large], values.decode(data, segments))
        finally:
            values.close_all(segments)

    @pytest.mark.parametrize("dtype", ["float64", "complex128", "bool"])
    def test_a_large_array_in_another_layout_arrives_whole(self, dtype):
        array = np.arange(1200 * 1100).reshape(1200, 1100).astype(dtype).T
        assert same(np.ascontiguousarray(array), across(array))

    def test_beyond_sixty_four_segments_arrays_travel_in_the_frame(self, monkeypatch):
        monkeypatch.setattr(values, "SHARED_FROM", 8)
        arrays = [np.arange(2.0) + n for n in range(values.MAX_SEGMENTS + 2)]
        data, segments = values.encode(arrays)
        try:
            assert len(segments) == values.MAX_SEGMENTS
            assert same(arrays, values.decode(data, segments))
        finally:
            values.close_all(segments)

    def test_without_anonymous_memory_arrays_travel_in_the_frame(self, monkeypatch):
        monkeypatch.delattr(os, "memfd_create")
        array = np.ones(values.SHARED_FROM)
        data, segments = values.encode(array)
        assert segments == []
        assert same(array, values.decode(data))

    def test_where_sealing_fails_arrays_travel_in_the_frame(self, monkeypatch):
        def refuse(*_):
            raise OSError("no seals here")

        before = open_descriptors()
        monkeypatch.setattr(fcntl, "fcntl", refuse)
        data, segments = values.encode(np.ones(values.SHARED_FROM))
        assert segments == []
        assert open_descriptors() == before
        assert values.decode(data).sum() == values.SHARED_FROM

    def test_a_file_is_no_sealed_memory(self, tmp_path):
        path = tmp_path / "file"
        path.write_bytes(b"abcd")
        with path.open("rb") as file, pytest.raises(WireError, match="not sealed memory"):
            values.decode(shared_frame(4), [file.fileno()])

    @pytest.mark.parametrize(
        "seals",
        [
            0,
            fcntl.F_SEAL_WRITE,
            fcntl.F_SEAL_SHRINK,
            fcntl.F_SEAL_GROW,
            fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW,
        ],
    )
    def test_memory_that_could_still_change_is_refused(self, memory, seals):
        with pytest.raises(WireError) as caught:
            values.decode(shared_frame(4), [memory(b"abcd", seals)])
        assert str(caught.value) == (
            "a shared segment is not sealed, so it could change while it is read"
        )

    @pytest.mark.parametrize("size", [0, 3, 5])
    def test_a_segment_of_another_size_is_refused(self, memory, size):
        with pytest.raises(WireError) as caught:
            values.decode(shared_frame(4), [memory(b"x" * size)])
        assert str(caught.value) == f"a shared segment has {size} bytes where 4 were announced"

    def test_an_empty_segment_is_refused(self, memory):
        with pytest.raises(WireError, match="has 0 bytes where 0 were announced"):
            values.decode(shared_frame(0), [memory(b"")])
