"""Figures written into a rubric file, and nothing else of it changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.checks import CHECK_KINDS
from grader.checks.training_settings import Calibration
from grader.errors import UsageError
from grader.rubric import calibrated, load_rubric
from grader.rubric.calibrated import write_calibration
from grader.rubric.source import read_source

HEAD = """\
schema_version: 1  # the first
assignment: small
title: "Small: one"
handin: {roots: [hw], accept: [folder]}
criteria:
"""
CRITERION = """\
  - id: NAME
    title: One
    subject: nets.Net
    points: 0.10
    checks:
      - kind: training
        loop: solver
        options: {solver: solver.Solver}
        settings:
"""
FOUND = Calibration(0.49412, 0.00416, 5)
FIGURES = "calibrated: {mean: 0.4941, std: 0.0042, runs: 5}"

Write = Callable[..., str]


def one(settings: str, name: str = "one") -> str:
    return CRITERION.replace("NAME", name) + settings


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes figures into a file with this text; returns its new text."""
    path = tmp_path / "rubric.yaml"

    def written(text: str, criterion: int = 0, place: int = 0, found: Any = FOUND) -> str:
        path.write_bytes(text.encode())
        at = ("criteria", criterion, "checks", 0, "settings", place)
        before = load_rubric(path, CHECK_KINDS)
        digest = write_calibration(path, at, found, CHECK_KINDS, before.digest)
        after = load_rubric(path, CHECK_KINDS)
        assert after.digest == digest
        (check,) = after.criteria[criterion].checks
        assert check.params.settings[place].calibrated == Calibration(
            round(found.mean, 4), round(found.std, 4), found.runs
        )
        return path.read_bytes().decode()

    return written


def added(before: str, after: str) -> str:
    """Returns the one piece of text that was added."""
    prefix = 0
    while before[prefix : prefix + 1] == after[prefix : prefix + 1]:
        prefix += 1
    rest = len(before) - prefix
    assert after[len(after) - rest :] == before[prefix:]
    return after[prefix : len(after) - rest]


FLOW = "          - {data: synthetic, epochs: 2, wall_s: 9, curve: [[0.4, 0], [0.5, 1]]}  # so\n"


def test_in_braces_the_figures_stand_behind_the_curve(write: Write) -> None:
    text = HEAD + one(FLOW)
    after = write(text)
    assert after == text.replace("[0.5, 1]]", f"[0.5, 1]], {FIGURES}")


def test_what_follows_the_curve_stays_where_it_is(write: Write) -> None:
    text = HEAD + one(
        "          - {data: synthetic, curve: [[0.4, 0], [0.5, 1]] , wall_s: 9, epochs: 2, }\n"
    )
    assert added(text, write(text)) == f", {FIGURES}"


def test_braces_over_several_lines_keep_their_layout(write: Write) -> None:
    text = HEAD + one(
        "          - {data: synthetic, epochs: 2, wall_s: 9,  # } not yet\n"
        "             curve: [[0.4, 0],  # from here\n"
        "                     [0.5, 1]]  # to here\n"
        "            }\n"
    )
    assert write(text) == text.replace("[0.5, 1]]", f"[0.5, 1]], {FIGURES}")


BLOCK = """\
          # what it needs
          - data: synthetic
            curve:  # rises
              - [0.4, 0]
              - [0.5, 1]  # from the text

            # a minute
            epochs: 2
            wall_s: 9
"""


def test_in_a_block_the_figures_get_a_line_of_their_own(write: Write) -> None:
    text = HEAD + one(BLOCK)
    after = write(text)
    assert after == text.replace("from the text\n", f"from the text\n            {FIGURES}\n")


def test_a_list_that_is_not_indented_is_a_block_too(write: Write) -> None:
    text = HEAD + one(
        "        - data: synthetic\n          epochs: 2\n          wall_s: 9\n          curve:\n"
        "          - [0.4, 0]\n          - [0.5, 1]"
    )
    assert added(text, write(text)) == f"\n          {FIGURES}"


def test_only_the_setting_that_was_trained_is_changed(write: Write) -> None:
    text = HEAD + one(FLOW + BLOCK, "one") + one(BLOCK + FLOW, "two")
    first = HEAD + one(FLOW + BLOCK, "one")
    assert write(text, 1, 1) == first + one(BLOCK + FLOW, "two").replace(
        "[0.5, 1]]", f"[0.5, 1]], {FIGURES}"
    )


@pytest.mark.parametrize("end", ["\r\n", "\r"])
@pytest.mark.parametrize("settings", [FLOW, BLOCK])
def test_the_ends_of_lines_stay_as_they_are(write: Write, end: str, settings: str) -> None:
    text = (HEAD + one(settings)).replace("\n", end)
    assert write(text) == write(HEAD + one(settings)).replace("\n", end)


def test_a_mark_of_the_byte_order_stays(write: Write) -> None:
    text = HEAD.replace("first", "first: größer →") + one(FLOW)
    assert write("\ufeff" + text) == "\ufeff" + write(text)


OLD = "calibrated: {mean: 0.25, std: 0.5, runs: 12}"


def test_older_figures_are_replaced(write: Write) -> None:
    text = HEAD + one(FLOW.replace("curve:", f"{OLD}, curve:"))
    assert write(text) == text.replace(OLD, FIGURES)


def test_older_figures_keep_their_layout_and_what_is_said_of_them(write: Write) -> None:
    text = HEAD + one(
        BLOCK + "            calibrated:  # in May\n              runs: 12 # on one core\n"
        "              mean: 0.25\n              std: '0.5'\n"
    )
    text = text.replace("'0.5'", "0.50")
    after = text.replace("runs: 12", "runs: 5").replace("0.25", "0.4941").replace("0.50", "0.0042")
    assert write(text) == after


def test_writing_twice_is_writing_once(write: Write) -> None:
    once = write(HEAD + one(BLOCK))
    assert write(once) == once


def test_aliases_and_anchors_survive(write: Write) -> None:
    text = HEAD + one(
        "          - &base {data: synthetic, epochs: 2, wall_s: 9,\n"
        "                   curve: &rises [[0.4, 0], [0.5, 1]]}\n"
        "          - &next\n"
        "            data: synthetic\n            epochs: 3\n            wall_s: 9\n"
        "            curve: *rises\n"
        "          - {data: synthetic, epochs: 4, wall_s: 9, curve: *rises }\n"
    )
    assert added(text, write(text, place=0)) == f", {FIGURES}"
    line = "            curve: *rises\n"
    assert write(text, place=1) == text.replace(line, f"{line}            {FIGURES}\n")
    assert added(text, write(text, place=2)) == f", {FIGURES}"


def test_figures_that_were_another_settings_become_its_own(write: Write) -> None:
    text = HEAD + one(
        FLOW.replace("curve:", "calibrated: &c {mean: 0.25, std: 0.5, runs: 12}, curve:")
        + FLOW.replace("curve:", "calibrated: *c, curve:")
    )
    new = "{mean: 0.4941, std: 0.0042, runs: 5}"
    assert write(text, place=1) == text.replace("*c", new)


def test_a_setting_that_stands_in_two_places_is_not_written_to(
    write: Write, tmp_path: Path
) -> None:
    text = (
        HEAD
        + one(FLOW).replace("settings:", "settings: &all")
        + one("", "two").replace("settings:\n", "settings: *all\n")
    )
    with pytest.raises(UsageError) as caught:
        write(text, 1)
    assert str(caught.value) == (
        f"'{tmp_path}/rubric.yaml' was not written to: the setting in line 15 stands in several "
        "places, by an alias, and what was reached in one is not what was reached in the other. "
        "Write it out in each place, then run the command again; here, it is "
        f"{FIGURES}."
    )
    assert (tmp_path / "rubric.yaml").read_text() == text


def test_a_file_that_was_changed_meanwhile_is_not_written_to(write: Write, tmp_path: Path) -> None:
    text = write(HEAD + one(FLOW))
    path = tmp_path / "rubric.yaml"
    with pytest.raises(UsageError) as caught:
        write_calibration(path, ("criteria",), FOUND, CHECK_KINDS, "sha256:0")
    assert str(caught.value) == (
        f"'{path}' was not written to: it has changed since the calibration began. Run the command "
        "again."
    )
    assert path.read_text() == text
    path.unlink()
    with pytest.raises(UsageError, match="it has changed"):
        write_calibration(path, ("criteria",), FOUND, CHECK_KINDS, "sha256:0")
    assert not path.exists()


def test_an_edit_that_would_change_more_never_reaches_the_file(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited = calibrated._edited
    monkeypatch.setattr(
        calibrated, "_edited", lambda *given: edited(*given).replace("title: One", "title: Two")
    )
    with pytest.raises(UsageError, match="was not written to"):
        write(HEAD + one(FLOW))
    assert (tmp_path / "rubric.yaml").read_text() == HEAD + one(FLOW)


def test_a_link_stays_a_link(write: Write, tmp_path: Path) -> None:
    text = write(HEAD + one(FLOW))
    link = tmp_path / "link.yaml"
    link.symlink_to(tmp_path / "rubric.yaml")
    at = ("criteria", 0, "checks", 0, "settings", 0)
    write_calibration(link, at, Calibration(0.5, 0.25, 3), CHECK_KINDS, read_source(link).digest)
    assert link.is_symlink()
    new = "calibrated: {mean: 0.5, std: 0.25, runs: 3}"
    assert (tmp_path / "rubric.yaml").read_text() == re.sub("calibrated: {.*?}", new, text)
