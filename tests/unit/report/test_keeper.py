"""The file holds the newest report that could be written, whole, and never an earlier one again."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from grader.report import Report, read_report, sign
from grader.report.keeper import ReportKeeper

Make = Callable[..., Any]


@pytest.fixture
def reports(make: Make, report: Make) -> list[Report]:
    return [report(make("a"), wall_s=float(at), finished=False) for at in range(5)]


def test_the_newest_report_is_in_the_file_when_the_run_ends(
    tmp_path: Path, reports: list[Report]
) -> None:
    with ReportKeeper(tmp_path / "alice.json", b"s") as keeper:
        for report in reports:
            keeper.keep(report)
    assert read_report(tmp_path / "alice.json") == sign(reports[-1], b"s")
    assert [path.name for path in tmp_path.iterdir()] == ["alice.json"]


def test_without_a_report_an_older_file_stays(tmp_path: Path) -> None:
    (tmp_path / "alice.json").write_text("old")
    with ReportKeeper(tmp_path / "alice.json"):
        pass
    assert (tmp_path / "alice.json").read_text() == "old"


def test_a_report_is_written_while_the_run_goes_on_and_does_not_hold_it_up(
    tmp_path: Path, reports: list[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, reached, free = os.fsync, Event(), Event()
    synced: list[int] = []

    def slow(descriptor: int) -> None:
        synced.append(descriptor)
        reached.set()
        assert free.wait(60)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", slow)
    with ReportKeeper(tmp_path / "alice.json") as keeper:
        keeper.keep(reports[0])
        assert reached.wait(60)
        for report in reports[1:]:
            keeper.keep(report)  # would never return if it waited for the disk
        free.set()
    assert read_report(tmp_path / "alice.json") == reports[-1]
    assert len(synced) == 2  # the first, and the newest of those that came meanwhile


def test_a_report_that_cannot_be_written_ends_nothing(
    tmp_path: Path, reports: list[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    full = [True]
    sync = os.fsync

    def fail(descriptor: int) -> None:
        if full[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fail)
    with ReportKeeper(tmp_path / "alice.json") as keeper:
        keeper.keep(reports[0])
    assert list(tmp_path.iterdir()) == []
    full[0] = False
    with ReportKeeper(tmp_path / "alice.json") as keeper:
        keeper.keep(reports[1])
    assert read_report(tmp_path / "alice.json") == reports[1]


def test_what_was_written_can_be_withdrawn(tmp_path: Path, reports: list[Report]) -> None:
    with ReportKeeper(tmp_path / "alice.json") as keeper:
        keeper.keep(reports[0])
        keeper.withdraw()
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_somebody_else_is_not_withdrawn(tmp_path: Path) -> None:
    (tmp_path / "alice.json").write_text("old")
    with ReportKeeper(tmp_path / "alice.json") as keeper:
        keeper.withdraw()
    assert (tmp_path / "alice.json").read_text() == "old"
