"""How much of the allowed difference was used stands in the evidence, of what passed as well."""

from __future__ import annotations

import json

import numpy as np
import pytest

from grader.checks.judging import SINGLE, judge
from grader.checks.margins import margins
from grader.checks.verdict import finite
from grader.closeness import Tolerance

ROW = np.array([1.0, 2.0, 4.0])
WIDE = Tolerance(rtol=0.0, atol=0.1)  # 0.4 of an array whose largest element is 4


@pytest.mark.parametrize(("off", "ratio"), [(0.1, 0.25), (0.3, 0.75), (-0.8, 2.0)])
def test_the_largest_share_of_the_allowed_difference_is_told(off: float, ratio: float) -> None:
    found = judge("out", ROW + np.array([0, off, off / 2]), ROW, WIDE)
    assert found.of_allowed == pytest.approx(ratio)
    assert (found.wrong is None) == (ratio <= 1)
    assert margins({"out": found}, WIDE) == {
        "of_allowed": {"out": pytest.approx(ratio)},
        "tolerance": {"rtol": 0.0, "atol": 0.1},
    }


def test_what_is_wrong_by_a_bit_still_reads_as_wrong() -> None:
    found = judge("out", ROW + np.array([0, 0.4 * (1 + 1e-12), 0]), ROW, WIDE)
    assert found.wrong is not None
    assert finite(margins({"out": found}, WIDE))["of_allowed"]["out"] > 1


def test_rounding_noise_leaves_no_trace() -> None:
    found = judge("out", ROW * (1 + 2e-16), ROW, Tolerance(1e-8, 1e-9))
    assert found.of_allowed is not None
    assert found.of_allowed > 0
    assert margins({"out": found}, WIDE)["of_allowed"] == {"out": 0.0}


def test_no_difference_is_none_where_none_is_allowed() -> None:
    assert judge("out", ROW, ROW, Tolerance(0.0, 0.0)).of_allowed == 0
    assert judge("out", ROW + 1e-9, ROW, Tolerance(0.0, 0.0)).of_allowed == np.inf


def test_no_number_becomes_a_word_in_json() -> None:
    found = margins({"out": judge("out", ROW * np.nan, ROW, WIDE)}, WIDE)
    assert json.dumps(finite(found)["of_allowed"], allow_nan=False) == '{"out": "inf"}'


def test_a_value_in_single_precision_is_named() -> None:
    found = judge("out", ROW.astype(np.float32), ROW, Tolerance(1e-8, 1e-9))
    assert found.of_allowed is not None
    assert margins({"out": found}, SINGLE)["single"] == ["out"]


def test_what_was_not_compared_has_no_share() -> None:
    assert margins({"out": judge("out", ROW[:2], ROW, WIDE)}, WIDE) == {}
