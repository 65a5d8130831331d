"""The share of a processor is read from either version of control groups, and guessed from none."""

import pytest

from grader.worker.processor_share import LEAST, processor_share


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("50000 100000\n", 0.5),
        ("200000 100000\n", 1.0),
        ("max 100000\n", 1.0),
        ("1 100000\n", LEAST),
        ("0 100000\n", 1.0),
        ("50000 0\n", 1.0),
        ("", 1.0),
        ("a b c", 1.0),
    ],
)
def test_version_2(tmp_path, text, share):
    (tmp_path / "cpu.max").write_text(text)
    assert processor_share(tmp_path) == share


@pytest.mark.parametrize(("quota", "share"), [("25000\n", 0.25), ("-1\n", 1.0), ("x", 1.0)])
def test_version_1(tmp_path, quota, share):
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text(quota)
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000\n")
    assert processor_share(tmp_path) == share


def test_where_nothing_is_shown_a_processor_is_whole(tmp_path):
    assert processor_share(tmp_path) == 1.0
