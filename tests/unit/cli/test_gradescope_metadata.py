"""What a platform says of a submission, whole, in parts, and odd."""

import json

import pytest

from grader.cli.gradescope_metadata import Metadata, read_metadata


@pytest.fixture
def read(tmp_path):
    path = tmp_path / "submission_metadata.json"

    def read(data):
        text = data if isinstance(data, bytes) else json.dumps(data).encode()
        path.write_bytes(text)
        return read_metadata(path)

    return read


def earlier(points, at):
    results = {"extra_data": {"points_by_criterion": points}}
    return {"submission_time": at, "score": 1, "results": results}


def test_the_number_and_the_points_of_the_latest_submission_are_read(read):
    data = {
        "id": 123456,
        "users": [{"name": "A", "email": "a@b", "id": 1}],
        "previous_submissions": [
            earlier({"relu": 2, "adam": 0.5}, "2026-02-03T10:00:00"),
            earlier({"relu": 1}, "2026-02-01T10:00:00"),
            {"submission_time": "2026-03-01T10:00:00", "results": None},
        ],
    }
    assert read(data) == Metadata("123456", {"relu": 2.0, "adam": 0.5})


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"{", b"\xff\xfe", b"[" * 100_000),
        *(None, [], 3, "x", {}, {"id": True}, {"id": [1]}, {"id": None}),
        *({"previous_submissions": value} for value in (None, 3, {}, [None], [[]], [{}])),
        {"previous_submissions": [{"results": {"extra_data": [1]}}]},
        {"previous_submissions": [earlier([1], "x")]},
        {"previous_submissions": [earlier({"relu": "2", "b": True, "c": None}, 3)]},
        b'{"previous_submissions": [{"results": {"extra_data": '
        b'{"points_by_criterion": {"a": NaN, "b": Infinity}}}}]}',
    ],
    ids=str,
)
def test_nothing_odd_in_it_is_a_fault(read, data):
    found = read(data)
    assert found.submission == ""
    assert dict(found.points) == {}


def test_a_number_that_would_repaint_the_log_is_cleaned(read):
    assert "\x1b" not in read({"id": "\x1b[31m7"}).submission


def test_where_there_is_no_file_nothing_is_known(tmp_path):
    assert read_metadata(tmp_path / "none") == Metadata()


def test_a_file_without_end_is_not_read(tmp_path):
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(33 << 20)
    assert read_metadata(path) == Metadata()
