"""A recording is written whole, read again, and refused in words where it is none."""

import io
import json

import numpy as np
import pytest

from grader.errors import UsageError
from grader.recording import Loan, Recording, read_recording, write_recording
from grader.recording.file import FORMAT
from grader.worker.inside.wire import Opaque

X = np.random.default_rng(1).normal(size=(3, 2))
LOAN = Loan(
    "layers.f", (X, {"mode": "train"}), {"eps": 1e-5}, 1, ((X * 2, Opaque("kept:1")), [None])
)
RECORDING = Recording(
    "hw3", "0.1.0", {"ab": [(1, X), (1, {"b": 1.5})], "cd": [(2, "no f")]}, (LOAN,)
)


def test_it_comes_back_as_it_was(tmp_path):
    path = tmp_path / "recording.npz"
    path.write_bytes(write_recording(RECORDING))
    found = read_recording(path)
    assert (found.assignment, found.grader) == ("hw3", "0.1.0")
    assert list(found.answers) == ["ab", "cd"]
    status, array = found.answers["ab"][0]
    assert status == 1
    np.testing.assert_array_equal(array, X)
    assert found.answers["ab"][1] == (1, {"b": 1.5})
    (loan,) = found.loans
    assert (loan.function, loan.kwargs, loan.status) == ("layers.f", {"eps": 1e-5}, 1)
    np.testing.assert_array_equal(loan.payload[0][0], 2 * X)
    assert loan.payload[0][1] == Opaque("kept:1")


def test_an_array_that_stands_in_it_twice_is_kept_once_and_cannot_be_changed(tmp_path):
    twice = Recording("hw3", "0.1.0", {"a": [(1, X)], "b": [(1, X.copy())]})
    path = tmp_path / "recording.npz"
    path.write_bytes(write_recording(twice))
    with np.load(path) as archive:
        assert sorted(archive.files) == ["a0", "index"]
    answer = read_recording(path).answers["a"][0][1]
    with pytest.raises(ValueError, match="read-only"):
        answer[0, 0] = 1


def test_the_same_recording_makes_the_same_bytes():
    assert write_recording(RECORDING) == write_recording(RECORDING)


def file_of(index):
    stream = io.BytesIO()
    np.savez(stream, index=np.frombuffer(json.dumps(index).encode(), np.uint8))
    return stream.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no archive",
        write_recording(RECORDING)[:200],
        file_of({}),
        file_of([]),
        file_of({"format": FORMAT, "assignment": "a", "grader": "b", "answers": {"x": {"q": 1}}}),
        file_of(
            {
                "format": FORMAT,
                "assignment": "a",
                "grader": "b",
                "answers": {"x": {"a": 4}},
                "loans": [],
            }
        ),
    ],
)
def test_what_is_no_recording_is_refused(tmp_path, content):
    path = tmp_path / "recording.npz"
    path.write_bytes(content)
    with pytest.raises(
        UsageError, match=r"recording\.npz' cannot be read .*Download the assignment"
    ):
        read_recording(path)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(UsageError, match=r"cannot be read .*No such file"):
        read_recording(tmp_path / "none.npz")


def test_another_format_is_said(tmp_path):
    path = tmp_path / "recording.npz"
    path.write_bytes(file_of({"format": 99}))
    with pytest.raises(UsageError, match="have format 99, and this grader reads format 1"):
        read_recording(path)


def test_objects_are_never_loaded(tmp_path):
    path = tmp_path / "recording.npz"
    np.savez(path, index=np.array([{"a": 1}], dtype=object))
    with pytest.raises(UsageError, match="cannot be read"):
        read_recording(path)
