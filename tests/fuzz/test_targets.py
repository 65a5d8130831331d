"""Targets that refuse everything would find nothing: the honest inputs have to be accepted."""

import json

import numpy as np
import pytest

from grader.checks import CHECK_KINDS
from grader.handin import read_handin
from grader.records import Outcome
from grader.report.model import OF_PAPERS
from grader.report.storage import read_report
from grader.rubric import load_rubric
from grader.worker.inside import operations
from tests.fuzz import archives, course, edits, hostile_values, judging, programs, worker_targets
from tests.fuzz.supply import Supply


def test_a_supply_reads_its_bytes_and_then_the_first_of_all_choices():
    supply = Supply(b"\x02\x05\x01\0\0\0\0\0\0\0abc")
    assert supply.choice("xyz") == "z"
    assert supply.below(4) == 1
    assert supply.whole() == 1
    assert supply.left == 3
    assert supply.text(9) == "bc"[: ord("a") % 10]
    assert (supply.choice("xyz"), supply.whole(), supply.real(), supply.rest()) == (
        "x",
        0,
        0.0,
        b"",
    )


def test_the_plainest_archive_is_a_hand_in(tmp_path):
    path = tmp_path / "hand-in.zip"
    path.write_bytes(archives.archive(Supply(b"")))
    handin = read_handin(path, roots=[archives.ROOT], expects=archives.EXPECTED)
    assert sorted(handin.files) == sorted(archives.EXPECTED)


# They drive PyTorch in real workers.
OF_PYTORCH = {"autograd_function", "function_module", "open_classifier", "open_network"}


def test_the_unedited_rubric_asks_every_kind_of_single_answers(tmp_path):
    path = tmp_path / "rubric.yaml"
    path.write_bytes(edits.edited_text(course.RUBRIC, Supply(b"")))
    loaded = load_rubric(path, CHECK_KINDS)
    checks = [check for criterion in loaded.criteria for check in criterion.checks]
    # Papers are read, and no worker is asked; blanks ask nothing.
    others = {*OF_PYTORCH, *OF_PAPERS, "training", "withheld"}
    assert {check.kind for check in checks} == set(CHECK_KINDS) - others
    assert len({check.params.common.convention.name for check in checks}) == 4


@pytest.mark.parametrize("planned", judging.plan().checks, ids=lambda planned: planned.spec.id)
def test_the_small_course_passes_its_own_checks(planned):
    result = judging.ask(planned, Supply(judging.HONEST))
    assert (result.outcome, result.message) == (Outcome.PASSED, "")


def test_the_unedited_report_is_read_back(tmp_path):
    made, _ = judging.examine(list(judging.plan().checks), Supply(judging.HONEST))
    path = tmp_path / "report.json"
    path.write_bytes(edits.edited_json(json.loads(made.to_json()), Supply(b"")))
    assert read_report(path).to_json() == made.to_json()


def test_lies_change_what_a_check_finds():
    found = {
        judging.ask(judging.plan().checks[0], Supply(bytes([lies, at, way, at]) * 20)).outcome
        for lies in (0, 1, 3)
        for at in (1, 5)
        for way in (1, 2, 7)
    }
    assert {Outcome.PASSED, Outcome.FAILED, Outcome.ERRORED} <= found


def test_the_small_course_lends_its_functions():
    status, (result, _) = worker_targets.lend(("layers.relu_forward", [np.array([-1.0, 2.0])], {}))
    assert status == operations.VALUE
    assert result[0].tolist() == [0.0, 2.0]
    assert worker_targets.lend(("layers.unknown", [], {})) is None


def test_a_program_repeats_its_pieces():
    deep = programs.PIECES.index("(")
    made = programs.program(Supply(bytes([deep, 13, 1])))
    assert made == b"(" * 8192


def test_values_are_of_every_kind_that_crosses():
    made = [hostile_values.value(Supply(bytes([kind, 1, 1, 1, 1, 1, 1]))) for kind in range(13)]
    assert len({type(each) for each in made}) >= 9
